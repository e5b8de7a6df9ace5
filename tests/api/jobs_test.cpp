#include <set>
#include <utility>

#include "api/api_world.h"

namespace mpegflow::api {
namespace {

class Jobs : public ApiTest {};

TEST_F(Jobs, AreSubmittedAndShown) {
  const auto reply = ask("POST", "/v1/jobs", spec());
  ASSERT_EQ(reply.status, 201) << reply.body;
  const auto job = base::object_or(record(reply), "job");
  EXPECT_EQ(base::text_or(job, "state"), "queued");
  EXPECT_EQ(reply.headers.at("location"), "/v1/jobs/" + base::text_or(job, "id"));
  const auto shown = ask("GET", reply.headers.at("location"));
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(base::array_or(record(shown), "tasks").size(), 1U);  // the probe; the rest grows
  const auto tag = shown.headers.at("etag");
  EXPECT_EQ(ask("GET", reply.headers.at("location"), "", "If-None-Match: " + tag + "\r\n").status,
            304);
}

TEST_F(Jobs, SpecMayBeYaml) {
  const std::string media = (folder_.path() / "media").native();
  const auto reply =
      ask("POST", "/v1/jobs",
          "version: 1\ninput: " + media + "/in.mp4\noutput: " + media + "/y\nladder: hls-h264\n",
          "Content-Type: application/yaml\r\n");
  EXPECT_EQ(reply.status, 201) << reply.body;
  EXPECT_EQ(ask("POST", "/v1/jobs", "x: 1", "Content-Type: text/plain\r\n").status, 400);
}

TEST_F(Jobs, SpecWithFaultsIsRefusedWithAllOfThem) {
  const auto reply = ask("POST", "/v1/jobs", R"({"version":1,"laddr":"x","lane":7})");
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(code_of(reply), "invalid_spec");
  EXPECT_GT(base::array_or(record(reply), "faults").size(), 1U);
}

TEST_F(Jobs, SameKeyGivesTheSameJob) {
  const std::string key = "Idempotency-Key: k1\r\n";
  const auto first = ask("POST", "/v1/jobs", spec(), key);
  ASSERT_EQ(first.status, 201) << first.body;
  const auto again = ask("POST", "/v1/jobs", spec(), key);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(first.headers.at("location"), again.headers.at("location"));
  const auto other = ask("POST", "/v1/jobs", spec("elsewhere"), key);
  EXPECT_EQ(other.status, 409);
  EXPECT_EQ(code_of(other), "illegal_transition");
}

TEST_F(Jobs, SameKeyAtTheSameTimeIsComparedToo) {
  const auto find_revision = services_->find_revision;
  // Between the look for the key and the submission, another request is faster.
  const auto race = [&](const std::string& key, const std::string& faster) {
    test::RawReply first;
    bool is_outer = true;
    services_->find_revision = [&] {
      if (std::exchange(is_outer, false)) first = ask("POST", "/v1/jobs", faster, key);
      return find_revision();
    };
    const auto second = ask("POST", "/v1/jobs", spec(), key);
    EXPECT_EQ(first.status, 201) << first.body;
    return std::pair(first, second);
  };
  const auto same = race("Idempotency-Key: k1\r\n", spec());
  EXPECT_EQ(same.second.status, 200);
  EXPECT_EQ(same.first.headers.at("location"), same.second.headers.at("location"));
  const auto other = race("Idempotency-Key: k2\r\n", spec("elsewhere"));
  EXPECT_EQ(other.second.status, 409) << other.second.body;
}

TEST_F(Jobs, RawArgumentsNeedTheirScope) {
  const std::string raw = R"(,"tasks":[{"key":"t","args":["-i","{input.main}","{output.o.mp4}"]}])";
  const std::string media = (folder_.path() / "media").native();
  const std::string text = R"({"version":1,"input":")" + media + R"(/in.mp4","output":")" + media +
                           R"(/raw")" + raw + "}";
  EXPECT_EQ(ask_port(make_key({"submit"}), "POST", "/v1/jobs", text).status, 403);
  const auto allowed = ask_port(make_key({"submit", "raw"}), "POST", "/v1/jobs", text);
  EXPECT_EQ(allowed.status, 201) << allowed.body;
}

TEST_F(Jobs, TellWhatTheirTasksNeedOfAWorker) {
  const std::string raw =
      R"(,"tasks":[{"key":"t","args":["-i","{input.main}","-c:v","h264_nvenc","{output.o.mp4}"]}])";
  const std::string media = (folder_.path() / "media").native();
  const auto made = ask_port(make_key({"submit", "raw", "read"}), "POST", "/v1/jobs",
                             R"({"version":1,"input":")" + media + R"(/in.mp4","output":")" +
                                 media + R"(/raw")" + raw + "}");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string location = made.headers.at("location");
  const std::string job = location.substr(location.rfind('/') + 1);
  const auto task = record(ask("GET", "/v1/tasks/" + job + "%2Ft"));
  EXPECT_EQ(base::array_or(base::object_or(task, "task"), "requirements"),
            (base::json::array{"encoder:h264_nvenc", "sandbox:on"}));
}

