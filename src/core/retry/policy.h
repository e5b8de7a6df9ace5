#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/time.h"
#include "core/retry/finding.h"
#include "core/retry/pools.h"

namespace mpegflow::retry {

/// What is counted apart, so that one kind of trouble never spends the budget of another. Counters
/// only grow; reprocess starts new ones.
struct Counters {
  int n_transient = 0;
  int n_memory = 0;
  int n_operational = 0;
  int n_lost = 0;        ///< workers that went away
  int n_lost_hosts = 0;  ///< distinct hosts among them, while the control plane was up

  bool operator==(const Counters&) const = default;
};

enum class Step {
  succeed,
  retry,  ///< after Verdict::wait
  hold,   ///< until an operator or a worker with the missing part comes
  dead,   ///< budgets spent
  failed_input,
  failed_spec,
  cancelled
};
std::string_view to_word(Step step);
std::optional<Step> parse_step(std::string_view word);

/// What is allowed of one kind of trouble: how often a task is tried again, after how long a wait,
/// where, and until when.
struct Budget {
  int max = 0;
  /// The wait doubles from `base` to `cap`; a part of it, `jitter` (0 to 1), is drawn at random.
  base::Micros base{0};
  base::Micros cap{0};
  double jitter = 1;
  std::string next_pool = {};  ///< where the next attempt runs; empty = where the last one did
  base::Micros total_wall{0};  ///< no attempt begins later than this after the first; 0 = no end
  Step then = Step::dead;      ///< when it is spent: dead or hold

  bool operator==(const Budget&) const = default;
};

struct RetryPolicy {
  Budget transient{5, std::chrono::seconds(5), std::chrono::minutes(10)};
  Budget memory{2, std::chrono::seconds(5), std::chrono::minutes(1)};
  Budget operational{
      3, std::chrono::seconds(15), std::chrono::minutes(10), 1, {}, base::Micros(0), Step::hold};
  /// A full disk; counted with the operational ones, for it ends as they do: held until somebody
  /// makes room.
  Budget room{1,         std::chrono::seconds(2), std::chrono::seconds(2), 1, {}, base::Micros(0),
              Step::hold};
  Budget lost{20, std::chrono::seconds(1), std::chrono::minutes(1)};
  /// An operational failure is tried again for the sake of other hosts. With fewer than so many at
  /// work, what stays as it is on the one that met it is ended at once as its budget says.
  int operational_hosts = 2;
  base::Micros total_wall{0};  ///< for every kind of trouble; 0 = no end
  int poison_hosts = 3;  ///< so many distinct hosts lost under one task: the task is the suspect

  bool operator==(const RetryPolicy&) const = default;
};

/// What is known of the attempt that failed beside its finding.
struct Circumstances {
  std::string pool;                 ///< where it ran
  std::span<const Pool> pools;      ///< all there are
  std::int64_t peak_bytes = 0;      ///< of its memory, 0 = unknown
  base::Micros since_first_run{0};  ///< since the first attempt began
  /// With an open session. Nothing known = enough.
  std::int64_t hosts = std::numeric_limits<std::int64_t>::max();
};

struct Verdict {
  Step step = Step::succeed;
  base::Micros wait{0};
  Counters counters;   ///< the counters after this finding
  std::string action;  ///< of the finding: where the next attempt should go
  std::string why;     ///< "transient 2 of 5"; for the event and the log
  std::string pool;    ///< of the next attempt; empty = where the last one ran

  bool operator==(const Verdict&) const = default;
};

/// What to do with a finding, given what was counted before it. `draw` is 64 uniform random bits.
/// A worker that was preempted or drained costs nothing; one that was lost counts as lost.
/// Out of memory: the next attempt goes to a larger pool (choose_larger_pool) unless the policy
/// names one; if none is larger, another attempt would end the same way and there is none.
Verdict decide(const Finding& finding, const Counters& counters, const RetryPolicy& policy,
               std::uint64_t draw, const Circumstances& circumstances = {});

/// How long to wait after `earlier` failures.
base::Micros draw_wait(const Budget& budget, int earlier, std::uint64_t draw);

/// Whether an attempt that begins after `wait` would begin too late.
bool is_past_total_wall(const RetryPolicy& policy, const Budget& budget, base::Micros since_first,
                        base::Micros wait);

}  // namespace mpegflow::retry
