#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace mpegflow::store {

/// Reads, each on one snapshot. find_… gives nullopt when there is no such row.

base::Result<std::optional<JobRow>> find_job(Store& store, const base::JobId& id);
base::Result<std::optional<JobRow>> find_job_with_key(Store& store, std::string_view tenant,
                                                      std::string_view idempotency_key);
base::Result<std::optional<base::JobId>> find_latest_job(Store& store, std::string_view identity);
/// The jobs whose id starts with `prefix`, at most three; of one tenant, if it is not empty.
base::Result<std::vector<base::JobId>> find_jobs_by_prefix(Store& store, std::string_view prefix,
                                                           std::string_view tenant = {});
/// Newest first; `before` is the last row of the page before.
base::Result<std::vector<JobRow>> list_jobs(Store& store, std::int64_t limit,
                                            const std::optional<JobRow>& before = std::nullopt);
/// Which jobs; what is empty does not matter.
struct JobFilter {
  std::string state;
  std::string lane;
  std::string tenant;
};
/// Newest first, from behind the job that was created then.
struct JobCursor {
  base::WallTime created;
  base::JobId job;
};
base::Result<std::vector<JobRow>> list_jobs(Store& store, const JobFilter& filter,
                                            const std::optional<JobCursor>& behind,
                                            std::int64_t limit);
base::Result<std::vector<JobRow>> list_jobs_with_output(Store& store, std::string_view output_uri);
base::Result<std::vector<InputRow>> list_inputs(Store& store, const base::JobId& job);

base::Result<std::optional<TaskRow>> find_task(Store& store, const base::TaskId& id);
base::Result<std::vector<TaskRow>> list_tasks(Store& store, const base::JobId& job);
/// (parent, child) pairs.
base::Result<std::vector<std::pair<base::TaskId, base::TaskId>>> list_edges(Store& store,
                                                                            const base::JobId& job);
base::Result<std::vector<AttemptRow>> list_attempts(Store& store, const base::JobId& job);
base::Result<std::vector<OutputRow>> list_committed_outputs(Store& store, const base::JobId& job);
/// The same as they are to be published: a playlist that a job writes twice, early and at its end,
/// once, as the later task has it.
base::Result<std::vector<OutputRow>> list_final_outputs(Store& store, const base::JobId& job);
base::Result<std::vector<OutputRow>> list_outputs_of_task(Store& store, const base::TaskId& task);
base::Result<std::vector<EventRow>> list_events(Store& store, const base::JobId& job,
                                                std::int64_t after_seq, std::int64_t limit);
base::Result<std::vector<PublishedRow>> list_published(Store& store, std::string_view target_uri);
/// What jobs were about to put in place there, by job.
base::Result<std::vector<PublishedRow>> list_publishing(Store& store, std::string_view target_uri);

base::Result<std::vector<SessionRow>> list_open_sessions(Store& store);
/// Sessions that hold leases on tasks of the job.
base::Result<std::vector<SessionRow>> list_sessions_of_job(Store& store, const base::JobId& job);
base::Result<std::vector<LeaseRow>> list_leases_of_session(Store& store,
                                                           const base::SessionId& session);
base::Result<std::optional<LeaseRow>> find_lease(Store& store, const base::TaskId& task);
base::Result<std::optional<base::WallTime>> find_timer(Store& store, const base::TaskId& task);
base::Result<std::optional<EncoderRevisionRow>> find_encoder_revision(
    Store& store, const base::EncoderRevisionId& id);

base::Result<std::vector<EncoderRevisionRow>> list_encoder_revisions(Store& store);
/// The encoder revisions whose id starts with `prefix`, at most three.
base::Result<std::vector<base::EncoderRevisionId>> find_encoder_revisions_by_prefix(
    Store& store, std::string_view prefix);

base::Result<std::vector<PoolRow>> list_pools(Store& store);
/// Tasks of each pool that are not over: (pool, state) → how many.
base::Result<std::map<std::pair<std::string, std::string>, std::int64_t>> count_pool_loads(
    Store& store);

/// What is dead, in groups that failed alike, the largest first.
base::Result<std::vector<DeadLetterGroupRow>> list_dead_letter_groups(Store& store);
/// The groups whose signature starts with `prefix`, at most three.
base::Result<std::vector<std::string>> find_signatures_by_prefix(Store& store,
                                                                 std::string_view prefix);
base::Result<std::optional<DeadLetterRow>> find_dead_letter(Store& store, const base::TaskId& task);
/// Oldest first.
base::Result<std::vector<DeadLetterRow>> list_dead_letters(Store& store,
                                                           const DeadLetterFilter& filter,
                                                           std::int64_t limit);

base::Result<std::vector<QuarantineRow>> list_quarantines(Store& store);
/// The failures on a host since something last succeeded there.
base::Result<std::vector<HostFailureRow>> list_failures_in_a_row(Store& store,
                                                                 std::string_view host);
base::Result<std::vector<std::string>> list_pools_of_session(Store& store,
                                                             const base::SessionId& session);
/// The delivery that is due first, by the store's clock.
struct NextDelivery {
  base::WallTime due;
  bool is_due = false;
};
base::Result<std::optional<NextDelivery>> find_next_delivery(Store& store);
base::Result<std::vector<DeliveryRow>> list_deliveries(Store& store, const base::JobId& job);

/// The row readers, for the ops.
PoolRow to_pool(const Row& row);
DeadLetterRow to_dead_letter(const Row& row);
QuarantineRow to_quarantine(const Row& row);
DeliveryRow to_delivery(const Row& row);
JobRow to_job(const Row& row);
TaskRow to_task(const Row& row);
queue::Need to_need(std::string_view word);
LeaseRow to_lease(const Row& row);
OutputRow to_output(const Row& row);
AttemptRow to_attempt(const Row& row);
SessionRow to_session(const Row& row);
EventRow to_event(const Row& row);
PublishedRow to_published(const Row& row);

}  // namespace mpegflow::store
