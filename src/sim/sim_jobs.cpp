#include "sim/sim_jobs.h"

#include <array>

#include "core/plan/plan.h"
#include "engine/submit.h"

namespace mpegflow::sim {
namespace {

constexpr std::string_view kSmallBudgets =
    R"({"lost":{"max":4},"memory":{"max":1},"operational":{"max":1},"poison_hosts":2,)"
    R"("transient":{"base_us":1000000,"cap_us":30000000,"max":2}})";

std::string draw_lane(Context& context) {
  static constexpr std::array<std::string_view, 3> kLanes = {"live", "vod", "bulk"};
  return std::string(kLanes[static_cast<std::size_t>(context.random.between(0, 2))]);
}

submit::JobSpec draw_spec(Context& context, const base::JobId& id) {
  submit::JobSpec spec;
  spec.name = "sim";
  spec.output_uri = "file:///out/" + id.value;
  spec.inputs = {{"main", "file:///in/main.mp4"}};
  if (context.random.chance(0.6))
    for (const std::int64_t height : {720, 360}) {
      submit::RenditionSpec rendition;
      rendition.key = fmt::format("{}p", height);
      rendition.height = height;
      rendition.maxrate = 1'000'000;
      spec.renditions.push_back(rendition);
    }
  spec.lane = draw_lane(context);
  spec.audio.enabled = context.random.chance(0.5);
  const std::int64_t raw = context.random.between(spec.renditions.empty() ? 1 : 0, 3);
  for (std::int64_t i = 0; i < raw; ++i) {
    submit::RawTaskSpec task;
    task.key = fmt::format("raw{}", i);
    task.args = {"-i", "{input.main}", fmt::format("{{output.raw{}.mp4}}", i)};
    if (i > 0 && context.random.chance(0.5)) task.needs = {fmt::format("raw{}", i - 1)};
    spec.tasks.push_back(task);
  }
  if (context.random.chance(0.2)) spec.start_after = "60s";
  if (context.random.chance(0.3)) spec.hop = {60, spec.lane == "vod" ? "live" : "vod", ""};
  if (context.random.chance(0.3)) spec.idempotency_key = "key-" + id.value;
  return spec;
}

engine::Submission make_submission(submit::JobSpec spec) {
  engine::Submission submission;
  submission.spec = std::move(spec);
  submission.scratch_uri = "file:///scratch";
  submission.encoder_revision = base::EncoderRevisionId("encoder");
  submission.inputs = {{"main", "file:///in/main.mp4", "{}", 1'000'000, {}, {}}};
  return submission;
}

store::SubmitJob draw_graph(Context& context, const base::JobId& id) {
  store::SubmitJob op;
  op.job.id = id;
  op.job.tenant = context.random.chance(0.5) ? "one" : "two";
  op.job.lane = draw_lane(context);
  op.job.priority = context.random.between(0, 100);
  op.job.delivery = "none";
  op.job.spec = "{}";
  op.job.encoder_revision = base::EncoderRevisionId("encoder");
  const std::int64_t count =
      context.random.chance(0.1) ? context.random.between(9, 40) : context.random.between(1, 8);
  const double density = context.random.chance(0.5) ? 0.2 : 0.6;
  for (std::int64_t i = 0; i < count; ++i) {
    store::NewTask task;
    task.key = fmt::format("t{}", i);
    task.id = base::TaskId(plan::derive_task_id(id.value, task.key));
    const bool is_delivery = i + 1 == count && context.random.chance(0.5);
    task.kind = is_delivery ? queue::TaskKind::deliver : queue::TaskKind::encode;
    task.position = i;
    task.pool = context.random.chance(0.3) ? "gpu" : "cpu";
    task.expected_cpu_us = context.random.between(0, 10'000'000);
    task.policy = kSmallBudgets;
    for (const store::NewTask& earlier : op.tasks)
      if (context.random.chance(density)) task.needs.push_back(earlier.id);
    op.tasks.push_back(std::move(task));
  }
  return op;
}

}  // namespace

SimJob SimJob::draw(Context& context) {
  const base::JobId id(base::make_id(context.clock.now().us, context.random));
  if (context.random.chance(0.5)) {
    store::SubmitJob op = draw_graph(context, id);
    auto tasks = op.tasks;
    return {id, std::move(tasks),
            [op = std::move(op)](store::Store& store) { return store.execute(op); }};
  }
  return {id, {}, [id, submission = make_submission(draw_spec(context, id))](store::Store& store) {
            return engine::submit(store, id, submission);
          }};
}

}  // namespace mpegflow::sim
