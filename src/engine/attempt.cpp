#include "engine/attempt.h"

#include <cstdio>

#include "base/json.h"
#include "core/probe/input_record.h"
#include "core/submit/read_spec.h"
#include "engine/planned_rows.h"
#include "store/group_store.h"
#include "store/reads.h"

namespace mpegflow::engine {
namespace {

base::Result<base::json::object> parse_object(const std::string& text, std::string_view what) {
  ASSIGN_OR_RETURN(const base::json::value value, base::parse_json(text, what));
  base::check(value.is_object(), "our own records are objects");
  return value.get_object();
}

base::Result<plan::Probes> parse_probes(const std::vector<store::InputFacts>& inputs) {
  plan::Probes probes;
  for (const store::InputFacts& input : inputs) {
    if (!input.probe) continue;
    ASSIGN_OR_RETURN(const auto record, parse_object(*input.probe, "probe"));
    probes[input.key] = probe::parse_input_record(record).probe;
  }
  return probes;
}

encode::EncoderFacts parse_encoder(const std::optional<store::EncoderRevisionRow>& revision) {
  return revision ? encode::read_encoder_facts(revision->version, revision->facts)
                  : encode::EncoderFacts{};
}

}  // namespace

base::Result<tl::expected<std::vector<store::NewTask>, retry::Finding>> plan_after_probe(
    store::Store& store, const store::CommitAttempt& commit) {
  using Planned = tl::expected<std::vector<store::NewTask>, retry::Finding>;
  ASSIGN_OR_RETURN(const auto task, store::find_task(store, commit.claim.task));
  if (!task || task->kind != queue::TaskKind::probe) return Planned();
  ASSIGN_OR_RETURN(const auto job, store::find_job(store, task->job));
  base::check(job.has_value(), "a task belongs to a job");
  ASSIGN_OR_RETURN(const auto spec_record, parse_object(job->spec, "spec"));
  ASSIGN_OR_RETURN(const plan::Probes probes, parse_probes(commit.inputs));
  ASSIGN_OR_RETURN(const auto revision, store::find_encoder_revision(store, job->encoder_revision));
  const submit::JobSpec spec = submit::parse_job_spec(spec_record);
  for (const submit::InputSpec& input : spec.inputs)
    if (!probes.contains(input.key))
      return base::fail(base::ErrorCode::invalid_argument,
                        "the commit of a probe says nothing of input " + input.key);
  const auto planned = plan::plan_expansion(spec, probes, parse_encoder(revision));
  if (!planned) return Planned(tl::unexpected(planned.error()));
  const auto first = static_cast<std::int64_t>(plan::plan_static(spec).size());
  return Planned(to_new_tasks(task->job, spec, first, *planned));
}

namespace {

store::ReportFailure make_report(const store::CommitAttempt& commit,
                                 const retry::Finding& finding) {
  store::ReportFailure report;
  report.request = commit.request;
  report.claim = commit.claim;
  report.finding = finding;
  report.record = commit.record;
  report.inputs = commit.inputs;
  return report;
}

/// The answer of the op that ended the attempt, and what was granted behind it.
template <class OneOp>
base::Result<std::pair<typename OneOp::Answer, std::vector<store::ClaimTasks::Granted>>> apply_both(
    store::Store& store, OneOp op, const std::optional<store::ClaimTasks>& next) {
  std::vector<store::Op> ops;
  ops.emplace_back(std::move(op));
  if (next) ops.emplace_back(*next);
  std::vector<base::Result<store::Answer>> answers = store::apply_in_order(store, ops);
  if (!answers.front()) return tl::unexpected(answers.front().error());
  std::vector<store::ClaimTasks::Granted> granted;
  if (next && answers.back())
    granted = std::get<store::ClaimTasks::Answer>(*std::move(answers.back())).granted;
  return std::pair(std::get<typename OneOp::Answer>(*std::move(answers.front())),
                   std::move(granted));
}

}  // namespace

base::Result<Settled> report_and_claim(store::Store& store, store::ReportFailure report,
                                       const std::optional<store::ClaimTasks>& next) {
  ASSIGN_OR_RETURN(auto both, apply_both(store, std::move(report), next));
  return Settled{both.first.state, both.first.retry_at, std::move(both.second)};
}

base::Result<Settled> commit_and_claim(store::Store& store, store::CommitAttempt commit,
                                       const std::optional<store::ClaimTasks>& next) {
  ASSIGN_OR_RETURN(auto planned, plan_after_probe(store, commit));
  if (!planned) return report_and_claim(store, make_report(commit, planned.error()), next);
  commit.expansion = std::move(*planned);
  ASSIGN_OR_RETURN(auto both, apply_both(store, std::move(commit), next));
  return Settled{both.first.state, {}, std::move(both.second)};
}

base::Result<queue::TaskState> commit_attempt(store::Store& store, store::CommitAttempt commit) {
  return commit_and_claim(store, std::move(commit), std::nullopt).map([](const Settled& settled) {
    return settled.state;
  });
}

}  // namespace mpegflow::engine
