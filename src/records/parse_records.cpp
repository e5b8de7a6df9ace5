#include "records/parse_records.h"

#include "core/queue/requirements.h"

namespace mpegflow::records {
namespace {

using base::int_or;
using base::text_or;
using base::json::object;

std::optional<std::int64_t> find_number(const object& record, std::string_view key) {
  const auto* value = record.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return int_or(record, key);
}

std::optional<base::WallTime> find_moment(const object& record, const std::string& name) {
  return store::to_time(find_number(record, name + "_us"));
}

base::WallTime moment(const object& record, const std::string& name) {
  return find_moment(record, name).value_or(base::WallTime{});
}

/// As a column of the store holds it.
std::optional<std::string> find_column(const object& record, std::string_view key) {
  const auto* value = record.if_contains(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return base::to_canonical_json(*value);
}

std::string column(const object& record, std::string_view key) {
  return find_column(record, key).value_or("");
}

store::InputRow parse_input(const object& record) {
  store::InputRow input;
  input.key = text_or(record, "key");
  input.uri = text_or(record, "uri");
  input.size = int_or(record, "size");
  if (const std::string sha256 = text_or(record, "sha256"); !sha256.empty()) input.sha256 = sha256;
  input.probe = find_column(record, "probe");
  return input;
}

store::OutputRow parse_output(const object& record) {
  store::OutputRow output;
  output.task = base::TaskId(text_or(record, "task"));
  output.fence = int_or(record, "attempt");
  output.name = text_or(record, "name");
  output.role = text_or(record, "role");
  output.state = text_or(record, "state");
  output.size = int_or(record, "size");
  output.sha256 = text_or(record, "sha256");
  output.object_key = text_or(record, "object_key");
  return output;
}

store::SessionRow parse_session(const object& record) {
  store::SessionRow session;
  session.id = base::SessionId(text_or(record, "id"));
  session.host = text_or(record, "host");
  session.pid = int_or(record, "pid");
  session.encoder_revision = base::EncoderRevisionId(text_or(record, "encoder_revision"));
  session.started = moment(record, "started");
  session.last_seen = moment(record, "last_seen");
  session.pause = queue::parse_pause(text_or(record, "pause")).value_or(queue::Pause::none);
  return session;
}

std::optional<base::Micros> find_micros(const object& record, std::string_view key) {
  const auto number = find_number(record, key);
  return number ? std::optional(base::Micros(*number)) : std::nullopt;
}

store::LaneInPool parse_lane_in_pool(const object& record) {
  store::LaneInPool lane;
  lane.pool = text_or(record, "pool");
  lane.reserved = int_or(record, "reserved");
  lane.cap = find_number(record, "cap");
  lane.ready = int_or(record, "ready");
  lane.capped = int_or(record, "capped");
  lane.running = int_or(record, "running");
  lane.waited_p50 = find_micros(record, "waited_p50_us");
  lane.waited_p95 = find_micros(record, "waited_p95_us");
  return lane;
}

store::HostFailureRow parse_failure(const object& record) {
  return {base::JobId(text_or(record, "job")), text_or(record, "reason"), moment(record, "failed")};
}

}  // namespace

store::JobRow parse_job(const object& record) {
  store::JobRow job;
  job.id = base::JobId(text_or(record, "id"));
  job.tenant = text_or(record, "tenant");
  job.identity = text_or(record, "identity");
  job.name = text_or(record, "name");
  job.state = text_or(record, "state");
  job.delivery = text_or(record, "delivery");
  job.lane = text_or(record, "lane");
  job.priority = int_or(record, "priority");
  job.spec = column(record, "spec");
  job.command = column(record, "command");
  job.output_uri = text_or(record, "output_uri");
  job.encoder_revision = base::EncoderRevisionId(text_or(record, "encoder_revision"));
  job.plan_version = int_or(record, "plan_version");
  job.created = moment(record, "created");
  job.started = find_moment(record, "started");
  job.finished = find_moment(record, "finished");
  return job;
}

store::TaskRow parse_task(const object& record) {
  store::TaskRow task;
  task.id = base::TaskId(text_or(record, "id"));
  task.job = base::JobId(text_or(record, "job"));
  task.key = text_or(record, "key");
  task.kind = queue::parse_task_kind(text_or(record, "kind")).value_or(task.kind);
  task.need = queue::parse_need(text_or(record, "need")).value_or(task.need);
  task.state = queue::parse_task_state(text_or(record, "state")).value_or(task.state);
  task.reason = text_or(record, "reason");
  task.cause = text_or(record, "cause");
  task.fence = int_or(record, "attempts");
  task.pool = text_or(record, "pool");
  task.lane = text_or(record, "lane");
  task.created = moment(record, "created");
  task.ready = find_moment(record, "ready");
  task.finished = find_moment(record, "finished");
  const object failures = base::object_or(record, "failures");
  task.n_transient = int_or(failures, "transient");
  task.n_memory = int_or(failures, "memory");
  task.n_operational = int_or(failures, "operational");
  task.n_lost = int_or(failures, "lost");
  queue::Requirements requirements;
  for (const auto& requirement : base::array_or(record, "requirements"))
    if (requirement.is_string()) requirements.emplace(requirement.get_string());
  task.requirements = queue::to_text(requirements);
  task.expected_cpu_us = int_or(record, "expected_cpu_us");
  task.expected_bytes = int_or(record, "expected_bytes");
  task.params = column(record, "params");
  task.result = find_column(record, "result");
  return task;
}

store::AttemptRow parse_attempt(const object& record) {
  store::AttemptRow attempt;
  attempt.task = base::TaskId(text_or(record, "task"));
  attempt.fence = int_or(record, "attempt");
  attempt.claim = base::ClaimId(text_or(record, "claim"));
  attempt.session = base::SessionId(text_or(record, "session"));
  attempt.outcome = text_or(record, "outcome");
  attempt.encoder_revision = base::EncoderRevisionId(text_or(record, "encoder_revision"));
  attempt.claimed = moment(record, "claimed");
  attempt.waited = base::Micros(int_or(record, "waited_us"));
  attempt.ended = find_moment(record, "ended");
  attempt.record = column(record, "record");
  return attempt;
}

store::EventRow parse_event(const object& record) {
  store::EventRow event;
  event.seq = int_or(record, "seq");
  event.kind = text_or(record, "kind");
  event.at = moment(record, "at");
  event.task_key = text_or(record, "task");
  event.task = base::TaskId(text_or(record, "task_id"));
  event.fence = int_or(record, "attempt");
  event.encoder_revision = base::EncoderRevisionId(text_or(record, "encoder_revision"));
  if (const auto* body = record.if_contains("body"); body != nullptr && !body->is_null())
    event.bytes = base::to_canonical_json(object{{"body", *body}});
  event.prev_hash = text_or(record, "prev_hash");
  event.hash = text_or(record, "hash");
  return event;
}

store::EncoderRevisionRow parse_encoder_revision(const object& record) {
  store::EncoderRevisionRow encoder;
  encoder.id = base::EncoderRevisionId(text_or(record, "id"));
  encoder.path = text_or(record, "path");
  encoder.version = text_or(record, "version");
  encoder.configuration = text_or(record, "configuration");
  encoder.facts = column(record, "facts");
  encoder.first_seen = moment(record, "first_seen");
  return encoder;
}

JobView parse_job_view(const object& record) {
  JobView view;
  view.job = parse_job(base::object_or(record, "job"));
  view.inputs = parse_list(record, "inputs", parse_input);
  view.tasks = parse_list(record, "tasks", parse_task);
  view.edges = parse_list(record, "edges", [](const object& edge) {
    return std::pair(base::TaskId(text_or(edge, "parent")), base::TaskId(text_or(edge, "child")));
  });
  view.attempts = parse_list(record, "attempts", parse_attempt);
  view.outputs = parse_list(record, "outputs", parse_output);
  return view;
}

store::LimitChange parse_limit_change(const object& record) {
  return {int_or(record, "number"), moment(record, "at"), text_or(record, "changed_by"),
          column(record, "change")};
}

store::LaneView parse_lane(const object& record) {
  store::LaneView lane;
  lane.name = text_or(record, "name");
  lane.weight = int_or(record, "weight");
  lane.gap = int_or(record, "claimed_in");
  lane.reserved = int_or(record, "reserved");
  lane.cap = find_number(record, "cap");
  lane.pools = parse_list(record, "pools", parse_lane_in_pool);
  return lane;
}

store::PoolRow parse_pool(const object& record) {
  return {text_or(record, "name"), int_or(record, "memory_per_task_bytes"),
          text_or(record, "next_pool"), text_or(record, "description")};
}

PoolLoads parse_pool_loads(const object& record) {
  PoolLoads loads;
  for (const auto& [state, count] : base::object_or(record, "tasks"))
    if (count.is_number())
      loads[{text_or(record, "name"), std::string(state)}] =
          int_or(base::object_or(record, "tasks"), state);
  return loads;
}

store::DeadLetterGroupRow parse_dead_letter_group(const object& record) {
  store::DeadLetterGroupRow group;
  group.signature = text_or(record, "group");
  group.tasks = int_or(record, "tasks");
  group.jobs = int_or(record, "jobs");
  group.kind = text_or(record, "kind");
  group.bucket = text_or(record, "bucket");
  group.reason = text_or(record, "reason");
  group.rule = text_or(record, "rule");
  group.pattern = text_or(record, "pattern");
  group.encoder_revision = base::EncoderRevisionId(text_or(record, "encoder_revision"));
  group.example = base::TaskId(text_or(record, "example"));
  group.first_died = moment(record, "first_died");
  group.last_died = moment(record, "last_died");
  return group;
}

store::DeadLetterRow parse_dead_letter(const object& record) {
  store::DeadLetterRow letter;
  letter.task = base::TaskId(text_or(record, "task"));
  letter.job = base::JobId(text_or(record, "job"));
  letter.signature = text_or(record, "group");
  letter.tenant = text_or(record, "tenant");
  letter.lane = text_or(record, "lane");
  letter.kind = text_or(record, "kind");
  letter.bucket = text_or(record, "bucket");
  letter.reason = text_or(record, "reason");
  letter.rule = text_or(record, "rule");
  letter.cause = text_or(record, "cause");
  letter.why = text_or(record, "why");
  letter.encoder_revision = base::EncoderRevisionId(text_or(record, "encoder_revision"));
  letter.fence = int_or(record, "attempts");
  letter.died = moment(record, "died");
  return letter;
}

HostPicture parse_host(const object& record) {
  HostPicture host;
  host.name = text_or(record, "host");
  for (const auto& pool : base::array_or(record, "pools"))
    if (pool.is_string()) host.pools.emplace(pool.get_string());
  host.leases = int_or(record, "leases");
  host.is_draining = base::bool_or(record, "draining");
  host.sessions = parse_list(record, "sessions", parse_session);
  host.failures = parse_list(record, "failures_in_a_row", parse_failure);
  if (const object out = base::object_or(record, "quarantine"); !out.empty())
    host.quarantine = {text_or(out, "host"), moment(out, "since"), find_moment(out, "until"),
                       text_or(out, "why"), text_or(out, "set_by")};
  host.changes = parse_list(record, "changes", parse_limit_change);
  return host;
}

}  // namespace mpegflow::records
