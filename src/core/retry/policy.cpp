#include "core/retry/policy.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <tl/expected.hpp>

#include "base/mutant.h"
#include "base/text.h"

namespace mpegflow::retry {
namespace {

constexpr int kMostDoublings = 30;
constexpr std::array<std::string_view, 7> kStepWords = {
    "succeed", "retry", "hold", "dead", "failed_input", "failed_spec", "cancelled"};

bool is_memory(const Finding& finding) {
  return finding.action == "higher_memory_pool";
}

/// The same disk is as full on the next attempt, unless something else was just being cleaned up.
bool is_room(const Finding& finding) {
  return finding.reason == "disk_full";
}

/// Lies in the run and not in the machine: the next run on the same one may go well.
bool may_pass(const Finding& finding) {
  return finding.reason == "crashed" || finding.reason == "job_timeout" ||
         finding.reason == "gpu_fault" || finding.reason == "gpu_session_limit";
}

bool is_lost(const Finding& finding) {
  return finding.reason == "lease_lost" || finding.reason == "killed_unknown";
}

bool is_free(const Finding& finding) {
  return finding.reason == "worker_preempted" || finding.reason == "worker_terminated";
}

/// What decide() was asked, put together.
struct Question {
  const Finding& finding;
  const RetryPolicy& policy;
  std::uint64_t draw;
  const Circumstances& circumstances;
};

/// The pool for what this one cannot do: the one that the policy names, else the one that follows.
/// Empty if there is none. A run that failed by chance stays where it is.
std::string find_elsewhere(const Question& question, const Budget& budget) {
  const Circumstances& at = question.circumstances;
  if (!budget.next_pool.empty()) return budget.next_pool == at.pool ? "" : budget.next_pool;
  if (question.finding.bucket != Bucket::operational || may_pass(question.finding)) return "";
  const Pool* here = find_pool(at.pools, at.pool);
  if (here == nullptr || here->next_pool == at.pool) return "";
  return find_pool(at.pools, here->next_pool) == nullptr ? "" : here->next_pool;
}

/// Where the next attempt runs, or why there is none: nowhere is there more memory.
tl::expected<std::string, std::string> choose_pool(const Question& question, const Budget& budget) {
  const Circumstances& at = question.circumstances;
  if (!is_memory(question.finding) || !budget.next_pool.empty())
    return find_elsewhere(question, budget);
  if (auto larger = choose_larger_pool(at.pools, at.pool, at.peak_bytes)) return *larger;
  if (is_memory_untold(at.pools, at.pool)) return "";
  return tl::unexpected(fmt::format(
      "no pool after {} tells enough memory for a task that took {}", at.pool,
      at.peak_bytes > 0 ? base::to_human_bytes(at.peak_bytes) : "more than it has there"));
}

Verdict end(Verdict verdict, const Budget& budget, std::string why) {
  verdict.step = budget.then;
  verdict.why = std::move(why);
  return verdict;
}

/// Spends one of `budget`; `spent` is its counter inside verdict.counters.
Verdict spend(const Question& question, Verdict verdict, int Counters::*spent, const Budget& budget,
              std::string_view name) {
  const int earlier = verdict.counters.*spent;
  verdict.counters.*spent = earlier + 1;
  if (earlier >= budget.max + (MPEGFLOW_MUTANT(budget_off_by_one) ? 1 : 0))
    return end(std::move(verdict), budget,
               fmt::format("{} budget of {} is spent", name, budget.max));
  auto pool = choose_pool(question, budget);
  if (!pool) return end(std::move(verdict), budget, pool.error());
  verdict.wait = draw_wait(budget, earlier, question.draw);
  if (is_past_total_wall(question.policy, budget, question.circumstances.since_first_run,
                         verdict.wait)) {
    verdict.wait = base::Micros(0);
    return end(std::move(verdict), budget,
               fmt::format("its time is over: it first ran {} ago",
                           base::to_human(question.circumstances.since_first_run)));
  }
  verdict.step = Step::retry;
  verdict.pool = *std::move(pool);
  verdict.why = fmt::format("{} {} of {}", name, earlier + 1, budget.max);
  if (!verdict.pool.empty()) verdict.why += fmt::format(", in pool {}", verdict.pool);
  return verdict;
}

Verdict decide_transient(const Question& question, Verdict verdict) {
  const Finding& finding = question.finding;
  const RetryPolicy& policy = question.policy;
  if (is_free(finding)) {
    verdict.step = Step::retry;
    verdict.why = "costs nothing";
    verdict.wait = draw_wait(policy.lost, 0, question.draw);
    return verdict;
  }
  if (is_lost(finding)) {
    if (verdict.counters.n_lost_hosts >= policy.poison_hosts) {
      ++verdict.counters.n_lost;
      std::string why =
          fmt::format("workers on {} hosts were lost under it", verdict.counters.n_lost_hosts);
      return end(std::move(verdict), policy.lost, std::move(why));
    }
    return spend(question, std::move(verdict), &Counters::n_lost, policy.lost, "lost");
  }
  if (is_memory(finding))
    return spend(question, std::move(verdict), &Counters::n_memory, policy.memory, "memory");
  if (is_room(finding))
    return spend(question, std::move(verdict), &Counters::n_operational, policy.room, "room");
  return spend(question, std::move(verdict), &Counters::n_transient, policy.transient, "transient");
}

/// Another pool or another machine may do; after that it waits for an operator, at once where there
/// is neither.
Verdict decide_operational(const Question& question, Verdict verdict) {
  const RetryPolicy& policy = question.policy;
  const bool is_alone = question.circumstances.hosts < policy.operational_hosts &&
                        find_elsewhere(question, policy.operational).empty();
  if (is_alone && !may_pass(question.finding)) {
    ++verdict.counters.n_operational;
    return end(std::move(verdict), policy.operational, "no other machine is there to try it on");
  }
  return spend(question, std::move(verdict), &Counters::n_operational, policy.operational,
               "operational");
}

Step end_of(FindingStatus status) {
  switch (status) {
    case FindingStatus::failed_spec: return Step::failed_spec;
    case FindingStatus::cancelled: return Step::cancelled;
    default: return Step::failed_input;
  }
}

}  // namespace

std::string_view to_word(Step step) {
  return kStepWords[static_cast<std::size_t>(step)];
}

std::optional<Step> parse_step(std::string_view word) {
  const auto found = std::ranges::find(kStepWords, word);
  if (found == kStepWords.end()) return std::nullopt;
  return static_cast<Step>(found - kStepWords.begin());
}

base::Micros draw_wait(const Budget& budget, int earlier, std::uint64_t draw) {
  const int doublings = std::clamp(earlier, 0, kMostDoublings);
  const std::int64_t most = budget.base.count() > (budget.cap.count() >> doublings)
                                ? budget.cap.count()
                                : budget.base.count() << doublings;
  if (most <= 0) return base::Micros(0);
  // With all of it drawn, tasks that failed together do not come back together.
  const auto drawn =
      static_cast<std::int64_t>(static_cast<double>(most) * std::clamp(budget.jitter, 0.0, 1.0));
  return base::Micros(most - drawn +
                      static_cast<std::int64_t>(draw % (static_cast<std::uint64_t>(drawn) + 1)));
}

bool is_past_total_wall(const RetryPolicy& policy, const Budget& budget, base::Micros since_first,
                        base::Micros wait) {
  const auto is_past = [&](base::Micros limit) {
    return limit.count() > 0 && since_first + wait > limit;
  };
  return is_past(policy.total_wall) || is_past(budget.total_wall);
}

Verdict decide(const Finding& finding, const Counters& counters, const RetryPolicy& policy,
               std::uint64_t draw, const Circumstances& circumstances) {
  const Question question{finding, policy, draw, circumstances};
  Verdict verdict;
  verdict.counters = counters;
  verdict.action = finding.action;
  switch (finding.bucket) {
    case Bucket::none: return verdict;
    case Bucket::deterministic:
      if (MPEGFLOW_MUTANT(deterministic_retried)) break;
      verdict.step = end_of(finding.status);
      verdict.why = "a retry cannot help";
      return verdict;
    case Bucket::operational: return decide_operational(question, std::move(verdict));
    case Bucket::transient: break;
  }
  return decide_transient(question, std::move(verdict));
}

}  // namespace mpegflow::retry
