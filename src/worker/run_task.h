#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "worker/task_run.h"

namespace mpegflow::worker {

/// What is claimed along with the end of an attempt.
struct FollowUp {
  std::function<std::optional<protocol::ClaimRequest>()> ask;
  std::vector<protocol::Assignment> given;
};

/// The name of the file in an attempt's folder that says whose it is: an AttemptNote.
inline constexpr std::string_view kNoteName = "attempt.json";

/// For whoever finds the folder of an attempt whose worker died.
struct AttemptNote {
  base::SessionId session;
  base::JobId job;
  protocol::Claim claim;
};
std::optional<AttemptNote> read_note(const base::Path& attempt_folder);

/// Does one task from its claim to its commit, report or release: stage in, run, verify, stage out.
/// Whatever happens to the task is an ordinary end; an error means that it could not be written
/// down (the store is out of reach), and the caller stops.
base::Result<void> run_task(const Services& services, const protocol::Assignment& assignment,
                            const process::StopSignal& stop, InputFiles& inputs,
                            FollowUp* follow_up = nullptr);

}  // namespace mpegflow::worker
