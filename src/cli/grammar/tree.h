#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::cli::grammar {

/// An option or a word of a command.
struct Parameter {
  std::vector<std::string> names;    ///< "--output" and "-o"; of a word that it is known by: "JOB"
  std::string kind;                  ///< "PATH"; empty for a flag and for a word
  std::vector<std::string> choices;  ///< the values there are; empty: any
  bool is_word = false;
  bool takes_value = false;
};

/// The grammar as a value: a command and those below it.
struct Tree {
  std::string name;
  std::string description;
  std::vector<Parameter> parameters;
  std::vector<Tree> commands;
  bool needs_command = false;
};

/// The command of that name right below; nullptr if there is none.
const Tree* find_command(const Tree& tree, std::string_view name);
std::vector<std::string> names_of_commands(const Tree& tree);
/// "--json", "-n", …
std::vector<std::string> names_of_options(const Tree& tree);

}  // namespace mpegflow::cli::grammar
