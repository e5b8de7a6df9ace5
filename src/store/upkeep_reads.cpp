#include "store/upkeep_reads.h"

#include "store/reads.h"

namespace mpegflow::store {
namespace {

RemovalRow to_removal(const Row& row) {
  return {base::JobId(row.text(0)), row.text(1), {row.number(2)}, row.text(3), row.number(4) != 0};
}

OpenOutput to_open_output(const Row& row) {
  OpenOutput output;
  output.row = to_output(row);
  output.job = base::JobId(row.text(10));
  const auto state = queue::parse_task_state(row.text(11));
  base::check(state.has_value(), "a task row has a known state");
  output.task_state = *state;
  output.task_fence = row.number(12);
  output.task_claim = base::ClaimId(row.text(13));
  output.session = base::SessionId(row.text(14));
  if (const auto ended = row.find_number(15)) output.ended = base::WallTime{*ended};
  return output;
}

}  // namespace

base::Result<std::vector<OpenOutput>> read_open_outputs(Session& session,
                                                        const base::JobId& only_job) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("open_outputs_and_attempts", {only_job.value}));
  std::vector<OpenOutput> outputs;
  for (const Row& row : rows) outputs.push_back(to_open_output(row));
  return outputs;
}

upkeep::OutputFacts to_facts(const OpenOutput& output, bool is_writer_gone) {
  upkeep::OutputFacts facts;
  facts.is_doomed = output.row.state != "staged";
  facts.is_last_claim =
      output.task_fence == output.row.fence && output.task_claim == output.row.claim;
  facts.is_task_over = is_terminal(output.task_state);
  facts.is_writer_gone = is_writer_gone;
  facts.staged = output.row.created;
  facts.ended = output.ended;
  return facts;
}

base::Result<std::vector<RemovalRow>> list_open_removals(Store& store) {
  std::vector<RemovalRow> removals;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(const Rows rows, session.run("open_removals", {}));
    for (const Row& row : rows) removals.push_back(to_removal(row));
    return {};
  }));
  return removals;
}

base::Result<std::optional<RemovalRow>> find_removal(Store& store, const base::JobId& job,
                                                     std::string_view what) {
  std::optional<RemovalRow> removal;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(const Rows rows,
                     session.run("removal_of_job", {job.value, std::string(what)}));
    if (!rows.empty()) removal = to_removal(rows.front());
    return {};
  }));
  return removal;
}

base::Result<std::map<std::string, base::WallTime>> list_orphans(Store& store) {
  std::map<std::string, base::WallTime> orphans;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(const Rows rows, session.run("list_orphans", {}));
    for (const Row& row : rows) orphans.emplace(row.text(0), base::WallTime{row.number(1)});
    return {};
  }));
  return orphans;
}

queue::JobStanding standing_of(const JobRow& job) {
  const auto state = queue::parse_job_state(job.state);
  const auto delivery = queue::parse_delivery_state(job.delivery);
  base::check(state && delivery, "a job row has a known state and delivery");
  return {*state, *delivery};
}

base::Result<JobStandingRow> read_job_standing(Session& session, const JobRow& job) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("count_rows_of_job", {job.id.value}));
  const Row& row = rows.front();
  JobStandingRow standing;
  standing.tasks = row.number(0);
  standing.attempts = row.number(1);
  standing.events = row.number(2);
  standing.outputs = row.number(3);
  standing.facts.job = standing_of(job);
  standing.facts.finished = job.finished;
  standing.facts.has_open_outputs = row.number(4) > 0;
  standing.facts.has_leases = row.number(5) > 0;
  standing.facts.has_open_deliveries = row.number(6) > 0;
  return standing;
}

base::Result<Leftovers> measure_leftovers(Store& store, base::Micros age) {
  Leftovers leftovers;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    const std::int64_t before = session.now().us - age.count();
    ASSIGN_OR_RETURN(const Rows outputs, session.run("sum_stale_outputs", {before}));
    ASSIGN_OR_RETURN(const Rows requests, session.run("count_old_requests", {before}));
    leftovers = {outputs.front().number(0), outputs.front().number(1), requests.front().number(0)};
    return {};
  }));
  return leftovers;
}

base::Result<base::WallTime> read_now(Store& store) {
  base::WallTime now;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    now = session.now();
    return {};
  }));
  return now;
}

}  // namespace mpegflow::store
