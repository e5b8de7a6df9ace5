#include "core/retry/judge.h"

#include <gtest/gtest.h>

#include "core/retry/classify.h"

namespace mpegflow::retry {
namespace {

std::string reason_of(std::string text, std::vector<std::string> argv = {}, int code = 1) {
  EncoderExit exit;
  exit.exit_code = code;
  exit.stderr_text = std::move(text);
  exit.argv = std::move(argv);
  return classify(exit).reason;
}

TEST(Judge, TellsNamesThatDoNotExistFromThoseOfOtherBuilds) {
  EXPECT_EQ(reason_of("Unknown encoder 'libx264'\n"), "encoder_unavailable");
  EXPECT_EQ(reason_of("Unknown encoder 'libx246'\n"), "encoder_unknown");
  EXPECT_EQ(reason_of("[AVFilterGraph @ 0x1] No such filter: 'libvmaf'\n"), "filter_unavailable");
  EXPECT_EQ(reason_of("[AVFilterGraph @ 0x1] No such filter: 'vmafx'\n"), "filter_unknown");
  EXPECT_EQ(reason_of("Unrecognized option 'hls_time'.\n"), "muxer_unavailable");
  EXPECT_EQ(reason_of("Unrecognized option 'warp'.\n"), "invalid_option");
}

TEST(Judge, AColonInAPathIsNoMissingFilter) {
  const std::string of_path =
      "[AVFilterGraph @ 0x1] No option name near '/fonts/a.ttf:text=hello'\n"
      "[AVFilterGraph @ 0x1] Error parsing filterchain "
      "'drawtext=fontfile=C:/fonts/a.ttf:text=hello' around: \n";
  EXPECT_EQ(reason_of(of_path), "filtergraph_invalid");
  const std::string of_build =
      "[AVFilterGraph @ 0x1] No option name near 'a.srt'\n"
      "[AVFilterGraph @ 0x1] Error parsing filterchain 'subtitles=a.srt' around: \n";
  EXPECT_EQ(reason_of(of_build), "filter_unavailable");
}

TEST(Judge, ASizeBeforeTheMappingIsTheInputs) {
  EXPECT_EQ(reason_of("[IMGUTILS @ 0x1] Picture size 99999x99999 is invalid\n"),
            "input_dimensions_invalid");
  EXPECT_EQ(reason_of("Stream mapping:\n[libx264 @ 0x1] width not divisible by 2 (321x181)\n"),
            "dimensions_invalid");
}

TEST(Judge, AServersAnswerToAnUploadIsNotAboutTheInput) {
  const std::string text = "[https @ 0x1] HTTP error 403 Forbidden\n";
  EXPECT_EQ(reason_of(text, {"-i", "https://h/x", "out.mp4"}), "input_forbidden");
  EXPECT_EQ(reason_of(text, {"-i", "in.mp4", "https://h/x"}), "upload_failed");
}

TEST(Judge, TheLaterWrapperOfAnOptionIsNotItsCause) {
  EXPECT_EQ(reason_of("Stream map '' matches no streams.\n"
                      "Failed to set value '0:a' for option 'map': Invalid argument\n"),
            "stream_missing");
  EXPECT_EQ(reason_of("Failed to set value 'zero' for option 'map': Invalid argument\n"),
            "map_invalid");
}

TEST(Judge, FirstPassWritesItsLogSecondPassReadsIt) {
  const std::string text = "[libx264 @ 0x1] ratecontrol_init: can't open stats file\n";
  EXPECT_EQ(reason_of(text, {"-pass", "1", "out"}), "permission_denied");
  EXPECT_EQ(reason_of(text, {"-pass", "2", "out"}), "pass_log_missing");
}

}  // namespace
}  // namespace mpegflow::retry
