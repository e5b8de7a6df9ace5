#include "http/asio/asio_server.h"

#include <condition_variable>
#include <mutex>

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "http/router.h"
#include "support/raw_http.h"
#include "support/temporary_folder.h"

namespace mpegflow::http {
namespace {

using test::RawHttp;

/// What a handler has been given to keep.
struct Kept {
  std::mutex mutex;
  std::condition_variable changed;
  std::shared_ptr<Responder> responder;
  std::shared_ptr<ReplyStream> stream;
  std::optional<RequestEnd> ended;
  std::string uploaded;
  bool is_upload_finished = false;

  template <class Condition>
  bool wait(Condition condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(10), condition);
  }
};

class KeptSink final : public BodySink {
 public:
  explicit KeptSink(Kept& kept) : kept_(kept) {}
  base::Result<void> write(std::string_view bytes) override {
    const std::scoped_lock lock(kept_.mutex);
    if (bytes.find("poison") != std::string_view::npos)
      return base::fail(base::ErrorCode::disk_full, "no room");
    kept_.uploaded += bytes;
    return {};
  }
  base::Result<void> finish() override {
    const std::scoped_lock lock(kept_.mutex);
    kept_.is_upload_finished = true;
    return {};
  }

 private:
  Kept& kept_;
};

class CountingSource final : public BodySource {
 public:
  base::Result<std::string> read(std::size_t most) override {
    const std::size_t size = std::min(most, left_);
    left_ -= size;
    return std::string(size, 'z');
  }

