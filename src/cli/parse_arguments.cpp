#include <algorithm>

#include <fmt/format.h>

#include "cli/arguments.h"
#include "cli/grammar/common.h"
#include "cli/grammar/explain.h"
#include "cli/grammar/families.h"
#include "cli/grammar/grammar.h"

namespace mpegflow::cli {
namespace {

constexpr const char* kDescription =
    "mpegflow makes FFmpeg jobs durable: every task is retried, verified and on the record.";
constexpr const char* kFooter =
    "JOB is an id, the start of one, or \"last\". TASK is JOB/KEY or an id.\n"
    "Settings come from flags and the environment (mpegflow config show).\n";

void add_all(const grammar::Syntax& root, Arguments& arguments) {
  grammar::add_run(root, arguments);
  grammar::add_jobs(root, arguments);
  grammar::add_queues(root, arguments);
  grammar::add_workers(root, arguments);
  grammar::add_documents(root, arguments);
  grammar::add_verdicts(root, arguments);
  grammar::add_server(root, arguments);
  grammar::add_upkeep(root, arguments);
}

/// Every command on one screen.
std::string make_overview(const grammar::Tree& root) {
  return fmt::format(
      "{}\n\nUsage: mpegflow COMMAND [OPTIONS]\n\n{}\n{}mpegflow help COMMAND says more, with the "
      "options.\n",
      kDescription, grammar::list_commands(root), kFooter);
}

/// Of the command that the words name as far as they are commands.
base::Result<std::string> make_help(std::span<const std::string> words) {
  Arguments unused;
  grammar::Grammar grammar(kDescription, kFooter);  // one that was used would print what it parsed
  add_all(grammar.root(), unused);
  const grammar::Tree root = grammar.tree();
  const grammar::Tree* tree = &root;
  std::vector<std::string> path;
  std::string name = root.name;
  for (const std::string& word : words) {
    if (tree->commands.empty()) break;
    const grammar::Tree* command = grammar::find_command(*tree, word);
    if (command == nullptr && !tree->needs_command) break;
    if (command == nullptr) return grammar::usage(grammar::unknown_command(*tree, name, word));
    tree = command;
    path.push_back(word);
    name += " " + word;
  }
  return path.empty() ? make_overview(root) : grammar.help(path);
}

/// The words before and behind the "--" of a command that takes an FFmpeg command.
std::pair<std::span<const std::string>, std::span<const std::string>> cut_command(
    std::span<const std::string> words) {
  const bool takes_command = (!words.empty() && words[0] == "run") ||
                             (words.size() > 1 && words[0] == "spec" && words[1] == "from-command");
  const auto dashes = std::ranges::find(words, "--");
  if (!takes_command || dashes == words.end()) return {words, {}};
  const auto size = static_cast<std::size_t>(dashes - words.begin());
  return {words.first(size), words.subspan(size + 1)};
}

/// What a command still has to say of its words.
base::Result<void> finish(Arguments& arguments) {
  const std::string& command = arguments.command;
  if (command == "run") return grammar::finish_run(arguments);
  if (command == "job list") return grammar::finish_job_list(arguments);
  if (command == "lane set") return grammar::finish_lane_set(arguments);
  if (command == "gc") return grammar::finish_gc(arguments);
  if (command == "spec from-command") return grammar::finish_spec_from_command(arguments);
  return {};
}

}  // namespace

grammar::Tree describe_commands() {
  Arguments unused;
  grammar::Grammar grammar(kDescription, kFooter);
  add_all(grammar.root(), unused);
  return grammar.tree();
}

bool asks_for_json(std::span<const std::string> words) {
  for (const std::string& word : words) {
    if (word == "--") return false;
    if (word == "--json" || word == "--format=json") return true;
  }
  return false;
}

base::Result<Arguments> parse_arguments(std::span<const std::string> all_words) {
  Arguments arguments;
  grammar::Grammar grammar(kDescription, kFooter);
  add_all(grammar.root(), arguments);
  // What stands behind "--" is a command line of its own, with a grammar of its own.
  auto [words, command_words] = cut_command(all_words);
  static const std::vector<std::string> version = {"version"};
  if (words.size() == 1 && words.front() == "--version") words = version;  // as of any program
  arguments.command_words.assign(command_words.begin(), command_words.end());
  const auto parsed = grammar.parse(words);
  if (!parsed) {
    const std::string ours = grammar::explain(grammar.tree(), words);
    return grammar::usage(ours.empty() ? parsed.error().message : ours);
  }
  arguments.command = parsed->command;
  if (parsed->asks_for_help) {
    std::vector<std::string> path;
    for (const std::string& word : words)
      if (!word.starts_with('-')) path.push_back(word);
    ASSIGN_OR_RETURN(arguments.help, make_help(path));
    return arguments;
  }
  if (arguments.command == "help") {
    ASSIGN_OR_RETURN(arguments.help, make_help(arguments.words));
  }
  arguments.run.argv.assign(all_words.begin(), all_words.end());
  RETURN_IF_ERROR(finish(arguments));
  return arguments;
}

}  // namespace mpegflow::cli
