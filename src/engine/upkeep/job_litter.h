#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/upkeep/garbage.h"
#include "engine/upkeep/local_state.h"
#include "store/upkeep_reads.h"

namespace mpegflow::engine {

/// The parts that finding and collecting share: both must come to the same judgement.

/// The outputs that are not committed, with the sessions of their attempts that are dead for sure.
struct OpenOutputs {
  std::vector<store::OpenOutput> outputs;
  std::vector<base::SessionId> dead_sessions;
  std::map<base::JobId, base::Path> scratch;  ///< of those jobs that have one here
};
base::Result<OpenOutputs> list_open_outputs(const LocalState& state);

struct JudgedOutput {
  const store::OpenOutput* output;
  std::string place;
  upkeep::Judgement judgement;
};
std::vector<JudgedOutput> judge_outputs(const OpenOutputs& open, base::WallTime now,
                                        base::Micros grace);

/// What the job needs of its hidden folder; nullopt if there is no such job. `is_held`: by a live
/// process other than this one.
base::Result<std::optional<upkeep::ScratchNeed>> find_need(const LocalState& state,
                                                           const base::JobId& job, bool is_held);
upkeep::Judgement judge_scratch(upkeep::ScratchNeed need);
/// What is there of the folder and not needed.
std::vector<base::Path> list_unneeded(const base::Path& scratch, upkeep::ScratchNeed need);

std::optional<base::Path> find_scratch_of_removal(const store::RemovalRow& removal);

/// The keys of the logs of all attempts of a job, or of those that ended until then.
base::Result<std::set<std::string>> list_log_keys(const LocalState& state, const base::JobId& job);
base::Result<std::set<std::string>> list_logs_until(const LocalState& state, const base::JobId& job,
                                                    base::WallTime until);
/// The keys of all outputs of a job that the store knows.
base::Result<std::set<std::string>> list_output_keys(const LocalState& state,
                                                     const base::JobId& job);

}  // namespace mpegflow::engine
