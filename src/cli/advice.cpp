#include "cli/advice.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace mpegflow::cli {
namespace {

struct Advice {
  std::string_view reason;
  std::string_view text;  ///< {again}, {retry}: how it is done anew, or goes on
};

constexpr std::array kOfReason = {
    Advice{"input_changed", "Wait until nothing writes to the input any more, then {again}."},
    Advice{"input_not_found", "Check the path of the input, then {again}."},
    Advice{"input_forbidden", "Check who may read the input, then {again}."},
    Advice{"input_encrypted", "Give a copy of the input without protection."},
    Advice{"input_protocol_blocked",
           "Give the media file itself, not a file that names other files."},
    Advice{"oom_killed",
           "Allow more memory (--memory, or limits.memory in the spec) or make less at once (a "
           "smaller picture, a faster preset), then {again}."},
    Advice{"oom_alloc",
           "Allow more memory (--memory, or limits.memory in the spec) or make less at once (a "
           "smaller picture, a faster preset), then {again}."},
    Advice{"disk_full", "Make room there; {retry} goes on."},
    Advice{"output_forbidden", "Allow writing there or name another output; {retry} goes on."},
    Advice{"output_unwritable", "Mend that or name another output; {retry} goes on."},
    Advice{"output_readonly", "Mend that or name another output; {retry} goes on."},
};

// Held until such a worker comes: the cause says so.
constexpr std::array<std::string_view, 6> kAwaited = {"encoder_unavailable", "filter_unavailable",
                                                      "decoder_unavailable", "muxer_unavailable",
                                                      "font_missing",        "sandbox_unavailable"};

std::string_view advise_by_state(queue::TaskState state, bool is_run) {
  switch (state) {
    case queue::TaskState::failed_input:
      return "Get another copy of the input; this one would fail in the same way again.";
    case queue::TaskState::failed_spec:
      return "Change what the job asks for; as it is it would fail in the same way again.";
    case queue::TaskState::held:
      return is_run ? "Mend that on this machine (mpegflow doctor looks at it); {retry} goes on."
                    : "Mend that where it ran (mpegflow doctor looks at it); {retry} goes on.";
    case queue::TaskState::dead:
      return "Its log says more; {retry} tries once more what failed and keeps the rest.";
    default: return {};
  }
}

std::string fill(std::string_view text, const store::JobRow& job) {
  if (!job.identity.empty())
    return fmt::format(fmt::runtime(text), fmt::arg("again", "give the same command"),
                       fmt::arg("retry", "the same command"));
  return fmt::format(
      fmt::runtime(text), fmt::arg("again", "submit the job again"),
      fmt::arg("retry", "mpegflow job reprocess " + base::to_printable(job.id.value)));
}

}  // namespace

std::string advise(const store::JobRow& job, const store::TaskRow& task) {
  const bool is_run = !job.identity.empty();
  const std::string_view by_state = advise_by_state(task.state, is_run);
  if (by_state.empty()) return {};
  if (!is_run && task.state == queue::TaskState::held &&
      std::ranges::find(kAwaited, task.reason) != kAwaited.end())
    return {};
  for (const Advice& advice : kOfReason)
    if (advice.reason == task.reason) return fill(advice.text, job);
  return fill(by_state, job);
}

}  // namespace mpegflow::cli
