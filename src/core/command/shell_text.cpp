#include "core/command/shell_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "core/command/shell_token.h"
#include "core/command/words.h"

namespace mpegflow::command {
namespace {

using Kind = ShellToken::Kind;
using Tokens = std::vector<ShellToken>;

constexpr std::array<std::string_view, 17> kKeywords = {
    "for", "while", "until", "if", "case", "do",  "done",     "then",  "else",
    "fi",  "{",     "}",     "[",  "[[",   "set", "function", "export"};
constexpr std::array<std::string_view, 17> kWrappers = {
    "time",   "nice",    "ionice", "nohup", "sudo", "exec", "env",        "command", "timeout",
    "stdbuf", "taskset", "chrt",   "start", "call", "&",    "caffeinate", "unbuffer"};
/// What may read the log at the end of a pipe without leaving anything.
constexpr std::array<std::string_view, 19> kPagers = {
    "cat", "grep", "egrep", "fgrep", "rg",   "head", "tail",    "less",          "more",  "awk",
    "sed", "cut",  "tr",    "sort",  "uniq", "wc",   "findstr", "select-string", "column"};

bool is_keyword(std::string_view word) {
  return contains(kKeywords, word) || word == "FOR" || word == "IF";
}

tl::unexpected<Refusal> refuse_keyword(std::string_view word) {
  return refuse(
      RefusalCode::shell_syntax,
      fmt::format("{} is for a shell; give the FFmpeg commands themselves", base::quote(word)));
}

std::string_view program_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_assignment(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return false;
  if (std::isdigit(static_cast<unsigned char>(word[0]))) return false;
  return std::ranges::all_of(word.substr(0, equals), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
  });
}

bool is_operator(const ShellToken& token, std::string_view text) {
  return token.kind == Kind::control && token.text == text;
}

bool ends_command(const ShellToken& token) {
  return token.kind == Kind::control && token.text != "|";
}

/// Takes redirections to nowhere away and refuses the others.
Outcome<void> drop_redirects(Tokens& tokens) {
  for (std::size_t i = 0; i < tokens.size();) {
    if (tokens[i].kind != Kind::redirect) {
      ++i;
      continue;
    }
    const std::string& arrow = tokens[i].text;
    const auto here = tokens.begin() + static_cast<std::ptrdiff_t>(i);
    if (arrow.find('&', 1) != std::string::npos) {  // "2>&1"
      tokens.erase(here);
      continue;
    }
    const bool has_target = i + 1 < tokens.size() && tokens[i + 1].kind == Kind::word;
    const std::string target = has_target ? tokens[i + 1].text : "";
    if (target != "/dev/null" && target != "NUL" && target != "nul" && target != "$null")
      return refuse(RefusalCode::shell_redirect,
                    fmt::format("{} {} is done by a shell; leave it out: what FFmpeg says is kept "
                                "on the record",
                                arrow, base::quote(target)));
    tokens.erase(here, here + 2);
  }
  return {};
}

/// Takes a pipe into a pager away and refuses the others.
Outcome<void> drop_pipes(Tokens& command) {
  const auto pipe = std::ranges::find_if(
      command, [](const ShellToken& token) { return is_operator(token, "|"); });
  if (pipe == command.end()) return {};
  bool reads_only = true;
  for (auto at = pipe; at != command.end(); ++at)
    if (is_operator(*at, "|"))
      reads_only = reads_only && at + 1 != command.end() && contains(kPagers, (at + 1)->text);
  if (!reads_only)
    return refuse(RefusalCode::shell_pipe,
                  "the line joins programs by a pipe, which cannot be read again after a crash; "
                  "write a file and go on from that");
  command.erase(pipe, command.end());
  return {};
}

/// Takes the environment and programs such as nice from the front of the command.
Outcome<ShellCommand> read_command(const Tokens& tokens) {
  ShellCommand command;
  std::size_t at = 0;
  const auto take_assignments = [&] {
    for (; at < tokens.size() && is_assignment(tokens[at].text); ++at) {
      const std::size_t equals = tokens[at].text.find('=');
      command.environment.emplace_back(tokens[at].text.substr(0, equals),
                                       tokens[at].text.substr(equals + 1));
    }
  };
  take_assignments();
  while (at < tokens.size() && !is_ffmpeg_name(tokens[at].text)) {
    const std::string_view program = program_name(tokens[at].text);
    if (is_keyword(program)) return refuse_keyword(program);
    if (!contains(kWrappers, program))
      return refuse(RefusalCode::not_ffmpeg,
                    fmt::format("{} is not ffmpeg; give one FFmpeg command, or several joined by "
                                "&&",
                                base::quote(tokens[at].text)));
    ++at;
    bool is_value = false;
    while (at < tokens.size() && !is_ffmpeg_name(tokens[at].text)) {
      const std::string& word = tokens[at].text;
      const bool is_option = word.size() > 1 && (word[0] == '-' || word[0] == '/');
      const bool is_number = !word.empty() && std::isdigit(static_cast<unsigned char>(word[0]));
      if (!is_option && !is_number && !is_value && !word.empty()) break;
      is_value = is_option && word.size() == 2;  // "-u www-data"
      ++at;
    }
    take_assignments();
  }
  if (at == tokens.size())
    return refuse(RefusalCode::not_ffmpeg, "there is no ffmpeg command in it");
  for (++at; at < tokens.size(); ++at) command.words.push_back(tokens[at].text);
  return command;
}

/// What the notes say of the command.
void heed(const Tokens& notes, ShellCommand& command) {
  for (const ShellToken& note : notes) {
    const std::size_t colon = note.text.find(':');
    std::string rest = note.text.substr(colon + 1);
    std::ranges::replace(rest, ',', ' ');
    for (const std::string& each : base::split(rest, ' ')) {
      if (each.empty()) continue;
      if (note.text.starts_with("name")) command.name = each;
      else command.needs.push_back(each);
    }
  }
}

/// Takes the notes out of a command's tokens.
Tokens take_notes(Tokens& tokens) {
  const auto is_note = [](const ShellToken& token) { return token.kind == Kind::note; };
  Tokens notes;
  std::ranges::copy_if(tokens, std::back_inserter(notes), is_note);
  std::erase_if(tokens, is_note);
  return notes;
}

Outcome<std::vector<ShellCommand>> read_tokens(Tokens tokens) {
  // A prompt that was copied along.
  if (!tokens.empty() && tokens[0].kind == Kind::word &&
      (tokens[0].text == "$" || tokens[0].text == "%" || tokens[0].text == "#"))
    tokens.erase(tokens.begin());
  if (auto dropped = drop_redirects(tokens); !dropped) return tl::unexpected(dropped.error());
  std::vector<ShellCommand> commands;
  bool follows = false;
  Tokens notes;  // of the command that comes next
  for (auto at = tokens.begin(); at != tokens.end();) {
    const auto end = std::find_if(at, tokens.end(), ends_command);
    Tokens words(at, end);
    const bool is_last =
        end == tokens.end() || std::all_of(end + 1, tokens.end(), [](const ShellToken& token) {
          return is_operator(token, "\n") || is_operator(token, ";") || token.kind == Kind::note;
        });
    if (end != tokens.end() &&
        (end->text == "||" || (end->text == "&" && !is_last && !words.empty())))
      return refuse(RefusalCode::shell_syntax,
                    fmt::format("{} between commands is for a shell; give one command, or several "
                                "joined by &&",
                                base::quote(end->text)));
    std::ranges::move(take_notes(words), std::back_inserter(notes));
    if (auto dropped = drop_pipes(words); !dropped) return tl::unexpected(dropped.error());
    if (!words.empty()) {
      auto command = read_command(words);
      if (!command) return tl::unexpected(command.error());
      command->follows_success = follows && !commands.empty();
      heed(std::exchange(notes, {}), *command);
      commands.push_back(*std::move(command));
      follows = false;
    }
    if (end == tokens.end()) break;
    follows = follows || end->text == "&&";
    at = end + 1;
  }
  if (commands.empty()) return refuse(RefusalCode::not_ffmpeg, "there is no ffmpeg command in it");
  return commands;
}

}  // namespace

