#include "cli/advice.h"

#include <array>
#include <string_view>

namespace mpegflow::cli {
namespace {

struct Advice {
  std::string_view reason;
  std::string_view text;
};

constexpr std::array kOfReason = {
    Advice{"input_changed",
           "Wait until nothing writes to the input any more, then give the same command."},
    Advice{"input_not_found", "Check the path of the input, then give the same command."},
    Advice{"input_forbidden", "Check who may read the input, then give the same command."},
    Advice{"input_encrypted", "Give a copy of the input without protection."},
    Advice{"input_protocol_blocked",
           "Give the media file itself, not a file that names other files."},
    Advice{"oom_killed",
           "Allow more memory (--memory, or limits.memory in the spec) or make less at once (a "
           "smaller picture, a faster preset), then run it again."},
    Advice{"oom_alloc",
           "Allow more memory (--memory, or limits.memory in the spec) or make less at once (a "
           "smaller picture, a faster preset), then run it again."},
    Advice{"disk_full", "Make room there, then the same command goes on."},
    Advice{"output_forbidden",
           "Allow writing there or name another output; the same command goes on."},
    Advice{"output_unwritable", "Mend that or name another output; the same command goes on."},
    Advice{"output_readonly", "Mend that or name another output; the same command goes on."},
};

std::string_view advise_by_state(queue::TaskState state) {
  switch (state) {
    case queue::TaskState::failed_input:
      return "Get another copy of the input; this one would fail in the same way again.";
    case queue::TaskState::failed_spec:
      return "Change what the job asks for; as it is it would fail in the same way again.";
    case queue::TaskState::held:
      return "Mend that on this machine (mpegflow doctor looks at it); the same command goes on.";
    case queue::TaskState::dead:
      return "Its log says more; the same command tries once more what failed and keeps the rest.";
    default: return {};
  }
}

}  // namespace

std::string advise(const store::TaskRow& task) {
  const std::string_view by_state = advise_by_state(task.state);
  if (by_state.empty()) return {};
  for (const Advice& advice : kOfReason)
    if (advice.reason == task.reason) return std::string(advice.text);
  return std::string(by_state);
}

}  // namespace mpegflow::cli
