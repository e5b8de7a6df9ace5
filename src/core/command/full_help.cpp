#include "core/command/full_help.h"

#include "base/text.h"

namespace mpegflow::command {
namespace {

constexpr std::string_view kSeparator = ":";
constexpr std::string_view kMatched = "matched as option '";
constexpr std::string_view kArgument = "with argument '";

std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find_first_of(" \t<"));
}

/// "Print help / information / capabilities:": what ends there has no file to make.
bool is_about_help(std::string_view heading) {
  return heading.find("help") != std::string_view::npos;
}

}  // namespace

HelpOptions parse_full_help(std::string_view text) {
  HelpOptions options;
  bool is_of_library = false;
  bool ends_program = true;
  for (const std::string& each : base::split(text, '\n')) {
    const std::string_view line(each);
    if (line.ends_with("AVOptions:")) {
      is_of_library = true;
    } else if (is_of_library) {
      if (line.starts_with("  -")) options.library.emplace(first_word(line.substr(3)));
    } else if (line.starts_with('-')) {
      if (!ends_program) options.program.emplace_back(first_word(line.substr(1)));
    } else if (line.find("options") != std::string_view::npos && line.ends_with(':')) {
      ends_program = is_about_help(line);
    }
  }
  return options;
}

std::vector<std::string> make_arity_question(const HelpOptions& help) {
  // No number: the program ends here, once it has cut the line.
  std::vector<std::string> words = {"-v", "debug", "-max_error_rate", "x"};
  for (const std::string& name : help.program) {
    if (name == "report" || name == "v" || name == "loglevel") continue;  // heeded before the rest
    words.push_back("-" + name);
    words.emplace_back(kSeparator);
  }
  return words;
}

std::map<std::string, bool> read_arity_answer(std::string_view log) {
  std::map<std::string, bool> takes_value;
  for (const std::string& line : base::split(log, '\n')) {
    const std::size_t name = line.find(kMatched);
    const std::size_t argument = line.rfind(kArgument);
    if (name == std::string::npos || argument == std::string::npos) continue;
    const std::size_t begin = name + kMatched.size();
    const std::size_t value = argument + kArgument.size();
    takes_value[line.substr(begin, line.find('\'', begin) - begin)] =
        line.compare(value, kSeparator.size(), kSeparator) == 0;
  }
  takes_value.erase("max_error_rate");
  takes_value.erase("loglevel");
  takes_value.erase("v");
  return takes_value;
}

}  // namespace mpegflow::command
