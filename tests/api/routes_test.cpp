#include "api/api_world.h"

namespace mpegflow::api {
namespace {

constexpr const char* kNoRetry = R"(,"retry":{"transient":{"max":0}})";

class Routes : public ApiTest {};

TEST_F(Routes, StandardErrorIsReadWholeAndInPart) {
  submit();
  const std::string log = "frame=1\nmoov atom not found\n" + std::string(5000, 'x');
  const auto claim = kill_a_task(log);
  const std::string target = "/v1/tasks/" + claim.task.value + "/attempts/1/stderr";
  EXPECT_EQ(ask("GET", target).body, log);
  const auto part = ask("GET", target, "", "Range: bytes=8-11\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "moov");
  EXPECT_EQ(part.headers.at("content-range"), "bytes 8-11/" + std::to_string(log.size()));
  EXPECT_EQ(ask("GET", target, "", "Range: bytes=-3\r\n").body, "xxx");
  EXPECT_EQ(ask("GET", target, "", "Range: bytes=999999-\r\n").status, 416);
  EXPECT_EQ(ask("GET", target, "", "Range: lines=1-2\r\n").status, 200);
  const auto packed = ask("GET", target, "", "Accept-Encoding: zstd\r\n");
  EXPECT_EQ(packed.headers.at("content-encoding"), "zstd");
  EXPECT_EQ(base::decompress_zstd(packed.body), log);
  EXPECT_EQ(ask("GET", "/v1/tasks/" + claim.task.value + "/attempts/9/stderr").status, 404);
}

TEST_F(Routes, StandardErrorOfARunningAttemptIsReadAsFarAsItIsThere) {
  const std::string job = submit();
  const auto claim = claim_a_task();
  const std::string target = "/v1/tasks/" + claim.task.value + "/attempts/1/stderr";
  EXPECT_EQ(ask("GET", target).body, "") << "of a worker elsewhere nothing is here yet";
  ASSERT_TRUE(base::write_file_durably(running_log(job, claim), "frame=1\n"));
  const auto there = ask("GET", target, "", "Accept-Encoding: zstd\r\n");
  EXPECT_EQ(there.body, "frame=1\n");
  EXPECT_EQ(there.headers.count("content-encoding"), 0U);
  EXPECT_EQ(there.headers.at("cache-control"), "no-store");
  EXPECT_EQ(ask("GET", target, "", "Range: bytes=6-\r\n").body, "1\n");
  EXPECT_EQ(ask("GET", target, "", "Range: bytes=8-\r\n").status, 416) << "nothing beyond yet";
  fail_task(claim, "frame=1\nframe=2\n", "input_not_media");
  EXPECT_EQ(ask("GET", target, "", "Range: bytes=8-\r\n").body, "frame=2\n");
}

TEST_F(Routes, TasksAreFoundByIdAndByKey) {
  const std::string job = submit();
  const auto claim = kill_a_task("log");
  const auto by_id = ask("GET", "/v1/tasks/" + claim.task.value);
  EXPECT_EQ(by_id.status, 200);
  EXPECT_EQ(ask("GET", "/v1/tasks/" + job + "%2Fprobe").body, by_id.body);
  EXPECT_EQ(ask("GET", "/v1/tasks/nosuch").status, 404);
  EXPECT_EQ(ask("GET", "/v1/tasks/" + claim.task.value + "/attempts").status, 200);
  EXPECT_EQ(ask("GET", "/v1/tasks/" + claim.task.value + "/attempts/1").status, 200);
}

TEST_F(Routes, DeadLettersNeedAChoice) {
  EXPECT_EQ(ask("GET", "/v1/dead-letters").status, 200);
  EXPECT_EQ(ask("POST", "/v1/dead-letters/reprocess", "{}").status, 400);
  EXPECT_EQ(ask("POST", "/v1/dead-letters/reprocess", R"({"all":true})").status, 200);
  EXPECT_EQ(ask("POST", "/v1/dead-letters/reprocess", R"({"group":"nosuch"})").status, 404);
  EXPECT_EQ(ask("GET", "/v1/dead-letters/nosuch").status, 404);
  EXPECT_EQ(ask("POST", "/v1/dead-letters/reprocess", R"({"of_revision":"nosuch"})").status, 404);
}

TEST_F(Routes, DeadLettersAreShownInGroupsAndOneByOne) {
  const std::string job = submit("out", kNoRetry);
  const auto claim = kill_a_task("log", "io_error");
  const auto groups = base::array_or(record(ask("GET", "/v1/dead-letters")), "groups");
  ASSERT_EQ(groups.size(), 1U);
  const auto& group = groups[0].get_object();
  EXPECT_EQ(base::text_or(group, "example_name"), job + "/probe");
  const auto view = record(ask("GET", "/v1/dead-letters/" + base::text_or(group, "group")));
  EXPECT_EQ(base::array_or(view, "letters").size(), 1U);
  const std::string path = "/v1/dead-letters/" + job + "%2Fprobe";
  const auto letter = record(ask("GET", path));
  EXPECT_EQ(base::text_or(letter, "name"), job + "/probe");
  EXPECT_EQ(base::text_or(letter, "task"), claim.task.value);

  const std::string body = R"({"group":")" + claim.task.value + R"("})";
  const auto done = ask("POST", "/v1/dead-letters/reprocess", body);
  ASSERT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(base::int_or(record(done), "tasks"), 1);
  EXPECT_EQ(ask("GET", path).status, 409) << "it is dead no more";
}

TEST_F(Routes, LanesAreShownAndChanged) {
  EXPECT_GE(base::array_or(record(ask("GET", "/v1/lanes")), "lanes").size(), 3U);
  const auto set = ask("PATCH", "/v1/lanes/vod", R"({"weight":7,"cap":3})");
  ASSERT_EQ(set.status, 200) << set.body;
  EXPECT_EQ(base::int_or(base::object_or(record(set), "lane"), "weight"), 7);
  const auto changes = base::array_or(record(ask("GET", "/v1/lanes/vod")), "changes");
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(base::text_or(changes[0].get_object(), "changed_by"), "local socket");
  EXPECT_EQ(ask("PATCH", "/v1/lanes/vod", R"({"weight":"7"})").status, 400);
  EXPECT_EQ(ask("PATCH", "/v1/lanes/nosuch", R"({"weight":7})").status, 404);
  EXPECT_EQ(ask("PATCH", "/v1/lanes/vod", R"({"cap":7,"pool":"nosuch"})").status, 404);
  EXPECT_EQ(ask("GET", "/v1/lanes/nosuch").status, 404);
}

TEST_F(Routes, PoolsAreShownAndMade) {
  EXPECT_EQ(ask("GET", "/v1/pools").status, 200);
  const auto made = ask("PUT", "/v1/pools/gpu", R"({"memory_per_task_bytes":1000})");
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(base::int_or(record(ask("GET", "/v1/pools/gpu")), "memory_per_task_bytes"), 1000);
  EXPECT_EQ(ask("PUT", "/v1/pools/b%20d", "{}").status, 400);
  EXPECT_EQ(ask("PUT", "/v1/pools/x", R"({"next_pool":"nosuch"})").status, 404);
}

TEST_F(Routes, WorkersAndRevisionsAreShown) {
  submit();
  kill_a_task("log");
  EXPECT_EQ(base::array_or(record(ask("GET", "/v1/workers")), "hosts").size(), 1U);
  EXPECT_EQ(ask("GET", "/v1/workers/host").status, 200);
  EXPECT_EQ(ask("GET", "/v1/workers/nosuch").status, 404);
  EXPECT_EQ(ask("GET", "/v1/workers/sess").status, 200) << "the start of a worker's id";
  EXPECT_EQ(ask("POST", "/v1/workers/host/release").status, 200);
  EXPECT_EQ(ask("GET", "/v1/encoder-revisions").status, 200);
  EXPECT_EQ(ask("GET", "/v1/encoder-revisions/nosuch").status, 404);
}

TEST_F(Routes, HostsAreTakenOutForAReasonThatIsOnRecord) {
  submit();
  kill_a_task("log");
  const std::string target = "/v1/workers/host/quarantine";
  EXPECT_EQ(ask("POST", target, "{}").status, 400);
  EXPECT_EQ(ask("POST", target).status, 400);
  EXPECT_EQ(ask("POST", "/v1/workers/nosuch/quarantine", R"({"why":"x"})").status, 404);
  EXPECT_EQ(ask_port(make_key({"read", "submit"}), "POST", target, R"({"why":"x"})").status, 403);
  const auto host = record(ask("POST", target, R"({"why":"a loud fan"})"));
  EXPECT_TRUE(base::bool_or(host, "quarantined"));
  const auto quarantine = base::object_or(host, "quarantine");
  EXPECT_EQ(base::text_or(quarantine, "why"), "a loud fan");
  EXPECT_EQ(base::text_or(quarantine, "set_by"), "local socket");
  EXPECT_TRUE(quarantine.at("until").is_null());
  EXPECT_EQ(ask("POST", "/v1/workers/host/release", R"({"why":"oiled"})").status, 200);
  const auto changes = base::array_or(record(ask("GET", "/v1/workers/host")), "changes");
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(base::text_or(base::object_or(changes[0].get_object(), "change"), "why"), "oiled");
}

TEST_F(Routes, MetricsCountWhatPassed) {
  submit();
  kill_a_task("log");
  const auto reply = ask("GET", "/metrics");
  ASSERT_EQ(reply.status, 200);
  for (const char* line :
       {"mpegflow_attempts_total{bucket=\"deterministic\",reason=\"input_not_media\"} 1",
        "mpegflow_queue_wait_seconds_count{lane=\"vod\",pool=\"cpu\"} 1",
        "mpegflow_jobs_submitted_total{lane=\"vod\"} 1",
        "mpegflow_build_info{version=", "mpegflow_tasks{", "mpegflow_store_commit_seconds_count"})
    EXPECT_NE(reply.body.find(line), std::string::npos) << line << "\n" << reply.body;
}

TEST_F(Routes, ReadinessSaysWhyNot) {
  EXPECT_EQ(ask("GET", "/readyz").status, 200);
  services_->check_ready = []() -> base::Result<void> {
    return base::fail(base::ErrorCode::store_failed, "gone");
  };
  EXPECT_EQ(ask("GET", "/readyz").status, 503);
  EXPECT_EQ(ask("GET", "/healthz").status, 200);
}

TEST_F(Routes, EveryErrorIsAProblem) {
  EXPECT_EQ(code_of(ask("GET", "/v1/nothing")), "not_found");
  EXPECT_EQ(ask("DELETE", "/v1/jobs").status, 405);
  EXPECT_EQ(ask("POST", "/v1/keys", "{").status, 400);
  EXPECT_EQ(
      ask("POST", "/v1/keys", R"({"scopes":["read"]})", "Content-Type: text/plain\r\n").status,
      400);
  EXPECT_EQ(ask("GET", "/v1/jobs/%ff").status, 404);
  EXPECT_EQ(ask("GET", "/v1/openapi.yaml").body.substr(0, 8), "openapi:");
}

}  // namespace
}  // namespace mpegflow::api
