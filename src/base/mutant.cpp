#include "base/mutant.h"

#ifdef MPEGFLOW_MUTANTS

#include <algorithm>
#include <array>

#include "base/result.h"

namespace mpegflow::base {
namespace {

constexpr auto kMutants = std::to_array<Mutant>({
    {"drop_fence_check", "any claim of the task is as good as the last", "", "", ""},
    {"claim_id_ignored", "the fence alone tells claims apart", "", "", ""},
    {"fence_not_raised", "a claim keeps the fence of the one before", "", "", ""},
    {"reset_fence_on_reprocess", "reprocessing begins again at fence 0", "reset_task_budgets",
     "SET n_transient = 0", "SET fence = 0, n_transient = 0"},
    {"expiry_raises_fence", "an expired lease already shuts its holder out", "set_task_state",
     "SET state = $3",
     "SET fence = fence + CASE $3 WHEN 'backing_off' THEN 1 ELSE 0 END, state = $3"},
    {"late_commit_refused", "only a task that is leased is committed", "", "", ""},
    {"claim_left_open", "giving up a claim leaves it the task's", "clear_claim",
     "WHERE id = $1 AND fence = $2", "WHERE id = $1 AND fence = $2 AND 1 = 0"},
    {"superseded_not_told", "a heartbeat of a claim that is over is answered as if it stood", "",
     "", ""},
    {"heartbeat_not_kept", "a heartbeat does not renew anything", "touch_session",
     "SET last_seen_us = $2", "SET last_seen_us = last_seen_us + 0 * $2"},
    {"reaped_early", "silence is judged after half the time", "silent_sessions",
     "last_seen_us < $1", "last_seen_us < $1 + 45000000"},
    {"never_reaped", "silence is never judged", "silent_sessions", "last_seen_us < $1",
     "last_seen_us < $1 AND 1 = 0"},
    {"session_end_forgets_leases", "the leases of a session that ends stay", "leases_of_session",
     "WHERE session_id = $1", "WHERE session_id = $1 AND 1 = 0"},
    {"unknown_lease_kept", "a lease that its session does not know of lives on", "", "", ""},
    {"lease_row_left", "the lease of an attempt that is over stays", "delete_lease",
     "WHERE task_id = $1", "WHERE 1 = 0 AND task_id = $1"},
    {"ready_row_left", "a task leaves ready and stays in the queue", "delete_ready",
     "WHERE task_id = $1", "WHERE 1 = 0 AND task_id = $1"},
    {"timer_due_twice", "a timer that was due stays", "delete_timer", "WHERE task_id = $1",
     "WHERE 1 = 0 AND task_id = $1"},
    {"timer_never_due", "no timer is due", "due_timers", "timer.due_us <= $1",
     "timer.due_us <= $1 AND 1 = 0"},
    {"double_decrement", "a parent counts twice", "count_down_children", "pending - 1",
     "pending - 2"},
    {"no_decrement", "a parent does not count", "count_down_children", "pending - 1",
     "pending - 0"},
    {"fan_in_fires_early", "a task is ready when all but one of its parents are done", "", "", ""},
    {"edge_lost", "a task does not know what it needs", "insert_edge", "VALUES ($1, $2)",
     "SELECT $1, $2 WHERE 1 = 0"},
    {"failure_not_passed_on", "who needs a task that failed waits for ever", "children_of",
     "WHERE parent_id = $1", "WHERE parent_id = $1 AND 1 = 0"},
    {"counters_decremented", "a lost worker is taken off the counter", "set_task_finding",
     "n_lost = n_lost + $7", "n_lost = n_lost - $7"},
    {"lost_charges_transient", "a lost worker costs one of the failures", "set_task_finding",
     "n_transient = n_transient + $4", "n_transient = n_transient + $4 + $7"},
    {"deterministic_retried", "what will fail again is tried again", "", "", ""},
    {"budget_off_by_one", "one retry more than the budget", "", "", ""},
    {"cancel_does_not_refuse_commit", "a cancelled task may still be committed", "", "", ""},
    {"terminal_not_absorbing", "a task that succeeded can be cancelled", "", "", ""},
    {"commit_does_not_name_outputs", "a commit takes what is staged, be it nothing", "", "", ""},
    {"staged_not_committed", "one of the outputs stays behind", "commit_outputs",
     "AND state = 'staged'",
     "AND state = 'staged' AND object_key <> (SELECT MAX(object_key) FROM output WHERE task_id = "
     "$1)"},
    {"gc_ignores_holder", "outputs are collected while their holder may commit", "", "", ""},
    {"gc_without_grace", "outputs are collected while their writer may still write", "", "", ""},
    {"gc_takes_committed", "a committed output is collected", "open_outputs_and_attempts",
     "output.state <> 'committed'", "1 = 1"},
    {"gc_forgets_nothing", "nothing is ever collected", "open_outputs_and_attempts",
     "output.state <> 'committed'", "1 = 0"},
    {"repeated_request_runs_again", "an answer is not remembered", "find_request", "WHERE id = $1",
     "WHERE id = $1 AND 1 = 0"},
    {"repeated_claim_claims_more", "a repeated claim takes other tasks", "", "", ""},
    {"event_number_skipped", "the numbers of events have a gap", "job_head", "event_seq,",
     "event_seq + (event_seq > 5),"},
    {"event_chain_cut", "an event does not name the one before", "", "", ""},
    {"change_without_event", "a retry that is due changes the state and tells nobody", "", "", ""},
    {"ack_before_sync", "a commit is answered before it is on the disk", "", "", ""},
    {"wheel_skipped", "a lane's turn does not move on", "add_pool_load",
     "COALESCE($4, pool_state.wheel_position)", "COALESCE(pool_state.wheel_position, $4)"},
    {"tenant_turn_forgotten", "what a tenant has put in a lane does not count", "add_tenant_load",
     "COALESCE($7, tenant_load.finish)", "COALESCE(tenant_load.finish, $7)"},
    {"lane_cap_ignored", "a lane may run more than its cap", "", "", ""},
    {"tenant_cap_ignored", "a tenant may run more than its cap", "", "", ""},
    {"waiters_not_let_in", "nobody is let in when there is room again", "", "", ""},
    {"running_not_counted_down", "what has run counts for ever", "", "", ""},
    {"end_not_announced", "nobody is told that a job ended", "", "", ""},
    {"death_not_announced", "nobody is told that a task died", "", "", ""},
    {"delivery_done_when_taken", "what is about to be told counts as told", "take_outbox",
     "due_us = $2", "due_us = $2, done_us = $2"},
    {"refusal_taken_as_heard", "an error of the receiver ends the delivery", "postpone_outbox",
     "SET due_us = $3", "SET done_us = $3, due_us = $3"},
});

std::string_view planted;  // NOLINT: one for the whole program
bool reached = false;      // NOLINT: as `planted`

}  // namespace

std::span<const Mutant> all_mutants() {
  return kMutants;
}

void plant(std::string_view name) {
  const auto found = std::ranges::find(kMutants, name, &Mutant::name);
  check(name.empty() || found != kMutants.end(), "there is such a mutant");
  planted = name.empty() ? std::string_view() : found->name;
  reached = false;
}

bool was_reached() {
  return reached;
}

bool is_planted(std::string_view name) {
  check(std::ranges::find(kMutants, name, &Mutant::name) != kMutants.end(), name);
  if (planted != name) return false;
  reached = true;
  return true;
}

std::string plant_in_query(std::string_view query, std::string text) {
  const auto found = std::ranges::find(kMutants, planted, &Mutant::name);
  if (found == kMutants.end() || found->query != query) return text;
  const std::size_t at = text.find(found->from);
  check(at != std::string::npos, found->name);
  reached = true;
  return text.replace(at, found->from.size(), found->to);
}

}  // namespace mpegflow::base

#endif
