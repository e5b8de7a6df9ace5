#include "core/retry/network_words.h"

#include <gtest/gtest.h>

namespace mpegflow::retry {
namespace {

TEST(NetworkWords, KnowTheErrnoOfAProtocol) {
  EXPECT_EQ(find_network_reason(
                "tcp", "Connection attempt to 10.0.0.1 port 80 failed: Connection refused"),
            "network_refused");
  EXPECT_EQ(find_network_reason("srt", "Connection setup failure: connection timeout"),
            "network_timeout");
  EXPECT_EQ(find_network_reason("tcp", "Failed to look up x.invalid: Name does not resolve"),
            "network_dns");
  EXPECT_EQ(find_network_reason("tls", "A packet of another kind came"), "network_tls");
  EXPECT_EQ(find_network_reason("rtmp", "Server closed the session"), "network_reset");
}

TEST(NetworkWords, KnowTheStatusOfHttp) {
  EXPECT_EQ(find_network_reason("https", "server replied with status 503"), "http_5xx");
  EXPECT_EQ(find_network_reason("rtsp", "method SETUP failed: 461 Unsupported"),
            "http_client_error");
  EXPECT_EQ(find_network_reason("http", "HTTP error 429"), "http_429");
  EXPECT_EQ(find_network_reason("", "http://h/a.mp4: Server returned 5XX Server Error reply"),
            "http_5xx");
  EXPECT_EQ(find_network_reason("http", "HTTP error 404 Not Found"), "input_not_found");
}

TEST(NetworkWords, KnowAnAddressInWhatOthersSay) {
  EXPECT_EQ(find_network_reason("in#0", "Error opening http://h/a.mp4: Connection refused"),
            "network_refused");
  EXPECT_EQ(find_network_reason("", "http://h/503.mp4: Invalid data found"), "");
}

TEST(NetworkWords, KnowTheNumbersOfWindows) {
  EXPECT_EQ(find_network_reason("tcp", "Connection to h failed: Error number -10060 occurred"),
            "network_timeout");
  EXPECT_EQ(find_network_reason("tcp", "Connection to h failed: Error number -107 occurred"),
            "network_refused");
  EXPECT_EQ(find_network_reason("https", "URL read error: Error number -10054 occurred"),
            "network_reset");
}

TEST(NetworkWords, BlameTheConnectionWhereOnlyTheProtocolIsKnown) {
  EXPECT_EQ(guess_network_reason("sftp", "Read failed"), "network_reset");
  EXPECT_EQ(guess_network_reason("rtmp", "No mount point in the URL"), "") << "the job's words";
  EXPECT_EQ(guess_network_reason("mov", "Read failed"), "");
}

TEST(NetworkWords, SayNothingOfFiles) {
  EXPECT_EQ(find_network_reason("mov", "connection of tracks refused"), "");
  EXPECT_EQ(find_network_reason("in#0", "Error opening input: Connection refused"), "");
}

}  // namespace
}  // namespace mpegflow::retry
