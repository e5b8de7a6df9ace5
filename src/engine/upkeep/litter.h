#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/upkeep/garbage.h"
#include "core/upkeep/retention.h"
#include "engine/upkeep/local_state.h"

namespace mpegflow::engine {

enum class LitterKind {
  output,      ///< object of an attempt that cannot commit
  object,      ///< object without a row
  log,         ///< log without a row
  quarantine,  ///< what fsck --repair set aside
  scratch,     ///< hidden folder of a job, or a part of it
  requests,    ///< answers that nobody asks for any more
  job,         ///< a whole job that retention does not keep
  job_logs,    ///< its logs alone
  removal,     ///< files of a removal that was cut
};
std::string_view to_word(LitterKind kind);

struct Litter {
  LitterKind kind = LitterKind::output;
  std::string place;  ///< a path, or what is meant
  std::int64_t count = 1;
  std::int64_t bytes = 0;
  upkeep::Judgement judgement;
  base::JobId job{};
  std::string key{};      ///< of an object, output or log
  std::string problem{};  ///< why it could not be collected
};

struct LitterOptions {
  base::Micros grace = upkeep::kDefaultGrace;
  upkeep::Keep keep_history{};
  upkeep::Keep keep_logs{};
};

/// All that could be collected now or later, and why. Changes nothing.
base::Result<std::vector<Litter>> find_litter(const LocalState& state,
                                              const LitterOptions& options);

/// Collects what may go of it, each thing judged once more when its turn comes: what was taken up
/// meanwhile stays, and its judgement says so. What could not be removed has a problem. Safe to be
/// cut anywhere and to be repeated.
base::Result<void> collect_litter(const LocalState& state, const LitterOptions& options,
                                  std::vector<Litter>& litter);

/// Removes a job's hidden folder, or what it no longer needs of it; its judgement changes if
/// somebody works on the job again.
base::Result<void> collect_scratch(const LocalState& state, Litter& litter);

}  // namespace mpegflow::engine