 private:
  std::size_t left_ = 1'000'000;
};

class AsioServerTest : public ::testing::Test {
 protected:
  AsioServerTest() {
    router_.add({"GET", "/hello", [](ServerRequest request, const auto& to) {
                   to->send(
                       Reply(200, {{"Content-Type", "text/plain"}},
                             request.find_query("long") ? std::string(100'000, 'a') : "hello\n"));
                 }});
    router_.add({"POST", "/echo",
                 [](ServerRequest request, const auto& to) {
                   to->send(Reply(200, {{"Content-Type", "text/plain"}}, request.body));
                 },
                 "", 1000});
    Route upload{"PUT", "/upload", [](ServerRequest request, const auto& to) {
                   to->send(Reply(201, {}, std::to_string(request.body_size)));
                 }};
    upload.max_body = 1 << 30;
    upload.open_sink = [this](const ServerRequest&) { return std::make_unique<KeptSink>(kept_); };
    router_.add(std::move(upload));
    router_.add({"GET", "/poll", [this](ServerRequest, const std::shared_ptr<Responder>& to) {
                   to->on_end([this, to](RequestEnd how) {
                     to->send(Reply(204));
                     const std::scoped_lock lock(kept_.mutex);
                     kept_.ended = how;
                     kept_.responder.reset();
                     kept_.changed.notify_all();
                   });
                   const std::scoped_lock lock(kept_.mutex);
                   kept_.responder = to;
                   kept_.changed.notify_all();
                 }});
    router_.add(
        {"GET", "/stream", [this](ServerRequest, const std::shared_ptr<Responder>& to) {
           auto stream = to->start_stream(Reply(200, {{"Content-Type", "text/event-stream"}}));
           to->on_end([this, stream](RequestEnd how) {
             stream->close();
             const std::scoped_lock lock(kept_.mutex);
             kept_.ended = how;
             kept_.stream.reset();
             kept_.changed.notify_all();
           });
           const std::scoped_lock lock(kept_.mutex);
           kept_.stream = stream;
           kept_.changed.notify_all();
         }});
    router_.add({"GET", "/source", [](ServerRequest request, const auto& to) {
                   Reply reply(200);
                   reply.source = std::make_shared<CountingSource>();
                   if (request.find_query("known")) reply.length = 1'000'000;
                   to->send(std::move(reply));
                 }});
    router_.add({"GET", "/bug",
                 [](ServerRequest, const auto&) { throw base::InvariantViolation{"planted"}; }});
    router_.add({"GET", "/silent", [](ServerRequest, const auto&) {}});
  }

  void start(ServerOptions options = {}) {
    if (options.listen.empty()) options.listen = {{"127.0.0.1", 0, {}, false}};
    auto server = AsioServer::open(options, router_, clock_, entropy_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
    server_->start();
    port_ = server_->ports()[0];
  }

  static std::string get(const std::string& target, const std::string& headers = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: here\r\n" + headers + "\r\n";
  }
  static std::string post(const std::string& body, const std::string& headers = "") {
    return "POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + headers + "\r\n" + body;
  }

  base::SystemClock clock_;
  base::SystemEntropy entropy_;
  Kept kept_;
  std::optional<Reply> refusal_;
  Router router_{[this](ServerRequest&) { return refusal_; },
                 [](int status, const base::Error& error) {
                   return Reply(status == 0 ? 422 : status, {}, error.message);
                 }};
  std::unique_ptr<AsioServer> server_;
  std::uint16_t port_ = 0;
};

TEST_F(AsioServerTest, AnswersOneRequestAfterTheOther) {
  start();
  RawHttp client(port_);
  for (int i = 0; i < 3; ++i) {
    const auto reply = client.ask(get("/hello"));
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "hello\n");
    EXPECT_EQ(reply.headers.count("x-request-id"), 1U);
    EXPECT_EQ(reply.headers.count("connection"), 0U);
  }
}

TEST_F(AsioServerTest, AnswersWhatIsSentAhead) {
  start();
  RawHttp client(port_);
  ASSERT_TRUE(client.send(get("/hello") + post("one") + get("/hello?long")));
  EXPECT_EQ(client.read_reply().body, "hello\n");
  EXPECT_EQ(client.read_reply().body, "one");
  EXPECT_EQ(client.read_reply().body.size(), 100'000U);
}

TEST_F(AsioServerTest, HeadHasTheLengthAndNoBody) {
  start();
  RawHttp client(port_);
  ASSERT_TRUE(client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hello")));
  EXPECT_EQ(client.read_reply(true).headers["content-length"], "6");
  EXPECT_EQ(client.read_reply().body, "hello\n");
}

TEST_F(AsioServerTest, Http10EndsTheConnection) {
  start();
  RawHttp client(port_);
  const auto reply = client.ask("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_EQ(reply.body, "hello\n");
  EXPECT_TRUE(client.reads_end());
}

TEST_F(AsioServerTest, MalformedRequestsGetFourHundred) {
  start();
  for (const std::string& bytes :
       {std::string("\x16\x03\x01\x02\r\n\r\n"), std::string("GET\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\n\r\n"), std::string("GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
        std::string("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        std::string("GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n")}) {
    RawHttp client(port_);
    EXPECT_EQ(client.ask(bytes).status, 400) << bytes;
  }
  RawHttp client(port_);
  EXPECT_EQ(client.ask(get("/hello")).status, 200);
}

TEST_F(AsioServerTest, HoldsToItsLimits) {
  start();
  RawHttp large_head(port_);
  EXPECT_EQ(large_head.ask(get("/hello", "X: " + std::string(20'000, 'x') + "\r\n")).status, 431);
  EXPECT_TRUE(large_head.reads_end());
  RawHttp large_body(port_);
  EXPECT_EQ(large_body.ask(post(std::string(1001, 'x'))).status, 413);
  RawHttp chunked(port_);
  EXPECT_EQ(chunked
                .ask("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                     std::string(1001, 'x') + "\r\n0\r\n\r\n")
                .status,
            413);
}

TEST_F(AsioServerTest, AsksForABodyOnlyIfItWantsIt) {
  start();
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ";
  RawHttp wanted(port_);
  ASSERT_TRUE(wanted.send(head + "3\r\n\r\n"));
  EXPECT_EQ(wanted.read_head().status, 100);
  EXPECT_EQ(wanted.ask("abc").body, "abc");
  RawHttp unwanted(port_);
  EXPECT_EQ(unwanted.ask(head + "1001\r\n\r\n").status, 413);
  refusal_ = Reply(401);
  RawHttp refused(port_);
  EXPECT_EQ(refused.ask(head + "3\r\n\r\n").status, 401);
}

TEST_F(AsioServerTest, TakesLargeBodiesByASink) {
  start();
  RawHttp client(port_);
  const std::string body(3'000'000, 'u');
  const auto reply = client.ask("PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: " +
                                std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(reply.body, "3000000");
  EXPECT_EQ(kept_.uploaded, body);
  EXPECT_TRUE(kept_.is_upload_finished);
}

TEST_F(AsioServerTest, SinkThatFailsEndsTheRequest) {
  start();
  RawHttp client(port_);
  EXPECT_EQ(
      client.ask("PUT /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\npoison").status,
      507);
  EXPECT_FALSE(kept_.is_upload_finished);
}

TEST_F(AsioServerTest, AnswersLater) {
  start();
  RawHttp client(port_);
  ASSERT_TRUE(client.send(get("/poll")));
  ASSERT_TRUE(kept_.wait([&] { return kept_.responder != nullptr; }));
  kept_.responder->send(Reply(200, {}, "now"));
  EXPECT_EQ(client.read_reply().body, "now");
}

TEST_F(AsioServerTest, TellsThatAClientHungUp) {
  start();
  {
    RawHttp client(port_);
    ASSERT_TRUE(client.send(get("/poll")));
    ASSERT_TRUE(kept_.wait([&] { return kept_.responder != nullptr; }));
  }
  ASSERT_TRUE(kept_.wait([&] { return kept_.ended.has_value(); }));
  EXPECT_EQ(kept_.ended, RequestEnd::gone);
}

TEST_F(AsioServerTest, StreamsOverTime) {
  start();
  RawHttp client(port_);
  ASSERT_TRUE(client.send(get("/stream")));
  ASSERT_TRUE(kept_.wait([&] { return kept_.stream != nullptr; }));
  EXPECT_EQ(client.read_head().headers["transfer-encoding"], "chunked");
  EXPECT_TRUE(kept_.stream->write("data: 1\n\n"));
  EXPECT_EQ(client.read_until("\n\n\r\n"), "9\r\ndata: 1\n\n\r\n");
  kept_.stream->close();
  EXPECT_EQ(client.read_until("\r\n\r\n"), "0\r\n\r\n");
  EXPECT_EQ(client.ask(get("/hello")).status, 200);
}

TEST_F(AsioServerTest, CutsAStreamThatNobodyReads) {
  ServerOptions options;
  options.limits.stream_backlog = 100'000;
  start(options);
  RawHttp client(port_);
  ASSERT_TRUE(client.send(get("/stream")));
  ASSERT_TRUE(kept_.wait([&] { return kept_.stream != nullptr; }));
  const auto stream = kept_.stream;
  bool is_taken = true;
  for (int i = 0; i < 2000 && is_taken; ++i) is_taken = stream->write(std::string(50'000, 'x'));
  EXPECT_FALSE(is_taken);
  EXPECT_TRUE(kept_.wait([&] { return kept_.ended.has_value(); }));
}

TEST_F(AsioServerTest, SendsASourceWithAndWithoutLength) {
  start();
  RawHttp client(port_);
  EXPECT_EQ(client.ask(get("/source?known")).body, std::string(1'000'000, 'z'));
  auto chunked = client.ask(get("/source"));
  EXPECT_EQ(chunked.headers["transfer-encoding"], "chunked");
  EXPECT_EQ(chunked.body, std::string(1'000'000, 'z'));
}

TEST_F(AsioServerTest, BugIsFiveHundredAndTheServerGoesOn) {
  start();
  RawHttp client(port_);
  EXPECT_EQ(client.ask(get("/bug")).status, 500);
  EXPECT_EQ(client.ask(get("/silent")).status, 500);
  EXPECT_EQ(client.ask(get("/hello")).status, 200);
}

TEST_F(AsioServerTest, EndsWhoIsTooSlow) {
  ServerOptions options;
  options.limits.head = std::chrono::milliseconds(50);
  options.limits.body = std::chrono::milliseconds(50);
  options.limits.idle = std::chrono::milliseconds(50);
  start(options);
  RawHttp slow_head(port_);
  EXPECT_EQ(slow_head.ask("GET / HT").status, 408);
  RawHttp slow_body(port_);
  EXPECT_EQ(slow_body.ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1").status,
            408);
  RawHttp silent(port_);
  EXPECT_TRUE(silent.reads_end());
}

TEST_F(AsioServerTest, StopAnswersWhatWaits) {
  start();
  RawHttp idle(port_), poll(port_);
  EXPECT_EQ(idle.ask(get("/hello")).status, 200);
  ASSERT_TRUE(poll.send(get("/poll")));
  ASSERT_TRUE(kept_.wait([&] { return kept_.responder != nullptr; }));
  server_->stop(std::chrono::seconds(10));
  EXPECT_EQ(poll.read_reply().status, 204);
  EXPECT_EQ(kept_.ended, RequestEnd::draining);
  EXPECT_TRUE(idle.reads_end());
  EXPECT_FALSE(RawHttp(port_).is_open());
}

TEST_F(AsioServerTest, StopCutsWhatGoesOn) {
  start();
  RawHttp client(port_);
  ASSERT_TRUE(client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1"));
  server_->stop(std::chrono::milliseconds(1));
  EXPECT_TRUE(client.reads_end());
}

TEST_F(AsioServerTest, LocalSocketIsForThisUserAlone) {
  const test::TemporaryFolder folder;
  const base::Path path = folder.path() / "s";
  ServerOptions options;
  options.listen = {{"", 0, path, false}};
  start(options);
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(RawHttp(path.native()).ask(get("/hello")).status, 200);
  const auto second = AsioServer::open(options, router_, clock_, entropy_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::already_running);
  server_->stop(std::chrono::seconds(1));
  EXPECT_NE(stat(path.c_str(), &info), 0);
}

TEST_F(AsioServerTest, PortThatIsTakenIsAnError) {
  start();
  ServerOptions options;
  options.listen = {{"127.0.0.1", port_, {}, false}};
  const auto second = AsioServer::open(options, router_, clock_, entropy_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::already_running);
}

}  // namespace
}  // namespace mpegflow::http
