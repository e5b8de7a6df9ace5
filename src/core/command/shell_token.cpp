#include "core/command/shell_token.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "base/text.h"

namespace mpegflow::command {
namespace {

using Kind = ShellToken::Kind;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

/// "2>", ">>", "&>", "<" at the front of `text`, with "&1" if that is where it goes; its length.
std::size_t find_redirect(std::string_view text) {
  std::size_t at = 0;
  if (at < text.size() && (std::isdigit(static_cast<unsigned char>(text[at])) || text[at] == '&'))
    ++at;
  if (at >= text.size() || (text[at] != '>' && text[at] != '<')) return 0;
  const char arrow = text[at++];
  while (at < text.size() && at < 4 && text[at] == arrow) ++at;
  if (at + 1 < text.size() && text[at] == '&' &&
      (std::isdigit(static_cast<unsigned char>(text[at + 1])) || text[at + 1] == '-'))
    at += 2;
  return at;
}

/// Written for cmd or PowerShell?
bool is_for_windows(std::string_view text) {
  for (std::size_t i = 0; i + 2 < text.size(); ++i) {
    const bool begins = i == 0 || !std::isalnum(static_cast<unsigned char>(text[i - 1]));
    if (begins && is_letter(text[i]) && text[i + 1] == ':' && text[i + 2] == '\\' &&
        (i + 3 >= text.size() || text[i + 3] != '\\' || (i > 0 && text[i - 1] == '"')))
      return true;
    // A share: "\\server\share".
    if (text[i] == '\\' && text[i + 1] == '\\' &&
        (i == 0 || text[i - 1] == ' ' || text[i - 1] == '"')) {
      std::size_t end = i + 2;
      while (end < text.size() && std::isalnum(static_cast<unsigned char>(text[end]))) ++end;
      if (end > i + 2 && end + 1 < text.size() && text[end] == '\\' && text[end + 1] != '\\')
        return true;
    }
    if (text[i] == '^' && (text[i + 1] == '\n' || text[i + 1] == '\r')) return true;
    if (text[i] == '`' && (text[i + 1] == '\n' || text[i + 1] == '\r')) return true;
  }
  return text.find("ffmpeg.exe") != std::string_view::npos || text.starts_with(".\\") ||
         text.find("%%") != std::string_view::npos || text.find("%~") != std::string_view::npos;
}

class Cutter {
 public:
  explicit Cutter(std::string_view text) : rest_(text), is_windows_(is_for_windows(text)) {}

  Outcome<std::vector<ShellToken>> cut() {
    while (!rest_.empty()) {
      if (auto taken = take(); !taken) return tl::unexpected(taken.error());
    }
    end_word();
    return std::move(tokens_);
  }

 private:
  void end_word() {
    if (word_) tokens_.push_back({Kind::word, *std::move(word_)});
    word_.reset();
  }
  void push(Kind kind, std::size_t size) {
    end_word();
    tokens_.push_back({kind, std::string(rest_.substr(0, size))});
    rest_.remove_prefix(size);
  }
  void keep(std::size_t size) {
    word_ = word_.value_or("") + std::string(rest_.substr(0, size));
    rest_.remove_prefix(size);
  }

  /// In a batch file "%%" is one percent sign, unless it begins the variable of a loop.
  void keep_one() {
    const bool is_doubled = is_windows_ && rest_.size() > 2 && rest_.starts_with("%%") &&
                            std::isdigit(static_cast<unsigned char>(rest_[2])) != 0;
    if (is_doubled) rest_.remove_prefix(1);
    keep(1);
  }

  /// "{1,2}" and "{1..5}", which bash writes out.
  bool is_brace_list() const {
    const std::size_t end = rest_.find('}');
    if (end == std::string_view::npos) return false;
    const std::string_view inside = rest_.substr(1, end - 1);
    if (inside.find_first_of(" \t\n\"'") != std::string_view::npos) return false;
    return inside.find(',') != std::string_view::npos ||
           inside.find("..") != std::string_view::npos;
  }

  /// The line goes on: "\", "^" or "`" before its end.
  bool skip_continuation() {
    const char c = rest_[0];
    if (c != '\\' && !(is_windows_ && (c == '^' || c == '`'))) return false;
    std::size_t size = 1;
    while (size < rest_.size() && is_blank(rest_[size])) ++size;
    if (size >= rest_.size()) {
      if (c == '\\' && is_windows_) return false;
      rest_ = {};
      return true;
    }
    // White space behind the backslash is a slip of whoever copied it.
    if (rest_[size] != '\n') return false;
    end_word();
    rest_.remove_prefix(size + 1);
    return true;
  }

