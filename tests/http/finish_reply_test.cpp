#include "http/finish_reply.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace mpegflow::http {
namespace {

ReplyForm form(const std::string& method, Headers headers) {
  ServerRequest request;
  request.method = method;
  request.headers = std::move(headers);
  return find_form(request);
}

Reply json(std::size_t size) {
  return Reply(200, {{"Content-Type", "application/json"}}, std::string(size, 'x'));
}

std::string unpack(const std::string& packed) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string bytes(100'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  inflate(&stream, Z_FINISH);
  bytes.resize(stream.total_out);
  inflateEnd(&stream);
  return bytes;
}

TEST(FinishReply, PacksLongTextForWhoTakesIt) {
  const Reply reply = finish_reply(json(5000), form("GET", {{"accept-encoding", "br, gzip"}}));
  EXPECT_EQ(find_header(reply.headers, "Content-Encoding"), "gzip");
  EXPECT_EQ(find_header(reply.headers, "Vary"), "Accept-Encoding");
  EXPECT_EQ(unpack(reply.body), std::string(5000, 'x'));
}

TEST(FinishReply, LeavesShortOnesAndOtherTypesAlone) {
  const ReplyForm gzip = form("GET", {{"Accept-Encoding", "gzip"}});
  EXPECT_FALSE(find_header(finish_reply(json(100), gzip).headers, "Content-Encoding"));
  const Reply video(200, {{"Content-Type", "video/mp4"}}, std::string(5000, 'x'));
  EXPECT_FALSE(find_header(finish_reply(video, gzip).headers, "Content-Encoding"));
  EXPECT_FALSE(find_header(finish_reply(json(5000), form("GET", {})).headers, "Content-Encoding"));
}

TEST(FinishReply, SaysNotModifiedToWhoHasTheSameBytes) {
  const Reply first = finish_reply(json(5000), form("GET", {{"Accept-Encoding", "gzip"}}));
  const std::string tag(*find_header(first.headers, "ETag"));
  const Reply again = finish_reply(json(5000), form("GET", {{"If-None-Match", "\"x\", " + tag}}));
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(find_header(again.headers, "ETag"), tag);
  EXPECT_EQ(finish_reply(json(5001), form("GET", {{"If-None-Match", tag}})).status, 200);
  EXPECT_EQ(finish_reply(json(5000), form("POST", {{"If-None-Match", tag}})).status, 200);
}

TEST(FinishReply, GivesNoTagToWhatIsNoRead) {
  EXPECT_FALSE(find_header(finish_reply(json(10), form("POST", {})).headers, "ETag"));
}

TEST(AcceptsCoding, ReadsWeights) {
  EXPECT_TRUE(accepts_coding("gzip", "gzip"));
  EXPECT_TRUE(accepts_coding("br;q=1.0, gzip;q=0.5", "gzip"));
  EXPECT_FALSE(accepts_coding("gzip;q=0", "gzip"));
  EXPECT_FALSE(accepts_coding("br", "gzip"));
  EXPECT_TRUE(accepts_coding("*", "zstd"));
  EXPECT_FALSE(accepts_coding("*, zstd;q=0", "zstd"));
  EXPECT_FALSE(accepts_coding("", "gzip"));
}

TEST(MakeHead, LetsNoHeaderBreakOut) {
  EXPECT_EQ(make_head(404, {{"A", "b\r\nEvil: 1"}}),
            "HTTP/1.1 404 Not Found\r\nA: bEvil: 1\r\n\r\n");
}

TEST(HttpDate, IsAsTheStandardWritesIt) {
  EXPECT_EQ(to_http_date(base::WallTime{784'111'777'000'000}), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace mpegflow::http