bool is_ffmpeg_name(std::string_view word) {
  std::string_view name = program_name(word);
  if (name.ends_with(".exe") || name.ends_with(".EXE")) name.remove_suffix(4);
  if (!name.starts_with("ffmpeg") && !name.starts_with("FFmpeg") && !name.starts_with("FFMPEG"))
    return false;
  name.remove_prefix(6);
  return name.find_first_not_of("0123456789.-") == std::string_view::npos;
}

Outcome<std::vector<ShellCommand>> read_shell_text(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\n"), text.size());
  const std::size_t end = std::min(text.find_first_of(" \t\n", begin), text.size());
  if (const std::string_view first = text.substr(begin, end - begin); is_keyword(first))
    return refuse_keyword(first);
  auto tokens = cut_shell_text(text);
  if (!tokens) return tl::unexpected(tokens.error());
  return read_tokens(*std::move(tokens));
}

Outcome<std::vector<ShellCommand>> read_words(std::span<const std::string> words) {
  if (words.size() == 1 && words[0].find_first_of(" \t\n") != std::string::npos)
    return read_shell_text(words[0]);
  Tokens tokens;
  for (const std::string& word : words)
    std::ranges::move(read_token(word), std::back_inserter(tokens));
  return read_tokens(std::move(tokens));
}

}  // namespace mpegflow::command