  Outcome<void> check_variable() const {
    if (is_windows_ || rest_[0] == '`') {
      if (rest_[0] == '`' && !is_windows_)
        return refuse(RefusalCode::shell_variable,
                      "the line runs a command inside (`…`); write what it prints");
      return {};
    }
    if (rest_[0] != '$' || rest_.size() < 2) return {};
    const char next = rest_[1];
    if (next == '\'' || next == '"')
      return refuse(RefusalCode::shell_syntax, "$'…' is not read here; write the text itself");
    const bool is_name = std::isalnum(static_cast<unsigned char>(next)) || next == '_';
    const std::string_view signs = "{(@*#?!-";
    if (!is_name && signs.find(next) == std::string_view::npos) return {};
    std::size_t end = 1;
    while (end < rest_.size() &&
           (std::isalnum(static_cast<unsigned char>(rest_[end])) || rest_[end] == '_'))
      ++end;
    return refuse(RefusalCode::shell_variable,
                  next == '(' ? "the line runs a command inside ($(…)); write what it prints"
                              : "the line holds the variable " + std::string(rest_.substr(0, end)) +
                                    ", whose value only the shell knows; write the value");
  }

  Outcome<void> take() {
    const char c = rest_[0];
    if (c == '\n' || c == ';') return push(Kind::control, 1), Outcome<void>();
    if (is_blank(c)) {
      end_word();
      rest_.remove_prefix(1);
      return {};
    }
    if (skip_continuation()) return {};
    if (c == '#' && !word_ && !is_windows_) {
      take_comment();
      return {};
    }
    if (!word_)
      if (const std::size_t size = find_redirect(rest_); size > 0)
        return push(Kind::redirect, size), Outcome<void>();
    if (c == '>' || c == '<')
      return push(Kind::redirect, std::max<std::size_t>(1, find_redirect(rest_))), Outcome<void>();
    if (rest_.starts_with("|&")) {  // both streams into the pipe
      push(Kind::control, 1);
      rest_.remove_prefix(1);
      return {};
    }
    if (c == '&' || c == '|')
      return push(Kind::control, rest_.size() > 1 && rest_[1] == c ? 2 : 1), Outcome<void>();
    if (c == '(' || c == ')')
      return refuse(RefusalCode::shell_syntax,
                    "an open parenthesis is for the shell; put quotes around the argument");
    if (c == '\'') return take_quoted_whole();
    if (c == '"') return take_quoted();
    if (auto checked = check_variable(); !checked) return checked;
    if (c == '\\' && !is_windows_) {
      rest_.remove_prefix(1);
      if (!rest_.empty()) keep(1);
      return {};
    }
    if (c == '{' && !is_windows_ && is_brace_list())
      return refuse(RefusalCode::shell_glob,
                    "the line holds a list in braces, which the shell turns into several words; "
                    "write them");
    if (c == '^' && is_windows_ && rest_.size() > 1) rest_.remove_prefix(1);
    keep_one();
    return {};
  }

  void take_comment() {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    const std::string_view comment = base::trim(rest_.substr(1, end - 1));
    if (comment.starts_with("name:") || comment.starts_with("needs:"))
      tokens_.push_back({Kind::note, std::string(comment)});
    rest_.remove_prefix(end);
  }

  tl::unexpected<Refusal> refuse_open(char quote) const {
    return refuse(RefusalCode::shell_syntax, std::string("the quote ") + quote + " does not end");
  }

  Outcome<void> take_quoted_whole() {
    const std::size_t end = rest_.find('\'', 1);
    if (end == std::string_view::npos) return refuse_open('\'');
    word_ = word_.value_or("") + std::string(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return {};
  }

  Outcome<void> take_quoted() {
    rest_.remove_prefix(1);
    if (!word_) word_ = "";
    while (!rest_.empty() && rest_[0] != '"') {
      if (auto checked = check_variable(); !checked) return checked;
      if (rest_[0] == '\\' && rest_.size() > 1) {
        const char next = rest_[1];
        const bool is_escape =
            is_windows_ ? next == '"' : next == '"' || next == '\\' || next == '$' || next == '`';
        if (next == '\n' && !is_windows_) {
          rest_.remove_prefix(2);
          continue;
        }
        if (is_escape) rest_.remove_prefix(1);
      }
      keep_one();
    }
    if (rest_.empty()) return refuse_open('"');
    rest_.remove_prefix(1);
    return {};
  }

  std::string_view rest_;
  bool is_windows_;
  std::optional<std::string> word_;
  std::vector<ShellToken> tokens_;
};

}  // namespace

Outcome<std::vector<ShellToken>> cut_shell_text(std::string_view text) {
  return Cutter(text).cut();
}

std::vector<ShellToken> read_token(std::string_view word) {
  constexpr std::array<std::string_view, 6> kOperators = {"&&", "||", ";", "|", "&", "\n"};
  if (std::ranges::find(kOperators, word) != kOperators.end())
    return {{Kind::control, std::string(word)}};
  if (word == "\\" || word == "^" || word == "`") return {};  // the rest of a continued line
  const std::size_t size = find_redirect(word);
  if (size == 0) return {{Kind::word, std::string(word)}};
  std::vector<ShellToken> tokens = {{Kind::redirect, std::string(word.substr(0, size))}};
  if (size < word.size()) tokens.push_back({Kind::word, std::string(word.substr(size))});
  return tokens;
}

}  // namespace mpegflow::command
