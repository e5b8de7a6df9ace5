#include "cli/plan_text.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "cli/shell_quote.h"
#include "core/submit/fault.h"

namespace mpegflow::cli {
namespace {

std::string quote_for_dot(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : base::to_printable(text)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

}  // namespace

std::vector<std::string> find_command_line(const plan::PlannedTask& task) {
  std::vector<std::string> argv;
  for (const auto& word : base::array_or(task.params, "argv"))
    if (word.is_string()) argv.emplace_back(word.get_string());
  if (!argv.empty() && argv.front() != "ffmpeg") argv.insert(argv.begin(), "ffmpeg");
  return argv;
}

std::vector<std::string> find_notes(const std::vector<plan::PlannedTask>& tasks) {
  std::vector<std::string> notes;
  for (const plan::PlannedTask& task : tasks)
    for (const auto& note : base::array_or(task.params, "notes"))
      if (note.is_string()) notes.emplace_back(note.get_string());
  return notes;
}

std::string to_plan_text(const std::vector<plan::PlannedTask>& tasks) {
  std::string text;
  for (const plan::PlannedTask& task : tasks) {
    text += fmt::format("{}: {}", base::to_printable(task.key), to_word(task.kind));
    if (!task.needs.empty())
      text += ", after " + base::to_printable(submit::join_words(task.needs, " and "));
    if (task.expected_cpu_us > 0)
      text += ", about " + base::to_human(base::Micros(task.expected_cpu_us)) + " of CPU";
    if (!task.requirements.empty())
      text += ", on a worker with " + base::to_printable(queue::describe(task.requirements));
    text += "\n";
    if (const auto argv = find_command_line(task); !argv.empty())
      text += "    " + base::to_printable(quote_for_shell(argv)) + "\n";
  }
  if (const auto notes = find_notes(tasks); !notes.empty()) {
    text += "\nnotes\n";
    for (const std::string& note : notes) text += "  " + base::to_printable(note) + "\n";
  }
  return text;
}

std::string to_plan_dot(const std::vector<plan::PlannedTask>& tasks) {
  std::string text = "digraph job {\n  rankdir=LR;\n  node [shape=box];\n";
  for (const plan::PlannedTask& task : tasks) {
    text += fmt::format("  {} [tooltip={}];\n", quote_for_dot(task.key),
                        quote_for_dot(to_word(task.kind)));
    for (const std::string& parent : task.needs)
      text += fmt::format("  {} -> {};\n", quote_for_dot(parent), quote_for_dot(task.key));
  }
  return text + "}\n";
}

base::json::array to_plan_records(const std::vector<plan::PlannedTask>& tasks) {
  base::json::array records;
  for (const plan::PlannedTask& task : tasks) {
    base::json::array needs, argv;
    for (const std::string& parent : task.needs) needs.emplace_back(parent);
    for (const std::string& word : find_command_line(task)) argv.emplace_back(word);
    base::json::object record = {
        {"key", task.key},
        {"kind", to_word(task.kind)},
        {"needs", needs},
        {"pool", task.pool},
        {"expected_cpu_us", task.expected_cpu_us},
        {"expected_bytes", task.expected_bytes},
        {"argv", argv.empty() ? base::json::value(nullptr) : base::json::value(argv)},
        {"params", task.params}};
    if (!task.requirements.empty()) {
      base::json::array requirements;
      for (const std::string& one : task.requirements) requirements.emplace_back(one);
      record["requirements"] = std::move(requirements);
    }
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace mpegflow::cli
