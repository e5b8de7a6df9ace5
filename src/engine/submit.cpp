#include "engine/submit.h"

#include "core/plan/plan.h"
#include "core/retry/policy_record.h"
#include "core/submit/qc_rules.h"
#include "core/submit/quantity.h"
#include "core/submit/read_spec.h"
#include "core/submit/retry_policy.h"
#include "engine/planned_rows.h"

namespace mpegflow::engine {

namespace {

/// {} stands for the defaults.
std::string write_policy(const submit::RetrySpec& retry) {
  if (retry == submit::RetrySpec{}) return "{}";
  return base::to_canonical_json(retry::to_json(submit::to_retry_policy(retry)));
}

/// What a task is told: what was planned, and the rules that its outputs are held against.
std::string write_params(const plan::PlannedTask& task, const base::json::object& qc) {
  base::json::object params = task.params;
  const bool makes_media =
      task.kind == queue::TaskKind::encode || task.kind == queue::TaskKind::ffmpeg;
  if (makes_media && !qc.empty()) params["qc"] = qc;
  return base::to_canonical_json(params);
}

}  // namespace

std::vector<store::NewTask> to_new_tasks(const base::JobId& job, const submit::JobSpec& spec,
                                         std::int64_t first_position,
                                         const std::vector<plan::PlannedTask>& tasks) {
  const std::string policy = write_policy(spec.retry);
  const base::json::object qc = verify::to_json(submit::to_qc_rules(spec.qc));
  std::vector<store::NewTask> rows;
  for (const plan::PlannedTask& task : tasks) {
    store::NewTask row;
    row.id = base::TaskId(plan::derive_task_id(job.value, task.key));
    row.key = task.key;
    row.kind = task.kind;
    row.need = task.need;
    row.position = first_position + static_cast<std::int64_t>(rows.size());
    row.pool = task.pool;
    row.group_key = task.group_key;
    row.expected_cpu_us = task.expected_cpu_us;
    row.expected_bytes = task.expected_bytes;
    row.memory_bytes = spec.limits.memory;
    row.policy = policy;
    row.params = write_params(task, qc);
    row.requirements = queue::to_text(task.requirements);
    for (const std::string& need : task.needs)
      row.needs.emplace_back(plan::derive_task_id(job.value, need));
    rows.push_back(std::move(row));
  }
  return rows;
}

namespace {

base::Micros to_micros(double seconds) {
  return base::Micros(static_cast<std::int64_t>(seconds * 1e6));
}

store::Schedule make_schedule(const submit::JobSpec& spec) {
  store::Schedule schedule;
  if (const auto seconds = submit::parse_seconds(spec.start_after))
    schedule.start_in = to_micros(*seconds);
  else schedule.start = base::parse_rfc3339(spec.start_after);
  schedule.hop_after = to_micros(spec.hop.after);
  schedule.hop_lane = spec.hop.lane;
  schedule.hop_pool = spec.hop.pool;
  return schedule;
}

}  // namespace

base::Result<store::SubmitJob::Answer> submit(store::Store& store, const base::JobId& id,
                                              const Submission& submission) {
  const submit::JobSpec& spec = submission.spec;
  store::SubmitJob op;
  op.job.id = id;
  op.job.tenant = submission.tenant;
  op.job.identity = submission.identity;
  op.job.name = spec.name;
  op.job.delivery = "pending";
  op.job.lane = spec.lane;
  op.job.priority = spec.priority;
  op.job.spec_text = submission.spec_text;
  op.job.spec = base::to_canonical_json(submit::to_json(spec));
  op.job.command = base::to_canonical_json(submission.command);
  op.job.output_uri = spec.output_uri;
  op.job.scratch_uri = submission.scratch_uri;
  op.job.encoder_revision = submission.encoder_revision;
  op.job.plan_version = plan::kPlanVersion;
  if (!spec.idempotency_key.empty()) op.idempotency_key = spec.idempotency_key;
  op.takes_key_of = submission.takes_key_of;
  op.inputs = submission.inputs;
  op.schedule = make_schedule(spec);
  std::vector<plan::PlannedTask> tasks = plan::plan_static(spec);
  for (plan::PlannedTask& task : tasks)
    if (submission.isolates_raw_tasks && task.kind == queue::TaskKind::ffmpeg)
      task.requirements.emplace(queue::kSandbox);
  op.tasks = to_new_tasks(id, spec, 0, tasks);
  return store.execute(std::move(op));
}

}  // namespace mpegflow::engine
