#include "http/curl/curl_client.h"

#include <gtest/gtest.h>

#include "support/http_server.h"

namespace mpegflow::http {
namespace {

using test::HttpServer;

Request make_post(const std::string& url) {
  Request request;
  request.url = url;
  request.headers = {{"X-Test", "yes"}, {"Content-Type", "application/json"}};
  request.body = R"({"a":1})";
  return request;
}

TEST(CurlClient, SendsWhatItIsGivenAndTellsTheAnswer) {
  HttpServer server({HttpServer::make_answer("503 Busy")});
  server.start();
  CurlClient client;
  const auto answer = client.send(make_post(server.url("/x?y=1")));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 503) << "an answer is an answer";
  ASSERT_EQ(server.received().size(), 1U);
  const auto received = server.received().front();
  EXPECT_EQ(received.first_line, "POST /x?y=1 HTTP/1.1");
  EXPECT_EQ(received.headers.at("X-Test"), "yes");
  EXPECT_EQ(received.body, R"({"a":1})");
}

TEST(CurlClient, FollowsNoRedirect) {
  HttpServer server({HttpServer::make_answer("302 Found", "Location: /elsewhere\r\n")});
  server.start();
  CurlClient client;
  EXPECT_EQ(client.send(make_post(server.url()))->status, 302);
  EXPECT_EQ(server.received().size(), 1U);
}

TEST(CurlClient, GivesUpOnAServerThatSaysNothing) {
  const HttpServer silent;
  CurlClient client;
  Request request = make_post(silent.url());
  request.timeout = std::chrono::milliseconds(200);
  const auto answer = client.send(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, base::ErrorCode::io_failed);
}

TEST(CurlClient, SpeaksHttpAlone) {
  CurlClient client;
  for (const char* url : {"file:///etc/passwd", "ftp://a/b", "http://", "", "gopher://a"})
    EXPECT_EQ(client.send(make_post(url)).error().code, base::ErrorCode::invalid_argument) << url;
}

}  // namespace
}  // namespace mpegflow::http
