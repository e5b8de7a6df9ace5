#include "worker/worker.h"

#include <chrono>
#include <limits>
#include <thread>

#include "support/protocol_wrapper.h"
#include "worker/worker_world.h"

namespace mpegflow::worker {
namespace {

using queue::TaskState;

/// Waits until it holds; false after ten seconds.
template <class Condition>
bool eventually(const Condition& holds) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::yield();
  }
  return true;
}

WorkerOptions options_for(const WorkerWorld& world, int slots) {
  WorkerOptions options;
  options.session = base::SessionId("worker");
  options.host = "host";
  options.boot_id = "boot";
  options.only_job = world.job;
  options.slots = slots;
  options.heartbeat = std::chrono::milliseconds(5);
  return options;
}

TEST(Worker, DoesAJobWithSeveralSlots) {
  WorkerWorld world;
  world.script_all();
  world.submit_ladder();
  Worker worker(options_for(world, 4), world.services());
  ASSERT_TRUE(worker.start());
  EXPECT_TRUE(eventually([&] { return world.job_state() == "succeeded"; }));
  worker.stop();
  EXPECT_TRUE(worker.join());
  EXPECT_TRUE(world.left_no_folder());
}

TEST(Worker, StopsAtOnceWhileItWaitsForATask) {
  for (int i = 0; i < 50; ++i) {
    WorkerWorld world;
    Worker worker(options_for(world, 3), world.services());
    ASSERT_TRUE(worker.start());
    const auto begin = std::chrono::steady_clock::now();
    worker.stop();
    EXPECT_TRUE(worker.join());
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  }
}

TEST(Worker, EndsTheEncodersWhenItStops) {
  WorkerWorld world;
  ScriptedProcess endless;
  endless.runs_until_stopped = true;
  world.processes.when(has_argument("pipe:1"), endless);
  world.script_all();
  world.submit_ladder();
  Worker worker(options_for(world, 2), world.services());
  ASSERT_TRUE(worker.start());
  EXPECT_TRUE(eventually([&] { return world.processes.specs().size() == 3; }));
  worker.stop();
  EXPECT_TRUE(worker.join());
  EXPECT_EQ(world.task("64p").state, TaskState::ready);
  EXPECT_EQ(world.task("audio").state, TaskState::ready);
  EXPECT_EQ(world.outcome("64p"), "released");
}

TEST(Worker, EndsTheEncoderOfACancelledJobWithItsNextHeartbeat) {
  WorkerWorld world;
  ScriptedProcess endless;
  endless.runs_until_stopped = true;
  world.processes.when(has_argument("pipe:1"), endless);
  world.script_all();
  world.submit_ladder();
  Worker worker(options_for(world, 2), world.services());
  ASSERT_TRUE(worker.start());
  EXPECT_TRUE(eventually([&] { return world.processes.specs().size() == 3; }));
  ASSERT_TRUE(world.store->execute(store::CancelJob{world.job}));
  EXPECT_TRUE(eventually([&] { return world.job_state() == "cancelled"; }));
  worker.stop();
  EXPECT_TRUE(worker.join());
}

TEST(Worker, StopsAndStartsAgainUnderLoad) {
  WorkerWorld world;
  world.script_all();
  world.submit_ladder();
  for (int i = 0; i < 100 && world.job_state() != "succeeded"; ++i) {
    world.protocol =
        std::make_unique<protocol::InProcessProtocol>(*world.store, world.changes, world.entropy);
    WorkerOptions options = options_for(world, 3);
    options.session = base::SessionId(fmt::format("worker{}", i));
    Worker worker(options, world.services());
    ASSERT_TRUE(worker.start());
    for (int turn = 0; turn < 200 * i; ++turn) std::this_thread::yield();
    worker.stop();
    ASSERT_TRUE(worker.join());
  }
  EXPECT_EQ(world.job_state(), "succeeded");
}

class BrokenStore final : public test::ProtocolWrapper {
 public:
  using ProtocolWrapper::ProtocolWrapper;
  base::Result<protocol::TaskAnswer> commit(const protocol::CommitRequest&) override {
    return base::fail(base::ErrorCode::store_failed, "the disk is gone");
  }
};

TEST(Worker, EndsWithTheErrorOfAStoreThatIsOutOfReach) {
  WorkerWorld world;
  BrokenStore broken(*world.protocol);
  world.other_protocol = &broken;
  world.script_all();
  world.submit_ladder();
  Worker worker(options_for(world, 3), world.services());
  ASSERT_TRUE(worker.start());
  EXPECT_TRUE(eventually([&] { return worker.has_failed(); }));
  const auto joined = worker.join();
  ASSERT_FALSE(joined) << "the other slots do not wait on";
  EXPECT_EQ(joined.error().code, base::ErrorCode::store_failed);
}

