#include "cli/progress_text.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/event_text.h"
#include "cli/table.h"

namespace mpegflow::cli {
namespace {

constexpr std::size_t kWidestBar = 30;
constexpr std::size_t kNarrowestBar = 10;
constexpr std::size_t kWidestKey = 24;
/// More would scroll off a small screen, where no redraw reaches it; the last line counts all.
constexpr std::size_t kMostTaskLines = 16;

std::string to_percent(double fraction) {
  // 100 % is said when it is over, not before.
  return fmt::format("{:d} %", static_cast<int>(std::clamp(fraction, 0.0, 0.99) * 100 + 1e-9));
}

/// The parts of a line, the most telling first.
std::vector<std::string> list_parts(const protocol::TaskProgress& progress, base::SteadyTime now) {
  std::vector<std::string> parts;
  if (progress.phase != "running") parts.push_back(base::to_printable(progress.phase));
  if (progress.fraction) parts.push_back(fmt::format("{:>5}", to_percent(*progress.fraction)));
  if (progress.eta) parts.push_back(to_short_time(*progress.eta) + " left");
  if (progress.speed) parts.push_back(fmt::format("{:.2f}x", *progress.speed));
  if (progress.fps) parts.push_back(fmt::format("{:.0f} fps", *progress.fps));
  if (!progress.fraction && !progress.eta) parts.push_back(to_short_time(now - progress.since));
  return parts;
}

std::string_view find_end_word(std::string_view kind) {
  if (kind == "outputs_committed") return "done";
  if (kind == "retry_scheduled") return "will be tried again";
  if (kind == "needs_fix" || kind == "no_such_worker") return "held";
  if (kind == "retries_exhausted") return "dead";
  if (kind == "input_rejected") return "input rejected";
  if (kind == "spec_rejected") return "spec rejected";
  if (kind == "dependency_failed") return "skipped";
  if (kind == "lease_released") return "given back";
  if (kind == "lease_expired") return "lost its worker";
  if (kind == "worker_stopped") return "stopped";
  return {};
}

std::string summarise(const RunSnapshot& snapshot) {
  std::map<queue::TaskState, std::size_t> counts;
  for (const store::TaskRow& task : snapshot.tasks) ++counts[task.state];
  std::string text = fmt::format("{} of {} tasks done", counts[queue::TaskState::succeeded],
                                 snapshot.tasks.size());
  counts.erase(queue::TaskState::succeeded);
  for (const auto& [state, count] : counts) {
    if (count == 0) continue;
    std::string word(state == queue::TaskState::leased ? "running" : to_word(state));
    std::ranges::replace(word, '_', ' ');
    text += fmt::format(", {} {}", count, word);
  }
  return text;
}

}  // namespace

std::string make_bar(std::optional<double> fraction, std::size_t columns) {
  const std::size_t inside = std::max<std::size_t>(columns, 3) - 2;
  const double part = std::clamp(fraction.value_or(0), 0.0, 1.0);
  const auto done = static_cast<std::size_t>(part * static_cast<double>(inside));
  std::string bar(done, '=');
  if (fraction && done < inside) bar += '>';
  bar.resize(inside, ' ');
  return "[" + bar + "]";
}

std::string to_short_time(base::Micros duration) {
  const std::int64_t seconds = std::max<std::int64_t>(0, duration.count() / 1'000'000);
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{}:{:02}", seconds / 60, seconds % 60);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string format_progress(const protocol::TaskProgress& progress, std::size_t key_columns,
                            base::SteadyTime now, std::size_t width) {
  std::string line = cut_to_columns(base::to_printable(progress.task_key), key_columns);
  line += std::string(key_columns - count_columns(line), ' ');
  const std::vector<std::string> parts = list_parts(progress, now);
  std::size_t wanted = 0;
  for (const std::string& part : parts) wanted += 2 + count_columns(part);
  const std::size_t used = count_columns(line);
  const std::size_t left = width > used + wanted + 1 ? width - used - wanted - 1 : 0;
  const std::size_t room = width > used + 1 ? width - used - 1 : 0;
  const std::size_t bar = std::min(std::clamp(left, kNarrowestBar, kWidestBar), room);
  if (bar >= kNarrowestBar) line += " " + make_bar(progress.fraction, bar);
  for (const std::string& part : parts) {
    if (count_columns(line) + 2 + count_columns(part) > width) break;
    line += "  " + part;
  }
  return cut_to_columns(line, width);
}

std::string describe_progress(const protocol::TaskProgress& progress, base::SteadyTime now) {
  std::string text = base::to_printable(progress.task_key) + ": " +
                     base::to_printable(progress.phase.empty() ? "running" : progress.phase);
  if (progress.fraction) text += " " + to_percent(*progress.fraction);
  text += ", " + to_short_time(now - progress.since);
  if (progress.fps) text += fmt::format(", {:.0f} fps", *progress.fps);
  if (progress.speed) text += fmt::format(", {:.2f}x", *progress.speed);
  if (progress.eta) text += ", " + to_short_time(*progress.eta) + " left";
  return text;
}

std::vector<std::string> make_live_block(const RunSnapshot& snapshot, std::size_t width) {
  std::size_t key_columns = 0;
  for (const auto& progress : snapshot.running)
    key_columns = std::max(key_columns, count_columns(base::to_printable(progress.task_key)));
  key_columns = std::min(key_columns, std::min(kWidestKey, std::max<std::size_t>(width / 3, 1)));
  // In the order of the job, not of ids.
  std::vector<std::pair<std::int64_t, const protocol::TaskProgress*>> ordered;
  for (const auto& progress : snapshot.running) {
    const auto task = std::ranges::find(snapshot.tasks, progress.task, &store::TaskRow::id);
    ordered.emplace_back(task == snapshot.tasks.end() ? INT64_MAX : task->position, &progress);
  }
  std::ranges::stable_sort(ordered, {}, [](const auto& one) { return one.first; });
  if (ordered.size() > kMostTaskLines) ordered.resize(kMostTaskLines);
  std::vector<std::string> lines;
  lines.reserve(ordered.size() + 1);
  for (const auto& [position, progress] : ordered)
    lines.push_back(format_progress(*progress, key_columns, snapshot.now, width));
  lines.push_back(cut_to_columns(summarise(snapshot), width));
  return lines;
}

std::string tell_event(const store::EventRow& event) {
  if (event.task_key.empty()) {
    if (event.kind != "job_finished") return {};
    return "job: " + describe_event(event);
  }
  const std::string_view end = find_end_word(event.kind);
  if (end.empty()) return {};
  std::string text = fmt::format("{}: {}", base::to_printable(event.task_key), end);
  if (event.fence > 1) text += fmt::format(" (attempt {})", event.fence);
  if (event.kind == "outputs_committed") return text;
  std::string details = describe_event(event);
  // The change of state is what the word before says.
  if (const std::size_t arrow = details.find(" → "); arrow != std::string::npos) {
    const std::size_t end_of_change = details.find("; ", arrow);
    details = end_of_change == std::string::npos ? "" : details.substr(end_of_change + 2);
  }
  return details.empty() ? text : text + ": " + details;
}

base::json::object to_progress_record(const protocol::TaskProgress& progress,
                                      base::SteadyTime now) {
  const auto number = [](const auto& value) {
    return value ? base::json::value(*value) : base::json::value(nullptr);
  };
  return {{"progress",
           {{"job", progress.job.value},
            {"task", progress.task_key},
            {"task_id", progress.task.value},
            {"attempt", progress.fence},
            {"phase", progress.phase},
            {"elapsed_us", (now - progress.since).count()},
            {"fraction", number(progress.fraction)},
            {"frame", number(progress.frame)},
            {"fps", number(progress.fps)},
            {"speed", number(progress.speed)},
            {"out_time_us", number(progress.out_time_us)},
            {"eta_us", progress.eta ? base::json::value(progress.eta->count())
                                    : base::json::value(nullptr)}}}};
}

std::size_t count_rows(const std::vector<std::size_t>& line_columns, std::size_t columns) {
  std::size_t rows = 0;
  for (const std::size_t one : line_columns)
    rows += columns == 0 || one == 0 ? 1 : (one + columns - 1) / columns;
  return rows;
}

}  // namespace mpegflow::cli
