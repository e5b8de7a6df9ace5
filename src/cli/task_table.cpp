#include "cli/task_table.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/sha256.h"
#include "base/text.h"
#include "cli/advice.h"
#include "cli/records.h"
#include "cli/table.h"
#include "records/job_view.h"

namespace mpegflow::cli {
namespace {

constexpr std::size_t kShortHash = 12;
constexpr std::size_t kMostEvidence = 2;
constexpr std::size_t kEvidenceColumns = 200;

std::string hash_outputs(std::vector<audit::RecordedOutput> outputs) {
  if (outputs.empty()) return {};
  if (outputs.size() == 1) return outputs.front().sha256;
  std::ranges::sort(outputs, {}, &audit::RecordedOutput::name);
  std::string list;
  for (const auto& output : outputs) list += output.sha256 + "  " + output.name + "\n";
  return base::Sha256::hex_of(list);
}

std::string to_time_cell(std::int64_t us) {
  return us > 0 ? base::to_human(base::Micros(us)) : "-";
}

std::string to_speed_cell(double speed) {
  return speed > 0 ? fmt::format("{:.2f}x", speed) : "-";
}

std::vector<std::string> make_row(const store::TaskRow& task, const TaskCost& cost) {
  return {task.key,
          std::string(to_word(task.state)),
          task.fence > 0 ? std::to_string(task.fence) : "-",
          to_time_cell(cost.wall_us),
          to_time_cell(cost.cpu_us),
          to_speed_cell(cost.speed),
          cost.outputs > 0 ? base::to_human_bytes(cost.bytes) : "-",
          cost.sha256.empty() ? "-" : cost.sha256.substr(0, kShortHash)};
}

std::string_view tell_state(queue::TaskState state) {
  switch (state) {
    case queue::TaskState::held: return "waits";
    case queue::TaskState::backing_off:
    case queue::TaskState::ready:
    case queue::TaskState::leased: return "will be tried again";
    default: return "failed";
  }
}

/// The lines of stderr that the finding of the last attempt rests on.
std::string quote_evidence(const store::TaskRow& task,
                           std::span<const store::AttemptRow> attempts) {
  std::optional<retry::Finding> last;
  for (const store::AttemptRow& attempt : attempts)
    if (attempt.task == task.id) last = parse_record(attempt).finding;
  if (!last || last->reason != task.reason) return {};
  std::string text;
  std::size_t quoted = 0;
  for (const retry::Evidence& line : last->evidence) {
    if (line.line == 0 || quoted++ == kMostEvidence) continue;
    const std::string printable = base::to_printable(line.text);
    text += fmt::format("    stderr, line {}: {}\n", line.line,
                        cut_to_columns(printable, kEvidenceColumns));
  }
  return text;
}

}  // namespace

TaskCost sum_up(const store::TaskRow& task, std::span<const store::AttemptRow> attempts) {
  TaskCost cost;
  for (const store::AttemptRow& attempt : attempts) {
    if (attempt.task != task.id) continue;
    const audit::AttemptRecord record = parse_record(attempt);
    // An attempt without a process of its own (a manifest) has no usage; its row knows the time.
    const std::int64_t wall = record.wall_us > 0 ? record.wall_us
                              : attempt.ended    ? (*attempt.ended - attempt.claimed).count()
                                                 : 0;
    cost.wall_us += wall;
    cost.cpu_us += record.cpu_us;
    if (attempt.outcome != "succeeded") continue;
    cost.bytes = 0;
    for (const auto& output : record.outputs) cost.bytes += output.size;
    cost.outputs = record.outputs.size();
    cost.sha256 = hash_outputs(record.outputs);
    if (record.media_seconds > 0 && wall > 0)
      cost.speed = record.media_seconds / (static_cast<double>(wall) / 1e6);
  }
  return cost;
}

std::string make_task_table(const JobPicture& picture, std::size_t width) {
  Table table({{"TASK", Align::left, true},
               {"STATE"},
               {"TRIES", Align::right},
               {"WALL", Align::right},
               {"CPU", Align::right},
               {"SPEED", Align::right},
               {"BYTES", Align::right},
               {"SHA256", Align::left, true}});
  TaskCost total;
  std::int64_t tries = 0;
  for (const store::TaskRow& task : picture.tasks) {
    const TaskCost cost = sum_up(task, picture.attempts);
    table.add(make_row(task, cost));
    total.cpu_us += cost.cpu_us;
    total.bytes += cost.bytes;
    tries += task.fence;
  }
  const store::JobRow& job = picture.job;
  // The job's own time: tasks ran beside each other.
  if (job.started && job.finished) total.wall_us = (*job.finished - *job.started).count();
  table.add_rule();
  table.add({"total", job.state, std::to_string(tries), to_time_cell(total.wall_us),
             to_time_cell(total.cpu_us), "-", base::to_human_bytes(total.bytes), "-"});
  return table.to_text(width);
}

std::string explain_failures(const JobPicture& picture) {
  std::string text;
  std::vector<std::string> advice;
  for (const store::TaskRow& task : picture.tasks) {
    const bool is_well =
        task.state == queue::TaskState::succeeded || task.reason.empty() || task.reason == "ok";
    if (is_well) continue;
    text += fmt::format("{} {}: {} ({})\n", base::to_printable(task.key), tell_state(task.state),
                        base::to_printable(task.cause), base::to_printable(task.reason));
    text += quote_evidence(task, picture.attempts);
    if (task.need != queue::Need::required && is_terminal(task.state))
      text += fmt::format("    The job goes on without it: it is {}.\n",
                          task.need == queue::Need::optional ? "optional" : "done by best effort");
    const std::string line = advise(picture.job, task);
    if (!line.empty() && std::ranges::find(advice, line) == advice.end()) advice.push_back(line);
  }
  for (const std::string& line : advice) text += line + "\n";
  return text;
}

std::string make_final_report(const JobPicture& picture, const std::vector<std::string>& next,
                              std::size_t width) {
  std::string text = make_task_table(picture, width);
  if (const auto notes = records::list_notes(picture.tasks); !notes.empty()) {
    text += "\nnotes\n";
    for (const std::string& note : notes) text += "  " + base::to_printable(note) + "\n";
  }
  if (const std::string why = explain_failures(picture); !why.empty()) text += "\n" + why;
  if (!next.empty()) text += "\n";
  for (const std::string& line : next) text += base::to_printable(line) + "\n";
  return text;
}

}  // namespace mpegflow::cli
