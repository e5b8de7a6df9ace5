#include "core/command/parse_command.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace mpegflow::command {
namespace {

/// Dashes and quotes that a text processor has put in the place of ASCII ones.
bool is_typographic(std::string_view word) {
  for (const std::string_view dash : {"\u2013", "\u2014", "\u2212", "\u2010", "\u2011"})
    if (word.starts_with(dash)) return true;
  for (const std::string_view mark : {"\u201c", "\u201d", "\u201e", "\u2018", "\u2019"})
    if (word.starts_with(mark) || word.ends_with(mark)) return true;
  return false;
}

bool is_quoted_typographically(std::string_view value) {
  return value.starts_with("\u201c") || value.starts_with("\u2018");
}

class Parser {
 public:
  Parser(std::span<const std::string> words, const OptionTable& table) : table_(table) {
    command_.words.assign(words.begin(), words.end());
  }

  Outcome<ParsedCommand> parse() {
    while (at_ < command_.words.size()) {
      const std::string& word = command_.words[at_];
      if (is_typographic(word)) return refuse_typographic(word);
      if (word == "--") {
        is_name_next_ = true;
        ++at_;
      } else if (is_name_next_ || word.size() < 2 || word[0] != '-') {
        is_name_next_ = false;
        close_group(command_.outputs, at_++);
      } else if (auto taken = take_option(); !taken) {
        return tl::unexpected(taken.error());
      }
    }
    command_.trailing = std::move(group_.options);
    return std::move(command_);
  }

 private:
  void close_group(std::vector<FileGroup>& groups, std::size_t word) {
    group_.name = command_.words[word];
    group_.word = word;
    groups.push_back(std::move(group_));
    group_ = {};
  }

  tl::unexpected<Refusal> refuse_lonely(std::string_view word) const {
    return refuse(RefusalCode::missing_value,
                  fmt::format("{} at the end lacks its value", base::quote(word)));
  }

  static tl::unexpected<Refusal> refuse_typographic(std::string_view word) {
    return refuse(RefusalCode::typographic,
                  fmt::format("{} begins or ends with a dash or quote of a text processor; "
                              "write - and \" instead",
                              base::quote(word)));
  }

  bool is_library_option(std::string_view name) const {
    if (table_.is_library_option(name)) return true;
    // "-vb", "-athreads": an option of a codec with its kind of stream before it.
    return name.size() > 1 && (name[0] == 'v' || name[0] == 'a' || name[0] == 's') &&
           table_.is_library_option(name.substr(1));
  }

  Outcome<void> take_option() {
    const std::string word = command_.words[at_];
    const bool is_last = at_ + 1 == command_.words.size();
    if (word == "-i") {
      if (is_last) return refuse_lonely(word);
      close_group(command_.inputs, at_ + 1);
      at_ += 2;
      return {};
    }
    OptionUse use;
    use.word = at_;
    std::string_view text = std::string_view(word).substr(1);
    if (text.starts_with('/')) {
      use.is_from_file = true;
      text.remove_prefix(1);
    }
    const std::size_t colon = text.find(':');
    use.name = text.substr(0, colon);
    if (colon != std::string_view::npos) use.specifier = text.substr(colon + 1);

    const auto option = table_.find(use.name);
    if (option && option->ends_program)
      return refuse(
          RefusalCode::nothing_to_do,
          fmt::format("{} prints something and ends; there is no file to make", base::quote(word)));
    if (option) return take_program_option(*option, std::move(use));
    if (!is_last && is_library_option(use.name)) {
      use.is_library = true;
      return take_value(std::move(use), true);
    }
    if (use.name.starts_with("no")) {
      const auto positive = table_.find(use.name.substr(2));
      if (positive && positive->is_boolean) {
        use.name.erase(0, 2);
        use.is_negated = true;
        add(std::move(use), positive->is_per_file);
        ++at_;
        return {};
      }
    }
    if (is_library_option(use.name)) return refuse_lonely(word);
    return refuse(
        RefusalCode::unknown_option,
        fmt::format("{} is no option of any FFmpeg that is known here", base::quote(word)));
  }

  Outcome<void> take_program_option(const Option& option, OptionUse use) {
    const bool is_last = at_ + 1 == command_.words.size();
    bool takes_value = option.takes == Option::Takes::value || use.is_from_file;
    if (option.takes == Option::Takes::number_if_any && !is_last) {
      const std::string& next = command_.words[at_ + 1];
      takes_value = next == "0" || next == "1" || next == "-1" || next == "true" || next == "false";
    }
    if (takes_value) return take_value(std::move(use), option.is_per_file);
    add(std::move(use), option.is_per_file);
    ++at_;
    return {};
  }

  Outcome<void> take_value(OptionUse use, bool is_per_file) {
    if (at_ + 1 == command_.words.size()) return refuse_lonely(command_.words[at_]);
    use.value = command_.words[at_ + 1];
    if (is_quoted_typographically(use.value)) return refuse_typographic(use.value);
    use.has_value = true;
    add(std::move(use), is_per_file);
    at_ += 2;
    return {};
  }

  void add(OptionUse use, bool is_per_file) {
    (is_per_file ? group_.options : command_.globals).push_back(std::move(use));
  }

  const OptionTable& table_;
  ParsedCommand command_;
  FileGroup group_;
  std::size_t at_ = 0;
  bool is_name_next_ = false;
};

}  // namespace

const OptionUse* FileGroup::find(std::string_view option) const {
  for (auto at = options.rbegin(); at != options.rend(); ++at)
    if (at->name == option) return &*at;
  return nullptr;
}

std::string_view FileGroup::value_of(std::string_view option) const {
  const OptionUse* use = find(option);
  return use == nullptr ? std::string_view() : std::string_view(use->value);
}

Outcome<ParsedCommand> parse_command(std::span<const std::string> words, const OptionTable& table) {
  return Parser(words, table).parse();
}

}  // namespace mpegflow::command