/// The first claim is answered when its session was long taken for dead, and the worker has another
/// one: as after a pause of the whole process.
class LateClaim final : public test::ProtocolWrapper {
 public:
  LateClaim(protocol::WorkerProtocol& inner, store::Store& store)
      : ProtocolWrapper(inner), store_(store) {}

  base::Result<std::vector<protocol::Assignment>> claim(
      const protocol::ClaimRequest& request) override {
    auto given = inner_.claim(request);
    if (!given || given->empty() || has_paused_.exchange(true)) return given;
    store::Sweep silence;
    silence.session_ttl_us = 1;
    silence.listening_us = 1'000'000;
    EXPECT_TRUE(eventually([&] { return store_.execute(silence) && registered_ == 2; }));
    return given;
  }
  base::Result<protocol::RegisterAnswer> register_session(
      const protocol::RegisterRequest& request) override {
    auto answer = inner_.register_session(request);
    ++registered_;
    return answer;
  }

 private:
  store::Store& store_;
  std::atomic<bool> has_paused_ = false;
  std::atomic<int> registered_ = 0;
};

TEST(Worker, BeginsNothingOfASessionThatHasEnded) {
  WorkerWorld world;
  LateClaim late(*world.protocol, *world.store);
  world.other_protocol = &late;
  world.script_all();
  world.submit_ladder();
  Worker worker(options_for(world, 1), world.services());
  ASSERT_TRUE(worker.start());
  EXPECT_TRUE(eventually([&] {
    const bool is_swept = world.store->execute(store::Sweep{}).has_value();
    world.changes.notify();  // what became due is claimed by a slot that waits already
    return is_swept && world.job_state() == "succeeded";
  }));
  worker.stop();
  EXPECT_TRUE(worker.join());

  EXPECT_EQ(world.attempts("probe").size(), 2U) << "the claim was lost and made again";
  const auto specs = world.processes.specs();
  const auto is_probe_of_input = [](const process::ProcessSpec& spec) {
    return WorkerWorld::is_ffprobe(spec);
  };
  EXPECT_EQ(std::ranges::count_if(specs, is_probe_of_input), 1);
}

class Listener final : public test::ProtocolWrapper {
 public:
  using ProtocolWrapper::ProtocolWrapper;
  base::Result<std::vector<protocol::Assignment>> claim(
      const protocol::ClaimRequest& request) override {
    ++claims;
    return inner_.claim(request);
  }
  base::Result<protocol::HeartbeatAnswer> heartbeat(
      const protocol::HeartbeatRequest& request) override {
    ++heartbeats;
    if (request.pause) pause = *request.pause;
    return inner_.heartbeat(request);
  }

  std::atomic<int> claims = 0;
  std::atomic<int> heartbeats = 0;
  std::atomic<queue::Pause> pause = queue::Pause::none;
};

TEST(Worker, AsksForNothingWhileItsDiskIsFull) {
  WorkerWorld world;
  Listener listener(*world.protocol);
  world.other_protocol = &listener;
  for (const bool is_full : {true, false}) {
    WorkerOptions options = options_for(world, 2);
    options.session = base::SessionId(is_full ? "full" : "roomy");
    options.min_free_bytes = is_full ? std::numeric_limits<std::int64_t>::max() : 1;
    Worker worker(options, world.services());
    listener.heartbeats = 0;
    ASSERT_TRUE(worker.start());
    EXPECT_TRUE(eventually([&] {
      return is_full ? listener.heartbeats > 20 : listener.claims > 0;
    })) << "and it says that it lives";
    if (is_full) {
      EXPECT_EQ(listener.claims, 0);
      EXPECT_EQ(listener.pause, queue::Pause::disk_full);
    } else {
      EXPECT_TRUE(eventually([&] { return listener.pause == queue::Pause::none; }));
      worker.drain();
      EXPECT_TRUE(eventually([&] { return listener.pause == queue::Pause::draining; }));
    }
    worker.stop();
    EXPECT_TRUE(worker.join());
  }
}

class BuggyClaim final : public test::ProtocolWrapper {
 public:
  using ProtocolWrapper::ProtocolWrapper;
  base::Result<std::vector<protocol::Assignment>> claim(const protocol::ClaimRequest&) override {
    throw base::InvariantViolation{"a bug"};
  }
};

TEST(Worker, EndsWithAnErrorWhenABugShows) {
  WorkerWorld world;
  BuggyClaim buggy(*world.protocol);
  world.other_protocol = &buggy;
  Worker worker(options_for(world, 2), world.services());
  ASSERT_TRUE(worker.start());
  const auto joined = worker.join();
  ASSERT_FALSE(joined);
  EXPECT_EQ(joined.error().code, base::ErrorCode::internal);
}

}  // namespace
}  // namespace mpegflow::worker
