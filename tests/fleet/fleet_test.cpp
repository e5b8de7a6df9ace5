#include <algorithm>
#include <map>
#include <set>

#include <signal.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "e2e/support/media.h"
#include "fleet/real_fleet.h"

namespace mpegflow::e2e {
namespace {

using testing::HasSubstr;

/// As fast as it would be watched: four seconds, and next to no CPU.
constexpr const char* kSlow =
    "-re -i {input.main} -c:v libx264 -preset ultrafast -c:a copy {output.slow.mp4}";

/// Longer than anything here waits.
constexpr const char* kVerySlow = "-re -stream_loop 100 -i {input.main} -c copy {output.slow.mp4}";

class Fleet : public testing::Test {
 protected:
  Fleet() {
    std::error_code error;
    std::filesystem::copy_file(make_clip(), input_, error);
    EXPECT_FALSE(error) << error.message();
  }

  std::int64_t attempts_at(const std::string& job, const std::string& key) {
    for (const auto& task : base::array_or(fleet_.job(job), "tasks"))
      if (base::text_or(task.get_object(), "key") == key)
        return base::int_or(task.get_object(), "attempts");
    return -1;
  }
  /// Waits until this worker has an FFmpeg at the slow task.
  void wait_for_encoder(const std::string& worker) {
    fleet_.wait_until("an encoder of " + worker,
                      [&] { return RealFleet::count_encoders(fleet_.home(worker)) > 0; });
  }
  bool has_result(const std::string& name) {
    return std::filesystem::exists(place_.out(name) / "slow.mp4");
  }

