#include "cli/grammar/tree.h"

#include <algorithm>

namespace mpegflow::cli::grammar {

const Tree* find_command(const Tree& tree, std::string_view name) {
  const auto found = std::ranges::find(tree.commands, name, &Tree::name);
  return found == tree.commands.end() ? nullptr : &*found;
}

std::vector<std::string> names_of_commands(const Tree& tree) {
  std::vector<std::string> names;
  for (const Tree& command : tree.commands) names.push_back(command.name);
  return names;
}

std::vector<std::string> names_of_options(const Tree& tree) {
  std::vector<std::string> names;
  for (const Parameter& parameter : tree.parameters)
    if (!parameter.is_word)
      names.insert(names.end(), parameter.names.begin(), parameter.names.end());
  return names;
}

}  // namespace mpegflow::cli::grammar
