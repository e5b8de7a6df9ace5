#include <random>

#include <gtest/gtest.h>

#include "core/retry/classify.h"

namespace mpegflow::retry {
namespace {

Finding classify_text(std::string text, int code = 1) {
  EncoderExit exit;
  exit.exit_code = code;
  exit.stderr_text = std::move(text);
  return classify(exit);
}

/// Pieces of real logs in any order, with any bytes between them.
TEST(ClassifyRobustness, AnyBytesGetAFinding) {
  constexpr std::array<std::string_view, 12> kPieces = {"[h264 @ 0x1] ",
                                                        "Stream mapping:\n",
                                                        "\r",
                                                        "\n",
                                                        "frame=  1 time=",
                                                        "speed=",
                                                        "N/A",
                                                        "Unrecognized option '",
                                                        "'.\n",
                                                        "    Last message repeated ",
                                                        "Duration: ",
                                                        "\x1b[0m"};
  std::mt19937 random(7);
  for (int run = 0; run < 300; ++run) {
    std::string text;
    for (int i = 0; i < 60; ++i) {
      text += kPieces[random() % kPieces.size()];
      for (auto n = random() % 6; n > 0; --n) text += static_cast<char>(random() % 256);
    }
    const Finding finding = classify_text(std::move(text), static_cast<int>(random() % 256));
    EXPECT_FALSE(finding.reason.empty());
    EXPECT_FALSE(finding.cause.empty());
  }
}

/// Twice the log may not take four times as long; that alone is checked, not how long it takes.
TEST(ClassifyRobustness, LongLogsAreReadInLinearTime) {
  const auto cost = [](std::size_t megabytes) {
    std::string text;
    text.reserve(megabytes << 20U);
    for (std::size_t i = 0; text.size() < megabytes << 20U; ++i)
      text += "[h264 @ 0x55d0] error while decoding MB " + std::to_string(i) +
              " 3, bytestream 7\n" + "frame=" + std::to_string(i) +
              " time=00:00:01.00 bitrate=1 speed=1x    \r";
    const std::clock_t begun = std::clock();
    classify_text(std::move(text));
    return static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  };
  classify_text("");  // compiles the rules
  const double small = cost(2);
  EXPECT_LT(cost(8), 16 * small + 0.2);
}

TEST(ClassifyRobustness, ALogWithoutAnExitCodeIsJudgedByWhatItSays) {
  EncoderExit exit;
  exit.stderr_text =
      "Input #0, mp4, from 'x':\nStream mapping:\n"
      "frame=   10 fps=0 q=0 size=1kB time=00:00:01.50 bitrate=1 speed=2x\n";
  EXPECT_EQ(classify(exit).bucket, Bucket::none);
  exit.stderr_text = "in.mp4: No such file or directory\n";
  EXPECT_EQ(classify(exit).reason, "input_not_found");
}

}  // namespace
}  // namespace mpegflow::retry
