#include "core/audit/redact.h"

#include <gtest/gtest.h>

namespace mpegflow::audit {
namespace {

TEST(Redact, BlotsOutPasswordsOfUrls) {
  EXPECT_EQ(redact_text("https://me:hunter2@example.org/a.mp4"),
            "https://me:[redacted]@example.org/a.mp4");
}

TEST(Redact, BlotsOutSignaturesAndTokensOfQueries) {
  EXPECT_EQ(redact_text("https://h/a?X-Amz-Signature=abc&part=2&token=t"),
            "https://h/a?X-Amz-Signature=[redacted]&part=2&token=[redacted]");
  EXPECT_EQ(redact_text("https://h/a?SIG=abc"), "https://h/a?SIG=[redacted]");
}

TEST(Redact, BlotsOutCredentialsOfHeaders) {
  EXPECT_EQ(redact_text("Authorization: Bearer abc\r\nAccept: x"),
            "Authorization: [redacted]\r\nAccept: x");
}

TEST(Redact, LeavesOrdinaryTextAlone) {
  for (const char* text : {"scale=1280:720:flags=bicubic", "in/main.mp4", "a@b:c", "monkey=1",
                           "https://example.org/a?keyframe=1"})
    EXPECT_EQ(redact_text(text), text);
}

TEST(Redact, BlotsOutTheValuesOfSecretOptions) {
  const std::vector<std::string> argv = {
      "ffmpeg", "-headers", "X: y", "-decryption_key:v", "00ff", "-i", "a.mp4", "-g", "50"};
  const std::vector<std::string> expected = {
      "ffmpeg", "-headers", "[redacted]", "-decryption_key:v", "[redacted]", "-i",
      "a.mp4",  "-g",       "50"};
  EXPECT_EQ(redact_arguments(argv), expected);
}

TEST(Redact, BlotsOutSecretsAnywhereInARecord) {
  const auto record = base::parse_json(
      R"({"tasks":[{"args":["-headers","X: y","-i","https://a:b@c/d"]}],"n":1,"uri":"https://h/a?sig=1"})",
      "record");
  EXPECT_EQ(
      base::to_canonical_json(redact(*record)),
      R"({"n":1,"tasks":[{"args":["-headers","[redacted]","-i","https://a:[redacted]@c/d"]}],)"
      R"("uri":"https://h/a?sig=[redacted]"})");
}

}  // namespace
}  // namespace mpegflow::audit