  Workspace place_;
  base::Path input_ = place_.in("clip.mp4");
  RealFleet fleet_{place_};
};

TEST_F(Fleet, OneSpecRunsWithoutASharedFolder) {
  fleet_.start_server();
  fleet_.start_worker("one", {"--slots", "2"});

  const std::string job = fleet_.submit({{"version", 1},
                                         {"input", input_.native()},
                                         {"output", place_.out("film").native()},
                                         {"renditions", {{{"key", "90p"}, {"height", 90}}}}});

  EXPECT_EQ(fleet_.wait_for_end(job), "succeeded");
  EXPECT_TRUE(std::filesystem::exists(place_.out("film") / "master.m3u8"));
  EXPECT_EQ(list_tree(fleet_.home("one") / "worker" / "inputs").size(), 1U)
      << "the input came through the server";
  // Nothing is left of the job but its result.
  fleet_.wait_until("the hidden folder is cleared", [&] {
    return place_.leftovers().size() > 0 &&
           std::ranges::none_of(place_.leftovers(), [](const std::string& name) {
             return name.find(".mpegflow-") != std::string::npos;
           });
  });
}

TEST_F(Fleet, TaskThatNoWorkerCanDoIsHeldWithoutAnAttempt) {
  fleet_.start_server();
  fleet_.start_worker("one");
  const std::string job =
      fleet_.submit(input_, "film", "-i {input.main} -c:v h264_nvenc {output.slow.mp4}");
  fleet_.wait_until("the task is held", [&] {
    return place_.mpegflow({"job", "show", job}).out.find("held") != std::string::npos;
  });
  EXPECT_THAT(place_.mpegflow({"job", "show", job}).out,
              HasSubstr("no worker of pool cpu has the encoder h264_nvenc"));
  EXPECT_EQ(attempts_at(job, "encode"), 0);
}

TEST_F(Fleet, RenditionThatNoWorkerCanDoFallsBackAndSaysSo) {
  fleet_.start_server();
  fleet_.start_worker("one");
  const std::string job = fleet_.submit(
      {{"version", 1},
       {"input", input_.native()},
       {"output", place_.out("film").native()},
       {"renditions",
        {{{"key", "90p"}, {"height", 90}, {"encoder", "h264_nvenc"}, {"fallback", "libx264"}}}}});
  EXPECT_EQ(fleet_.wait_for_end(job), "succeeded");
  EXPECT_THAT(place_.mpegflow({"job", "show", job}).out,
              HasSubstr("has the encoder h264_nvenc: 90p is encoded by libx264"));
  EXPECT_THAT(place_.mpegflow({"job", "events", job}).out, HasSubstr("fallback_taken"));
  EXPECT_EQ(attempts_at(job, "90p"), 1);
}

/// What is to be done, without what differs from run to run: ids, times, states.
boost::json::array plan_of(const boost::json::object& job) {
  std::map<std::string, std::string> keys;
  boost::json::array plan;
  for (const auto& entry : base::array_or(job, "tasks")) {
    const auto& task = entry.get_object();
    keys[base::text_or(task, "id")] = base::text_or(task, "key");
    plan.push_back({task.at("key"), task.at("kind"), task.at("params"), task.at("pool")});
  }
  std::set<std::string> edges;
  for (const auto& entry : base::array_or(job, "edges"))
    edges.insert(keys[base::text_or(entry.get_object(), "parent")] + " > " +
                 keys[base::text_or(entry.get_object(), "child")]);
  for (const std::string& edge : edges) plan.emplace_back(edge);
  return plan;
}

TEST_F(Fleet, OneSpecIsTheSamePlanAndTheSameBytesEverywhere) {
  const boost::json::object spec{
      {"version", 1},
      {"input", input_.native()},
      {"output", place_.out("film").native()},
      {"renditions", {{{"key", "90p"}, {"height", 90}}, {{"key", "64p"}, {"height", 64}}}}};
  const auto take = [&] {
    auto tree = hash_tree(place_.out("film"));
    EXPECT_FALSE(tree.empty());
    std::error_code error;
    std::filesystem::remove_all(place_.out("film"), error);
    return tree;
  };
  ASSERT_TRUE(base::write_file_durably(place_.in("spec.json"), base::to_canonical_json(spec)));
  ASSERT_EQ(place_.mpegflow({"run", place_.in("spec.json").native()}).exit_code, 0);
  const auto plan_of_run = base::to_canonical_json(plan_of(place_.last_job()));
  const auto tree_of_run = take();

  fleet_.start_server({});
  const std::string inside = fleet_.submit(spec);
  EXPECT_EQ(fleet_.wait_for_end(inside), "succeeded");
  EXPECT_EQ(base::to_canonical_json(plan_of(fleet_.job(inside))), plan_of_run);
  EXPECT_EQ(take(), tree_of_run);

  fleet_.stop_server();
  fleet_.start_server();
  fleet_.start_worker("one");
  const std::string far = fleet_.submit(spec);
  EXPECT_EQ(fleet_.wait_for_end(far), "succeeded");
  EXPECT_EQ(base::to_canonical_json(plan_of(fleet_.job(far))), plan_of_run);
  EXPECT_EQ(take(), tree_of_run);
}

TEST_F(Fleet, LogOfARunningAttemptIsReadWhileItGrows) {
  fleet_.worker_ttl = "3s";
  fleet_.start_server();
  fleet_.start_worker("one");
  const std::string job =
      fleet_.submit(input_, "film",
                    "-re -stream_loop -1 -i {input.main} -c:v libx264 -preset ultrafast "
                    "-c:a copy -t 600 {output.slow.mp4}");
  wait_for_encoder("one");

  RunningCommand follow({mpegflow_program(), "task", "log", job + "/encode", "-f"}, place_.path(),
                        {{"MPEGFLOW_STATE", place_.state()}}, place_.path() / "follow");
  fleet_.wait_until("the log of the far attempt",
                    [&] { return follow.out().find("libx264") != std::string::npos; });
  EXPECT_EQ(fleet_.state(job), "running");

  EXPECT_EQ(place_.mpegflow({"job", "cancel", job}).exit_code, 0);
  EXPECT_EQ(fleet_.wait_for_end(job), "cancelled");
  EXPECT_EQ(follow.wait(), 0);
}

TEST_F(Fleet, KilledWorkerThatIsStartedAgainGoesOnAtOnce) {
  fleet_.worker_ttl = "5m";  // nothing here waits that long: its death is proved
  fleet_.start_server();
  fleet_.start_worker("one");
  const std::string job = fleet_.submit(input_, "film", kSlow);
  wait_for_encoder("one");

  fleet_.kill_worker("one");
  fleet_.start_worker("one");
  wait_for_encoder("one");

  EXPECT_EQ(fleet_.wait_for_end(job), "succeeded");
  EXPECT_TRUE(has_result("film"));
  EXPECT_EQ(attempts_at(job, "encode"), 2);
  EXPECT_THAT(place_.mpegflow({"job", "events", job}).out,
              HasSubstr("nothing of it runs any more"));
}

TEST_F(Fleet, KilledServerThatIsStartedAgainLosesNothing) {
  fleet_.start_server();
  fleet_.start_worker("one");
  const std::string job = fleet_.submit(input_, "film", kSlow);
  wait_for_encoder("one");

  fleet_.kill_server();
  fleet_.start_server();

  EXPECT_EQ(fleet_.wait_for_end(job), "succeeded");
  EXPECT_TRUE(has_result("film"));
  EXPECT_EQ(attempts_at(job, "encode"), 1);
}

TEST_F(Fleet, ReportOfAnEndGoesToAServerThatComesBackLater) {
  fleet_.worker_ttl = "5m";  // the encode must not outlast the worker's own lease
  fleet_.start_server();
  fleet_.start_worker("one");
  const std::string job = fleet_.submit(input_, "film", kSlow);
  wait_for_encoder("one");

  fleet_.kill_server();
  fleet_.wait_until("the encoder has ended",
                    [&] { return RealFleet::count_encoders(fleet_.home("one")) == 0; });
  fleet_.start_server();

  EXPECT_EQ(fleet_.wait_for_end(job), "succeeded");
  EXPECT_EQ(attempts_at(job, "encode"), 1);
}

TEST_F(Fleet, TerminatedWorkerFinishesWhatItHas) {
  fleet_.start_server();
  fleet_.start_worker("one");
  const std::string job = fleet_.submit(input_, "film", kSlow);
  wait_for_encoder("one");

  ::kill(fleet_.worker("one").pid(), SIGTERM);

  EXPECT_EQ(fleet_.worker("one").wait(), 0);
  EXPECT_EQ(fleet_.wait_for_end(job), "succeeded");
  EXPECT_EQ(attempts_at(job, "encode"), 1);
}

TEST_F(Fleet, WorkerThatIsTerminatedTwiceGivesBackWhatItHas) {
  fleet_.start_server();
  fleet_.start_worker("one");
  const std::string job = fleet_.submit(input_, "film", kSlow);
  wait_for_encoder("one");

  ::kill(fleet_.worker("one").pid(), SIGTERM);
  fleet_.wait_until("it drains",
                    [&] { return fleet_.log("one").find("draining") != std::string::npos; });
  ::kill(fleet_.worker("one").pid(), SIGTERM);
  EXPECT_EQ(fleet_.worker("one").wait(), 0);
  EXPECT_EQ(RealFleet::count_encoders(fleet_.home("one")), 0);
  fleet_.start_worker("two");

  EXPECT_EQ(fleet_.wait_for_end(job), "succeeded");
  EXPECT_TRUE(has_result("film"));
}

TEST_F(Fleet, WorkerWhoseMachineIsTakenAwayGivesBackWhatItHas) {
  const base::Path notice = place_.path() / "notice";
  fleet_.start_server();
  fleet_.start_worker("one",
                      {"--notice-command", "test -e " + notice.native(), "--drain-time", "0s"});
  const std::string job = fleet_.submit(input_, "film", kVerySlow);
  wait_for_encoder("one");

  ASSERT_TRUE(base::write_file_durably(notice, ""));

  EXPECT_EQ(fleet_.worker("one").wait(), 0);
  EXPECT_THAT(fleet_.log("one"), HasSubstr("asked_by=notice"));
  EXPECT_THAT(place_.mpegflow({"job", "events", job}).out, HasSubstr("lease_released"));
  EXPECT_EQ(fleet_.state(job), "running");
}

TEST_F(Fleet, WorkerWithoutAGoodKeySaysSo) {
  fleet_.start_server();
  const base::Path key = place_.path() / "bad.key";
  ASSERT_TRUE(base::write_file_durably(key, "mpf_nobody_0000"));

  const auto refused =
      place_.mpegflow({"worker", "--server", fleet_.url(), "--key-file", key.native(), "--json"});

  EXPECT_EQ(refused.exit_code, 77);
  EXPECT_THAT(refused.out, HasSubstr("unauthenticated"));
}

}  // namespace
}  // namespace mpegflow::e2e
