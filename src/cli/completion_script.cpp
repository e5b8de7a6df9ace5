#include "cli/completion_script.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace mpegflow::cli {
namespace {

/// A command by its path, with a space behind each word: "job list "; the root's is empty.
struct Place {
  std::string path;
  const grammar::Tree* tree = nullptr;
};

void add_places(const grammar::Tree& tree, const std::string& path, std::vector<Place>& places) {
  places.push_back({path, &tree});
  for (const grammar::Tree& command : tree.commands)
    add_places(command, path + command.name + " ", places);
}

std::vector<Place> list_places(const grammar::Tree& root) {
  std::vector<Place> places;
  add_places(root, "", places);
  return places;
}

std::string join(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

/// The words that can stand there by their place.
std::vector<std::string> list_words(const grammar::Tree& tree) {
  std::vector<std::string> words = names_of_commands(tree);
  for (const grammar::Parameter& parameter : tree.parameters)
    if (parameter.is_word)
      words.insert(words.end(), parameter.choices.begin(), parameter.choices.end());
  return words;
}

bool is_file(const grammar::Parameter& parameter) {
  static constexpr auto kKinds =
      std::to_array<std::string_view>({"FILE", "PATH", "DIRECTORY", "FOLDER", "FOLDERS"});
  return std::ranges::find(kKinds, parameter.kind) != kKinds.end();
}

// ---- bash, and zsh by its bashcompinit
// ------------------------------------------------------------

std::string quote_pattern(const std::string& text) {
  return "'" + text + "'";
}

/// "'job list --before'|'job list -n'": where a value of an option stands.
std::string list_patterns(const Place& place, const grammar::Parameter& parameter) {
  std::vector<std::string> patterns;
  for (const std::string& name : parameter.names)
    patterns.push_back(quote_pattern(place.path + name));
  return fmt::format("{}", fmt::join(patterns, "|"));
}

std::string make_bash(const grammar::Tree& root) {
  const std::vector<Place> places = list_places(root);
  std::string paths, words, values;
  for (const Place& place : places) {
    if (!place.path.empty())
      paths +=
          (paths.empty() ? "" : "|") + quote_pattern(place.path.substr(0, place.path.size() - 1));
    words += fmt::format("    {}) words='{}' options='{}' ;;\n", quote_pattern(place.path),
                         join(list_words(*place.tree)), join(names_of_options(*place.tree)));
    for (const grammar::Parameter& parameter : place.tree->parameters) {
      if (parameter.is_word || !parameter.takes_value || is_file(parameter)) continue;
      values += fmt::format("    {}) words='{}' options= value=1 ;;\n",
                            list_patterns(place, parameter), join(parameter.choices));
    }
  }
  return fmt::format(R"(_mpegflow() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  local command= word words= options= value= index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; ++index)); do
    word=${{COMP_WORDS[index]}}
    [ "$word" = -- ] && return
    case "$command$word" in
    {}) command="$command$word " ;;
    esac
  done
  case "$command" in
{}  esac
  case "$command$previous" in
{}  esac
  case "$current" in -*) words=$options ;; esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  # A value that is no file is not completed as one.
  [ -z "$value" ] || compopt +o default 2>/dev/null
}}
complete -o default -F _mpegflow mpegflow
)",
                     paths, words, values);
}

// ---- fish
// -----------------------------------------------------------------------------------------

std::string quote_fish(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted + "'";
}

std::string make_fish_option(const Place& place, const grammar::Parameter& parameter) {
  std::string line = fmt::format("complete -c mpegflow -n \"__mpegflow_at '{}'\"", place.path);
  for (const std::string& name : parameter.names)
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (!parameter.choices.empty()) line += " -x -a " + quote_fish(join(parameter.choices));
  else if (parameter.takes_value) line += is_file(parameter) ? " -r -F" : " -x";
  return line + "\n";
}

std::string make_fish(const grammar::Tree& root) {
  const std::vector<Place> places = list_places(root);
  std::string paths, lines;
  for (const Place& place : places) {
    if (!place.path.empty()) paths += " " + quote_fish(place.path);
    for (const grammar::Tree& command : place.tree->commands)
      lines += fmt::format("complete -c mpegflow -n \"__mpegflow_at '{}'\" -f -a {} -d {}\n",
                           place.path, command.name, quote_fish(command.description));
    for (const grammar::Parameter& parameter : place.tree->parameters) {
      if (!parameter.is_word) lines += make_fish_option(place, parameter);
      else if (!parameter.choices.empty())
        lines += fmt::format("complete -c mpegflow -n \"__mpegflow_at '{}'\" -f -a {}\n",
                             place.path, quote_fish(join(parameter.choices)));
    }
  }
  return fmt::format(R"(set -g __mpegflow_commands{}
function __mpegflow_at
    set -l command ''
    for word in (commandline -opc)[2..-1]
        contains -- "$command$word " $__mpegflow_commands
        and set command "$command$word "
    end
    test "$command" = "$argv[1]"
end
{})",
                     paths, lines);
}

}  // namespace

std::string make_completion(const grammar::Tree& root, const std::string& shell) {
  if (shell == "fish") return make_fish(root);
  if (shell == "bash") return make_bash(root);
  return "autoload -U +X bashcompinit && bashcompinit\n" + make_bash(root);
}

}  // namespace mpegflow::cli
