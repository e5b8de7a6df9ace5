#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "core/queue/job_state.h"

namespace mpegflow::submit {

/// The job that has the idempotency key of a command, compared with the command.
struct KeyHolder {
  queue::JobState state = queue::JobState::queued;
  bool has_same_spec = false;
  bool has_same_inputs = false;  ///< the same files, untouched since
  bool is_same_command = false;  ///< spec, inputs, FFmpeg and planner
};

/// What the key of a command asks for.
enum class KeyStep {
  go_on,          ///< The holder is this command's job: adopt it, or say that it is done.
  answer_again,   ///< It was rejected: the same key, the same answer.
  take_over,      ///< A new job, which has the key from then on.
  refuse_spec,    ///< The key belongs to something else.
  refuse_inputs,  ///< The key stands for a result, made from other inputs.
};

/// The same key stands for one thing that is asked for (a spec) and for the answer to it. Another
/// spec never gets it. While there is no answer, or one that is worth nothing because something has
/// changed since, a new job takes the key over. `is_again`: the user wants a new job whatever the
/// answer is.
KeyStep decide_key(const KeyHolder& holder, bool is_again);

/// Where two specs differ, as "renditions[0].crf: 30 there, 40 here", at most `most` places.
std::vector<std::string> list_differences(const base::json::value& there,
                                          const base::json::value& here, std::size_t most = 5);

}  // namespace mpegflow::submit