TEST_F(Jobs, ClientsOnTheNetworkStayBelowTheRoots) {
  const std::string token = make_key({"submit"});
  const std::string outside =
      R"({"version":1,"input":"/etc/hostname","output":"/tmp/x/y","ladder":"hls-h264"})";
  const auto refused = ask_port(token, "POST", "/v1/jobs", outside);
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(code_of(refused), "input_forbidden");
  EXPECT_EQ(ask_port(token, "POST", "/v1/jobs", spec()).status, 201);
  // A link inside that leads outside is outside.
  std::filesystem::create_symlink("/etc", folder_.path() / "media" / "link");
  const std::string media = (folder_.path() / "media").native();
  const auto linked =
      ask_port(token, "POST", "/v1/jobs",
               R"({"version":1,"input":")" + media + R"(/link/hostname","output":")" + media +
                   R"(/z","ladder":"hls-h264"})");
  EXPECT_EQ(linked.status, 422);
}

TEST_F(Jobs, AreListedPageByPage) {
  std::set<std::string> made, seen;
  for (int i = 0; i < 5; ++i) made.insert(submit("o" + std::to_string(i)));
  std::string target = "/v1/jobs?limit=2";
  for (int page = 0; page < 3; ++page) {
    const auto body = record(ask("GET", target));
    for (const auto& job : base::array_or(body, "jobs"))
      seen.insert(base::text_or(job.get_object(), "id"));
    target = "/v1/jobs?limit=2&after=" + base::text_or(body, "next_after");
  }
  EXPECT_EQ(seen, made);
  EXPECT_EQ(base::array_or(record(ask("GET", "/v1/jobs?state=succeeded")), "jobs").size(), 0U);
  EXPECT_EQ(base::array_or(record(ask("GET", "/v1/jobs?lane=vod&state=queued")), "jobs").size(),
            5U);
  for (const char* wrong : {"?limit=0", "?limit=x", "?state=dead", "?after=x", "?colour=red"})
    EXPECT_EQ(ask("GET", std::string("/v1/jobs") + wrong).status, 400) << wrong;
}

TEST_F(Jobs, AreCancelled) {
  const std::string job = submit();
  const auto reply = ask("POST", "/v1/jobs/" + job + "/cancel");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(base::text_or(record(reply), "state"), "cancelled");
  EXPECT_EQ(ask("POST", "/v1/jobs/" + job + "/cancel").status, 200);
  EXPECT_EQ(ask("POST", "/v1/jobs/nosuch/cancel").status, 404);
}

TEST_F(Jobs, DeadOnesGetAnotherChance) {
  const std::string job = submit();
  kill_a_task("log");
  const auto again = ask("POST", "/v1/jobs/" + job + "/reprocess", "{}");
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_GE(base::int_or(record(again), "tasks"), 1);
  EXPECT_EQ(ask("POST", "/v1/jobs/" + job + "/reprocess", R"({"task":"nosuch"})").status, 404);
  EXPECT_EQ(ask("POST", "/v1/jobs/" + job + "/reprocess", R"({"wrong":1})").status, 400);
  EXPECT_EQ(ask("POST", "/v1/jobs/" + job + "/reprocess", R"([1])").status, 400);
}

TEST_F(Jobs, StoryIsToldAsRecordsAndAsItHappens) {
  const std::string job = submit();
  const auto events = base::array_or(record(ask("GET", "/v1/jobs/" + job + "/events")), "events");
  ASSERT_GE(events.size(), 2U);
  test::RawHttp client((folder_.path() / "s").native());
  ASSERT_TRUE(client.send(make_request("GET", "/v1/jobs/" + job + "/events",
                                       "Accept: text/event-stream\r\nLast-Event-ID: 1\r\n", "")));
  EXPECT_EQ(client.read_head().headers["content-type"], "text/event-stream");
  EXPECT_NE(client.read_until("id: 2\n"), "");
  EXPECT_EQ(ask("POST", "/v1/jobs/" + job + "/cancel").status, 200);
  const std::string rest = client.read_until("event: job_over\n");
  EXPECT_NE(rest.find("event: cancel_requested"), std::string::npos) << rest;
  EXPECT_EQ(rest.find("id: 1\n"), std::string::npos);
}

TEST_F(Jobs, StreamsEndWithTheServer) {
  const std::string job = submit();
  test::RawHttp client((folder_.path() / "s").native());
  ASSERT_TRUE(client.send(
      make_request("GET", "/v1/jobs/" + job + "/events", "Accept: text/event-stream\r\n", "")));
  EXPECT_NE(client.read_until("id: 1\n"), "");
  server_->stop(std::chrono::seconds(10));
  EXPECT_TRUE(client.reads_end());
}

}  // namespace
}  // namespace mpegflow::api
