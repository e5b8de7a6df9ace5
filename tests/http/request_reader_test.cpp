#include "http/asio/request_reader.h"

#include <gtest/gtest.h>

namespace mpegflow::http {
namespace {

using Step = RequestReader::Step;

constexpr std::size_t kLimit = 1024;

/// What becomes of the bytes if they come all at once.
int status_of(std::string bytes) {
  RequestReader reader(kLimit);
  for (int i = 0; i < 1000; ++i) {
    const Step step = reader.feed(bytes);
    if (step == Step::failed) return reader.status();
    if (step == Step::done) return 200;
    if (step == Step::need_more) return 0;
    if (step == Step::head) reader.limit_body(10);
    if (step == Step::body) (void)reader.take_body();
  }
  return -1;
}

TEST(RequestReader, TakesARequestApartByteByByte) {
  RequestReader reader(kLimit);
  const std::string sent =
      "POST /v1/jobs?x=1 HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nA: b\r\n\r\nhelloGET";
  std::string body, in;
  bool has_head = false, is_done = false;
  for (const char c : sent) {
    in += c;
    const Step step = reader.feed(in);
    has_head = has_head || step == Step::head;
    body += reader.take_body();
    if (step == Step::done) {
      is_done = true;
      break;
    }
  }
  EXPECT_TRUE(has_head);
  EXPECT_TRUE(is_done);
  EXPECT_EQ(body, "hello");
  EXPECT_EQ(reader.head().method, "POST");
  EXPECT_EQ(reader.head().target, "/v1/jobs?x=1");
  EXPECT_EQ(find_header(reader.head().headers, "a"), "b");
  EXPECT_TRUE(reader.head().keeps_alive);
}

TEST(RequestReader, LeavesTheNextRequestWhereItIs) {
  RequestReader reader(kLimit);
  std::string in = "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_EQ(reader.feed(in), Step::head);
  ASSERT_EQ(reader.feed(in), Step::done);
  reader.restart();
  ASSERT_EQ(reader.feed(in), Step::head);
  EXPECT_EQ(reader.head().target, "/2");
}

TEST(RequestReader, TakesChunks) {
  RequestReader reader(kLimit);
  std::string in =
      "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n";
  ASSERT_EQ(reader.feed(in), Step::head);
  reader.limit_body(5);
  std::string body;
  Step step = Step::body;
  while (step == Step::body) {
    step = reader.feed(in);
    body += reader.take_body();
  }
  EXPECT_EQ(step, Step::done);
  EXPECT_EQ(body, "abcde");
  EXPECT_EQ(reader.head().headers.size(), 2U);
}

TEST(RequestReader, SaysWhatIsWrong) {
  EXPECT_EQ(status_of("nonsense\r\n\r\n"), 400);
  EXPECT_EQ(status_of(std::string("GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n", 33)), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(status_of("GET / HTTP/3.7\r\nHost: a\r\n\r\n"), 505);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"), 400);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"), 400);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"), 501);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: tea\r\n\r\nx"),
            417);
}

TEST(RequestReader, LetsNobodySmuggle) {
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            400);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                      "Content-Length: 3\r\n\r\n0\r\n\r\n"),
            400);
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                      "Content-Length: 4\r\n\r\nabcd"),
            400);
}

TEST(RequestReader, HoldsToItsLimits) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(kLimit, 'x')), 431);
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 101; ++i) many += "A:b\r\n";
  EXPECT_EQ(status_of(many + "\r\n"), 431);
  EXPECT_EQ(status_of("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n01234567890"), 413);
  EXPECT_EQ(status_of("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789"), 200);
  EXPECT_EQ(status_of("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "b\r\n01234567890\r\n0\r\n\r\n"),
            413);
}

}  // namespace
}  // namespace mpegflow::http
