#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "api/api.h"
#include "api/metrics.h"
#include "base/json.h"
#include "base/text.h"
#include "base/zstd.h"
#include "core/audit/attempt_names.h"
#include "core/audit/attempt_record.h"
#include "http/asio/asio_server.h"
#include "objects/local/local_object_store.h"
#include "records/api_key_records.h"
#include "store/reads.h"
#include "store/sqlite/sqlite_store.h"
#include "support/raw_http.h"
#include "support/temporary_folder.h"

namespace mpegflow::api {

/// A server on a port and a local socket, with a real store and nobody who does tasks.
class ApiTest : public testing::Test {
 protected:
  ApiTest() {
    store::SqliteOptions options;
    options.directory = folder_.path() / "state";
    options.clock = &clock_;
    inner_ = store::SqliteStore::open(options).value();
    store_ = std::make_unique<CountedStore>(*inner_, metrics_, clock_);
    services_ = std::make_unique<Services>(
        Services{*store_, logs_, changes_, clock_, entropy_, metrics_, {}, {}, {}, {}, {}, {}});
    services_->find_revision = []() -> base::Result<base::EncoderRevisionId> {
      return base::EncoderRevisionId(std::string(64, 'e'));
    };
    services_->roots = {folder_.path() / "media"};
    (void)base::make_directories(folder_.path() / "media");
    (void)base::write_file_durably(folder_.path() / "media" / "in.mp4", "not really");
    start({});
  }
  ~ApiTest() override {
    server_->stop(std::chrono::seconds(5));
    api_->stop();
  }

  void start(GateOptions gate) {
    if (server_) {
      server_->stop(std::chrono::seconds(5));
      api_->stop();
      server_.reset();
    }
    api_ = std::make_unique<Api>(*services_, std::move(gate));
    http::ServerOptions options;
    options.listen = {{"127.0.0.1", 0, {}, false}, {"", 0, folder_.path() / "s", false}};
    server_ = http::AsioServer::open(options, api_->router(), clock_, entropy_).value();
    server_->start();
    port_ = server_->ports()[0];
  }

  std::string make_key(const std::vector<std::string>& scopes,
                       const std::string& tenant = "local") {
    records::KeyWish wish;
    wish.scopes = scopes;
    wish.tenant = tenant;
    const auto key = records::make_key(wish, clock_, entropy_).value();
    EXPECT_TRUE(store_->execute(store::CreateApiKey{key.row}));
    return key.token;
  }

  static std::string make_request(const std::string& method, const std::string& target,
                                  const std::string& headers, const std::string& body) {
    std::string text = method + " " + target + " HTTP/1.1\r\n" + headers;
    if (headers.find("Host: ") == std::string::npos) text += "Host: 127.0.0.1\r\n";
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    if (!body.empty() && headers.find("Content-Type") == std::string::npos)
      text += "Content-Type: application/json\r\n";
    return text + "\r\n" + body;
  }
  /// As this user, on the local socket.
  test::RawReply ask(const std::string& method, const std::string& target,
                     const std::string& body = "", const std::string& headers = "") {
    return test::RawHttp((folder_.path() / "s").native())
        .ask(make_request(method, target, headers, body));
  }
  /// Over TCP; without a token nobody in particular.
  test::RawReply ask_port(const std::string& token, const std::string& method,
                          const std::string& target, const std::string& body = "",
                          std::string headers = "") {
    if (!token.empty()) headers += "Authorization: Bearer " + token + "\r\n";
    return test::RawHttp(port_).ask(make_request(method, target, headers, body));
  }

  static base::json::object record(const test::RawReply& reply) {
    const auto value = base::parse_json(reply.body, "the answer");
    EXPECT_TRUE(value && value->is_object()) << reply.status << " " << reply.body;
    return value && value->is_object() ? value->get_object() : base::json::object();
  }
  static std::string code_of(const test::RawReply& reply) {
    EXPECT_EQ(reply.headers.count("content-type"), 1U);
    EXPECT_EQ(reply.headers.at("content-type"), "application/problem+json");
    return base::text_or(record(reply), "code");
  }

  std::string spec(const std::string& output = "out", const std::string& more = "") const {
    const std::string media = (folder_.path() / "media").native();
    return R"({"version":1,"input":")" + media + R"(/in.mp4","output":")" + media + "/" + output +
           R"(","ladder":"hls-h264")" + more + "}";
  }
  std::string submit(const std::string& output = "out", const std::string& more = "") {
    const auto reply = ask("POST", "/v1/jobs", spec(output, more));
    EXPECT_EQ(reply.status, 201) << reply.body;
    return base::text_or(base::object_or(record(reply), "job"), "id");
  }

  /// A worker on `host` takes a task of the job.
  store::Claim claim_a_task() {
    store::RegisterSession session;
    session.session.id = base::SessionId("session");
    session.session.host = "host";
    session.session.facts = "{}";
    session.session.encoder_revision = base::EncoderRevisionId(std::string(64, 'e'));
    session.pools = {"cpu"};
    session.slots = 1;
    EXPECT_TRUE(store_->execute(session));
    const auto claimed =
        store_->execute(store::ClaimTasks{next_request(), session.session.id, {"cpu"}, {}, 1});
    EXPECT_TRUE(claimed && claimed->granted.size() == 1);
    return claimed->granted.front().claim;
  }
  /// It fails, and leaves a log.
  void fail_task(const store::Claim& claim, const std::string& log, const std::string& reason) {
    audit::AttemptRecord attempt;
    attempt.stderr_key = "logs/1";
    attempt.stderr_bytes = std::ssize(log);
    EXPECT_TRUE(logs_.put_bytes(attempt.stderr_key, base::compress_zstd(log)));
    store::ReportFailure report;
    report.request = next_request();
    report.claim = claim;
    report.finding = retry::make_finding(reason, "stderr.moov", {{1, "moov"}});
    report.record = base::to_canonical_json(audit::to_json(attempt));
    EXPECT_TRUE(store_->execute(report));
  }
  /// One task of the job fails for good, and leaves a log.
  store::Claim kill_a_task(const std::string& log, const std::string& reason = "input_not_media") {
    const store::Claim claim = claim_a_task();
    fail_task(claim, log, reason);
    return claim;
  }
  /// What the attempt writes to standard error while it runs, in its job's folder.
  base::Path running_log(const std::string& job, const store::Claim& claim) {
    const auto row = store::find_job(*store_, base::JobId(job));
    const base::Path folder = base::Path(*base::parse_file_uri((*row)->scratch_uri)) / "attempts" /
                              audit::attempt_name(claim.fence, claim.id) / "work";
    EXPECT_TRUE(base::make_directories(folder));
    return folder / "stderr.log";
  }
  base::RequestId next_request() { return base::RequestId("r" + std::to_string(++requests_)); }

  test::TemporaryFolder folder_;
  base::SystemClock clock_;
  base::SystemEntropy entropy_;
  engine::ChangeSignal changes_;
  Metrics metrics_;
  std::unique_ptr<store::SqliteStore> inner_;
  std::unique_ptr<CountedStore> store_;
  objects::LocalObjectStore logs_{folder_.path() / "logs"};
  std::unique_ptr<Services> services_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<http::AsioServer> server_;
  std::uint16_t port_ = 0;
  int requests_ = 0;
};

}  // namespace mpegflow::api
