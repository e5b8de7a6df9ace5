#include "cli/grammar/explain.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/grammar/common.h"
#include "core/submit/fault.h"

namespace mpegflow::cli::grammar {
namespace {

std::string suggest(std::string_view word, const std::vector<std::string>& names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  const auto nearest = base::find_nearest_word(word, views);
  return nearest ? fmt::format("; did you mean {}?", base::quote(*nearest)) : "";
}

void add_lines(const Tree& tree, const std::string& name, std::string& text) {
  for (const Tree& command : tree.commands) {
    const std::string full = name + (name.empty() ? "" : " ") + command.name;
    if (!command.needs_command) text += fmt::format("  {:<14}  {}\n", full, command.description);
    add_lines(command, full, text);
  }
}

}  // namespace

std::string unknown_command(const Tree& parent, std::string_view name, std::string_view word) {
  const std::vector<std::string> names = names_of_commands(parent);
  return fmt::format("{} is not a command of {}{} (there are: {})", base::quote(word), name,
                     suggest(word, names), submit::join_words(names));
}

std::string explain(const Tree& root, std::span<const std::string> words) {
  const Tree* tree = &root;
  std::string name = root.name;
  for (const std::string& word : words) {
    if (word == "--") break;
    const bool is_option = word.size() > 1 && word.front() == '-';
    if (is_option) {
      const std::string option = word.substr(0, word.find('='));
      if (!option.starts_with("--") && option.size() > 2) continue;  // -j4
      const auto names = names_of_options(*tree);
      if (std::ranges::find(names, option) == names.end())
        return fmt::format("{} is not an option of {}{}", base::quote(option), tree->name,
                           suggest(option, names));
    } else if (!tree->commands.empty()) {
      const Tree* command = find_command(*tree, word);
      if (command == nullptr) {
        if (!tree->needs_command) break;
        return unknown_command(*tree, name, word);
      }
      tree = command;
      name += " " + word;
    }
  }
  if (tree->needs_command)
    return fmt::format("{} needs a command: {}", name,
                       submit::join_words(names_of_commands(*tree), " or "));
  return {};
}

std::string list_commands(const Tree& root) {
  std::string text;
  add_lines(root, "", text);
  return text;
}

}  // namespace mpegflow::cli::grammar
