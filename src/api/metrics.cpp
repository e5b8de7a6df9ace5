#include "api/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "base/json.h"
#include "core/audit/attempt_record.h"
#include "store/lanes.h"
#include "store/reads.h"

namespace mpegflow::api {
namespace {

using prometheus::Histogram;

const Histogram::BucketBoundaries kWaits = {0.01, 0.1, 0.5, 1,   2.5,  5,    10,
                                            30,   60,  300, 900, 3600, 14400};
const Histogram::BucketBoundaries kCommits = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                              0.05,   0.1,   0.25,   0.5,   1,    2.5};
const Histogram::BucketBoundaries kSpeeds = {0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64};

double to_seconds(base::Micros time) {
  return static_cast<double>(time.count()) / 1e6;
}

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;

  prometheus::Family<Histogram>& waits =
      prometheus::BuildHistogram()
          .Name("mpegflow_queue_wait_seconds")
          .Help("How long tasks could run before a worker claimed them.")
          .Register(registry);
  prometheus::Family<Histogram>& commits = prometheus::BuildHistogram()
                                               .Name("mpegflow_store_commit_seconds")
                                               .Help("How long a change took until it was durable.")
                                               .Register(registry);
  prometheus::Family<Histogram>& speeds =
      prometheus::BuildHistogram()
          .Name("mpegflow_encode_speed_ratio")
          .Help("Seconds of media made in one second, by attempt.")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& attempts =
      prometheus::BuildCounter()
          .Name("mpegflow_attempts_total")
          .Help("Attempts that ended, by bucket and reason of their finding.")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& expiries =
      prometheus::BuildCounter()
          .Name("mpegflow_leases_expired_total")
          .Help("Leases that ended because their worker was silent.")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& submits =
      prometheus::BuildCounter()
          .Name("mpegflow_jobs_submitted_total")
          .Help("Jobs that were submitted here, by lane.")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& errors =
      prometheus::BuildCounter()
          .Name("mpegflow_store_errors_total")
          .Help("Changes that the store could not make, by error code.")
          .Register(registry);
  prometheus::Family<prometheus::Gauge>& tasks =
      prometheus::BuildGauge()
          .Name("mpegflow_tasks")
          .Help("Tasks that are not over, by lane, pool and state.")
          .Register(registry);
  prometheus::Family<prometheus::Gauge>& sessions =
      prometheus::BuildGauge()
          .Name("mpegflow_worker_sessions")
          .Help("Worker processes that are registered.")
          .Register(registry);
  prometheus::Family<prometheus::Gauge>& build = prometheus::BuildGauge()
                                                     .Name("mpegflow_build_info")
                                                     .Help("1, with the version as a label.")
                                                     .Register(registry);

  Families() {
    build.Add({{"version", MPEGFLOW_VERSION}}).Set(1);
    expiries.Add({});
    commits.Add({}, kCommits);
    speeds.Add({}, kSpeeds);
  }

  void count_answer(const store::ClaimTasks::Answer& answer, base::WallTime now) {
    for (const auto& granted : answer.granted)
      waits.Add({{"lane", granted.task.lane}, {"pool", granted.task.pool}}, kWaits)
          .Observe(to_seconds(now - granted.task.ready.value_or(now)));
  }
  void count_attempt(const std::string& bucket, const std::string& reason) {
    attempts.Add({{"bucket", bucket}, {"reason", reason}}).Increment();
  }
  void count_speed(const std::string& record) {
    const auto parsed = base::parse_json(record, "a record");
    if (!parsed || !parsed->is_object()) return;
    const audit::AttemptRecord attempt = audit::parse_attempt_record(parsed->get_object());
    if (attempt.media_seconds <= 0 || attempt.wall_us <= 0) return;
    speeds.Add({}, kSpeeds)
        .Observe(attempt.media_seconds / (static_cast<double>(attempt.wall_us) / 1e6));
  }
};

Metrics::Metrics() : families_(std::make_unique<Families>()) {}

Metrics::~Metrics() = default;

void Metrics::count(const store::Op& op, const base::Result<store::Answer>& answer,
                    base::Micros took, base::WallTime now) {
  Families& families = *families_;
  if (!answer) {
    if (answer.error().code == base::ErrorCode::store_failed ||
        answer.error().code == base::ErrorCode::disk_full)
      families.errors.Add({{"code", std::string(to_word(answer.error().code))}}).Increment();
    return;
  }
  families.commits.Add({}, kCommits).Observe(to_seconds(took));
  if (const auto* claimed = std::get_if<store::ClaimTasks::Answer>(&*answer))
    families.count_answer(*claimed, now);
  if (const auto* swept = std::get_if<store::Sweep::Answer>(&*answer))
    families.expiries.Add({}).Increment(static_cast<double>(swept->leases_expired));
  if (const auto* submitted = std::get_if<store::SubmitJob>(&op))
    families.submits.Add({{"lane", submitted->job.lane}}).Increment();
  if (const auto* failed = std::get_if<store::ReportFailure>(&op))
    families.count_attempt(std::string(to_word(failed->finding.bucket)), failed->finding.reason);
  if (const auto* commit = std::get_if<store::CommitAttempt>(&op)) {
    families.count_attempt("none", "ok");
    families.count_speed(commit->record);
  }
}

base::Result<std::string> Metrics::write(store::Store& store) {
  ASSIGN_OR_RETURN(const auto lanes, store::list_lanes(store));
  for (const store::LaneView& lane : lanes)
    for (const store::LaneInPool& pool : lane.pools) {
      const auto set = [&](const char* state, std::int64_t number) {
        families_->tasks.Add({{"lane", lane.name}, {"pool", pool.pool}, {"state", state}})
            .Set(static_cast<double>(number));
      };
      set("ready", pool.ready);
      set("running", pool.running);
      set("capped", pool.capped);
    }
  ASSIGN_OR_RETURN(const auto sessions, store::list_open_sessions(store));
  families_->sessions.Add({}).Set(static_cast<double>(sessions.size()));
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

base::Result<store::Answer> CountedStore::apply(const store::Op& op) {
  const base::SteadyTime before = clock_.steady();
  auto answer = inner_.apply(op);
  metrics_.count(op, answer, clock_.steady() - before, clock_.now());
  return answer;
}

/// Each of them was durable when all were.
std::vector<base::Result<store::Answer>> CountedStore::apply_group(
    const std::vector<store::Op>& ops) {
  const base::SteadyTime before = clock_.steady();
  auto answers = store::apply_in_order(inner_, ops);
  const base::Micros took = clock_.steady() - before;
  for (std::size_t i = 0; i < ops.size() && i < answers.size(); ++i)
    metrics_.count(ops[i], answers[i], took, clock_.now());
  return answers;
}

}  // namespace mpegflow::api
