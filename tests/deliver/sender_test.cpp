#include "deliver/sender.h"

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/json.h"
#include "http/curl/curl_client.h"
#include "store/reads.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store_world.h"
#include "support/http_server.h"
#include "support/manual_clock.h"
#include "support/temporary_folder.h"

namespace mpegflow::deliver {
namespace {

using test::HttpServer;

const std::function<bool()> kNeverStop = [] { return false; };

/// A job that has failed, and who is to hear of it.
class SenderTest : public testing::Test {
 protected:
  void open() {
    store_.reset();
    store::SqliteOptions options;
    options.directory = folder_.path() / "state";
    options.clock = &clock_;
    options.boot_id = "boot";
    options.is_single_threaded = true;
    store_ = store::SqliteStore::open(options).value();
  }
  void fail_job(const std::string& endpoint) {
    open();
    store::StoreWorld world(*store_);
    world.submit({{"a", {}, queue::TaskKind::encode, R"({"transient":{"max":0}})"}});
    ASSERT_TRUE(store_->execute(store::SetSubscriptions{world.job(), {endpoint}}));
    ASSERT_TRUE(world.report(world.claim(), "io_error"));
  }
  std::vector<store::DeliveryRow> rows() {
    return *store::list_deliveries(*store_, base::JobId("job"));
  }
  base::Result<std::optional<base::WallTime>> run() {
    return Sender(*store_, client_, entropy_).run_once(kNeverStop);
  }
  static std::string url_endpoint(const HttpServer& server) {
    return base::to_canonical_json(base::json::object{{"url", server.url()}});
  }

  test::ManualClock clock_;
  test::TemporaryFolder folder_;
  std::unique_ptr<store::SqliteStore> store_;
  http::CurlClient client_;
  base::SystemEntropy entropy_;
};

TEST_F(SenderTest, PostsWhatIsDueOnceItIsAcknowledged) {
  HttpServer server;
  server.start();
  fail_job(url_endpoint(server));
  const auto next = run();
  ASSERT_TRUE(next);
  EXPECT_FALSE(*next) << "nothing waits";
  ASSERT_EQ(server.received().size(), 2U) << "of the task and of the job";
  for (const auto& received : server.received()) {
    const auto body = base::parse_json(received.body, "body");
    EXPECT_EQ(received.headers.at("Mpegflow-Delivery"),
              base::text_or(body->get_object(), "delivery"));
    EXPECT_EQ(received.headers.at("Content-Type"), "application/json");
  }
  ASSERT_TRUE(run());
  EXPECT_EQ(server.received().size(), 2U);
}

TEST_F(SenderTest, TriesAgainLaterUntilTheServerTakesIt) {
  HttpServer server({HttpServer::make_answer("500 No"), HttpServer::make_answer("404 No")});
  server.start();
  fail_job(url_endpoint(server));
  const auto next = run();
  ASSERT_TRUE(next && *next) << "both wait";
  EXPECT_GT(**next, clock_.now());
  EXPECT_NE(rows().front().last_error.find("500"), std::string::npos);
  ASSERT_TRUE(run());
  EXPECT_EQ(server.received().size(), 2U) << "not before it is due";
  clock_.advance(std::chrono::minutes(1));
  ASSERT_TRUE(run());
  const auto received = server.received();
  ASSERT_EQ(received.size(), 4U);
  std::set<std::string> ids;
  for (const auto& one : received) ids.insert(one.headers.at("Mpegflow-Delivery"));
  EXPECT_EQ(ids.size(), 2U) << "the same ids again";
  EXPECT_TRUE(rows().front().done);
}

TEST_F(SenderTest, RunsACommandWithTheBody) {
  const base::Path heard = folder_.path() / "heard";
  const std::string script = "cat >> '" + heard.native() + "'; echo >> '" + heard.native() + "'";
  fail_job(base::to_canonical_json(
      base::json::object{{"command", base::json::array{"sh", "-c", script}}}));
  ASSERT_TRUE(run());
  const auto text = base::read_file(heard);
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("\"task_dead\""), std::string::npos);
  EXPECT_NE(text->find("\"job_finished\""), std::string::npos);
}

/// A process that dies when the server has answered and nobody has written it down.
class DyingClient final : public http::Client {
 public:
  base::Result<http::Response> send(const http::Request& request) override {
    (void)client_.send(request);
    (void)raise(SIGKILL);
    return base::fail(base::ErrorCode::internal, "dead");
  }

 private:
  http::CurlClient client_;
};

TEST_F(SenderTest, ADeathBetweenSendingAndTheMarkSendsItAgainWithTheSameId) {
  HttpServer server;
  fail_job(url_endpoint(server));
  store_.reset();
  const pid_t child = fork();
  if (child == 0) {
    open();
    DyingClient client;
    (void)Sender(*store_, client, entropy_).run_once(kNeverStop);
    _exit(0);
  }
  server.start();
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  ASSERT_EQ(server.received().size(), 1U);
  open();
  ASSERT_TRUE(run());
  EXPECT_EQ(server.received().size(), 1U) << "the dead one may still be at it";
  clock_.advance(std::chrono::minutes(3));
  ASSERT_TRUE(run());
  const auto received = server.received();
  ASSERT_EQ(received.size(), 3U);
  const std::string id = received.front().headers.at("Mpegflow-Delivery");
  EXPECT_EQ(
      std::ranges::count_if(
          received, [&](const auto& one) { return one.headers.at("Mpegflow-Delivery") == id; }),
      2);
  for (const store::DeliveryRow& row : rows()) EXPECT_TRUE(row.done);
}

}  // namespace
}  // namespace mpegflow::deliver
