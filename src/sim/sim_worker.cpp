#include "sim/sim_worker.h"

#include <algorithm>
#include <array>

#include "core/plan/task_params.h"
#include "core/probe/probe.h"
#include "sim/object_bytes.h"

namespace mpegflow::sim {
namespace {

probe::Probe make_probe(bool has_video) {
  probe::Probe probe;
  probe.container = "mov";
  probe.size = 1'000'000;
  probe.duration = 12;
  probe::VideoStream video;
  video.codec = "h264";
  video.width = 1280;
  video.height = 720;
  video.frame_rate = video.average_frame_rate = {25, 1};
  video.pixel_format = "yuv420p";
  if (has_video) probe.video.push_back(video);
  probe::AudioStream audio;
  audio.index = 1;
  audio.codec = "aac";
  audio.sample_rate = 48'000;
  audio.channels = 2;
  probe.audio.push_back(audio);
  return probe;
}

/// One for each budget.
constexpr std::array<std::string_view, 5> kHopeless = {"io_error", "oom_killed", "killed_unknown",
                                                       "disk_full", "gpu_fault"};

/// Such a task waits for an operator when its budget is spent.
bool is_held_at_last(std::string_view trouble) {
  return trouble == "disk_full" || trouble == "gpu_fault";
}

}  // namespace

std::string draw_trouble(Random& random) {
  const auto reasons = retry::all_reasons();
  return std::string(reasons[static_cast<std::size_t>(
      random.between(0, static_cast<std::int64_t>(reasons.size()) - 1))]);
}

SimWorker::SimWorker(Context& context, protocol::WorkerProtocol& protocol,
                     objects::ObjectStore& objects, int number)
    : context_(context),
      protocol_(protocol),
      objects_(objects),
      name_(fmt::format("w{}", number)),
      host_(fmt::format("host{}", number)) {
  // The first serves every pool, so that whatever waits can end.
  if (number == 0 || context.random.chance(0.5)) pools_.emplace_back("gpu");
  restart();
}

void SimWorker::restart() {
  is_alive_ = true;
  next_poll_ = {};
  phase_ = Phase::registering;
  session_ = base::SessionId(base::make_id(context_.clock.now().us, context_.random));
  paused_until_ = {};
  context_.note("{} starts", name_);
}

base::RequestId SimWorker::make_request() {
  return base::RequestId(base::make_id(context_.clock.now().us, context_.random));
}

bool SimWorker::is_final(const base::Error* error) {
  if (error == nullptr || error->code == base::ErrorCode::superseded) return true;
  if (error->code == base::ErrorCode::interrupted) is_alive_ = false;
  return false;
}

void SimWorker::drop(std::string_view why) {
  context_.note("{} drops {}: {}", name_, assignment_.task_key, why);
  phase_ = Phase::idle;
  request_ = make_request();
}

base::TaskId SimWorker::task() const {
  if (phase_ == Phase::registering || phase_ == Phase::idle) return {};
  return assignment_.claim.task;
}

base::SteadyTime SimWorker::next_step() const {
  base::SteadyTime next = context_.clock.steady();
  if (phase_ == Phase::idle) next = std::min(next_poll_, next_beat_);
  if (phase_ == Phase::working) next = std::min(done_at_, next_beat_);
  return std::max({next, paused_until_, context_.clock.steady()});
}

void SimWorker::step() {
  // Whether a paused worker first hears that it is late, or first says what it made, is chance.
  const bool must_beat = phase_ != Phase::registering && context_.clock.steady() >= next_beat_;
  if (must_beat && context_.random.chance(phase_ == Phase::ending ? 0.3 : 0.7)) return beat();
  switch (phase_) {
    case Phase::registering: return register_session();
    case Phase::idle: return claim();
    case Phase::working: return work();
    case Phase::staging: return stage();
    case Phase::storing: return store_outputs();
    case Phase::ending: return end();
  }
}

void SimWorker::register_session() {
  protocol::RegisterRequest request;
  request.session = session_;
  request.host = host_;
  request.boot_id = "boot";
  request.encoder = {base::EncoderRevisionId("encoder"), "/usr/bin/ffmpeg", "5.1", "", "{}", {}};
  request.pools = pools_;
  const auto answer = protocol_.register_session(request);
  if (!is_final(answer ? nullptr : &answer.error())) return;
  next_beat_ = context_.clock.steady() + context_.scale.beat;
  phase_ = Phase::idle;
  request_ = make_request();
}

void SimWorker::claim() {
  const auto answer = protocol_.claim({request_, session_, pools_, {}, 1, base::Micros(0)});
  if (!answer) {
    if (is_final(&answer.error())) restart();  // the session has ended
    return;
  }
  request_ = make_request();
  next_beat_ = context_.clock.steady() + context_.scale.beat;  // a claim is as good as a heartbeat
  next_poll_ =
      context_.clock.steady() +
      context_.scale.beat * (context_.faults.is_over() ? 10 : context_.random.between(1, 10)) / 10;
  if (!answer->empty()) begin(answer->front());
}

/// Why this encoder fails, or nothing. A task without hope spends one of its budgets to the end;
/// what waits for an operator is mended when the world heals.
std::string SimWorker::find_trouble(const base::TaskId& task) {
  const auto [known, is_new] = context_.troubles.try_emplace(task);
  if (auto details = is_new ? context_.strikes(Fault::task_hopeless) : std::nullopt)
    known->second = kHopeless[static_cast<std::size_t>(details->between(0, kHopeless.size() - 1))];
  const bool is_mended = context_.faults.is_over() && is_held_at_last(known->second);
  if (!known->second.empty() && !is_mended) return known->second;
  auto details = context_.strikes(Fault::encoder_failed);
  if (!details) return {};
  return details->chance(0.5) ? context_.scale.usual_trouble : draw_trouble(*details);
}

void SimWorker::begin(const protocol::Assignment& assignment) {
  assignment_ = assignment;
  outputs_.clear();
  stored_ = 0;
  phase_ = Phase::working;
  begun_at_ = context_.clock.steady();
  const base::Micros longest = context_.scale.longest_task;
  base::Micros takes(context_.random.between(0, longest.count()));
  if (context_.strikes(Fault::encoder_slow)) takes *= 10;
  if (context_.strikes(Fault::encoder_hung)) {
    takes += std::chrono::minutes(5);  // nothing for so long: a hang
    trouble_ = "no_progress";
  } else {
    trouble_ = find_trouble(assignment.claim.task);
    if (!context_.troubles[assignment.claim.task].empty()) takes /= 10;  // it does not get far
  }
  done_at_ = begun_at_ + takes;
  context_.note("{} got {} f{}", name_, assignment.task_key, assignment.claim.fence);
}

void SimWorker::beat() {
  protocol::HeartbeatRequest request{session_, {}};
  const bool has_task = phase_ != Phase::idle;
  if (has_task) request.running.push_back({assignment_.claim, "{\"beat\":1}"});
  const base::SteadyTime sent = context_.clock.steady();
  const auto answer = protocol_.heartbeat(request);
  if (!is_final(answer ? nullptr : &answer.error())) return;
  next_beat_ = sent + context_.scale.beat;
  if (!answer) return;
  if (has_task && !answer->superseded.empty()) drop("superseded");
  // A claim whose lease ran out may still be finished; the next one needs a session that lives.
  if (!answer->session_known && phase_ == Phase::idle) return restart();
  if (phase_ != Phase::idle && !answer->cancelling.empty()) {
    phase_ = Phase::ending;
    ending_ = Ending::release;
    request_ = make_request();
  }
}

void SimWorker::work() {
  if (context_.clock.steady() < done_at_) return;
  ending_ = trouble_.empty() ? Ending::commit : Ending::report;
  if (context_.strikes(Fault::give_back)) ending_ = Ending::release;
  const bool has_media =
      assignment_.kind != queue::TaskKind::probe && assignment_.kind != queue::TaskKind::deliver;
  const std::int64_t count = has_media ? context_.random.between(0, 3) : 0;
  for (std::int64_t i = 0; i < count; ++i) {
    store::OutputRow output;
    output.name = fmt::format("{}/{}.m4s", assignment_.task_key, i);
    output.role = "media";
    output.object_key = make_object_key(assignment_.job, assignment_.claim, output.name);
    const std::string bytes = make_object_bytes(output.object_key);
    output.size = static_cast<std::int64_t>(bytes.size());
    output.sha256 = base::Sha256::hex_of(bytes);
    outputs_.push_back(std::move(output));
  }
  request_ = make_request();
  phase_ = outputs_.empty() ? Phase::ending : Phase::staging;
}

void SimWorker::stage() {
  const auto answer = protocol_.stage({assignment_.claim, outputs_});
  if (!is_final(answer ? nullptr : &answer.error())) return;
  if (!answer) return drop("superseded");
  begun_at_ = context_.clock.steady();
  phase_ = Phase::storing;
}

void SimWorker::store_outputs() {
  if (context_.clock.steady() - begun_at_ > context_.scale.orphan_grace)
    return drop("too long without an end");
  // Some fail before they have stored all.
  const bool stops_here = ending_ != Ending::commit && context_.random.chance(0.3);
  if (stored_ == outputs_.size() || stops_here) {
    phase_ = Phase::ending;
    return;
  }
  const std::string& key = outputs_[stored_].object_key;
  const auto answer = objects_.put_bytes(key, make_object_bytes(key));
  if (is_final(answer ? nullptr : &answer.error())) ++stored_;
}

std::vector<store::InputFacts> SimWorker::find_inputs() {
  std::vector<store::InputFacts> facts;
  if (assignment_.kind != queue::TaskKind::probe) return facts;
  // By the request, so that a repeated one says the same.
  const bool has_video = context_.faults.is_over() || request_.value.back() % 10 != 0;
  for (const protocol::AssignedInput& input : assignment_.inputs)
    facts.push_back({input.key, std::string(64, 'a'),
                     base::to_canonical_json(probe::to_json(make_probe(has_video)))});
  return facts;
}

protocol::CommitRequest SimWorker::make_commit() {
  protocol::CommitRequest commit;
  commit.request = request_;
  commit.claim = assignment_.claim;
  commit.record = "{}";
  commit.result = "{}";
  for (const store::OutputRow& output : outputs_) commit.outputs.push_back(output.object_key);
  commit.inputs = find_inputs();
  if (assignment_.kind == queue::TaskKind::deliver) {
    commit.published = store::Published{"file:///out/" + assignment_.job.value, {}};
    for (const store::OutputRow& output : assignment_.job_outputs)
      commit.published->files.push_back(
          {output.name, assignment_.job, output.size, output.sha256, 0});
  }
  return commit;
}

void SimWorker::end() {
  switch (ending_) {
    case Ending::commit: return finish(protocol_.commit(make_commit()));
    case Ending::report: {
      auto finding = retry::make_finding(trouble_, "sim");
      if (finding.bucket == retry::Bucket::none)
        finding = retry::make_finding("unrecognised", "sim");
      return finish(protocol_.report({request_, assignment_.claim, finding, "{}", {}}));
    }
    case Ending::release:
      return finish(protocol_.released({request_, assignment_.claim, "drain", "{}"}));
  }
}

void SimWorker::finish(const base::Result<protocol::TaskAnswer>& answer) {
  if (!is_final(answer ? nullptr : &answer.error())) {
    // Draining, a worker may give back what it does not know to be committed.
    if (is_alive_ && ending_ == Ending::commit && context_.strikes(Fault::give_back)) {
      ending_ = Ending::release;
      request_ = make_request();
    }
    return;
  }
  if (answer) return drop("done");
  // A cancelled task waits for word that its worker has stopped.
  if (ending_ == Ending::release) return drop("superseded");
  ending_ = Ending::release;
  request_ = make_request();
}

}  // namespace mpegflow::sim
