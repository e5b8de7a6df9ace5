#include "core/encode/loudness.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace mpegflow::encode {
namespace {

// As FFmpeg 5.1 writes it, between other messages.
constexpr const char* kStderr =
    "[Parsed_loudnorm_0 @ 0x5581] \n{\n\t\"input_i\" : \"-21.75\",\n\t\"input_tp\" : \"-18.06\",\n"
    "\t\"input_lra\" : \"0.10\",\n\t\"input_thresh\" : \"-31.75\",\n\t\"output_i\" : \"-23.01\",\n"
    "\t\"output_tp\" : \"-19.32\",\n\t\"output_lra\" : \"0.00\",\n\t\"output_thresh\" : "
    "\"-33.01\",\n"
    "\t\"normalization_type\" : \"dynamic\",\n\t\"target_offset\" : \"0.01\"\n}\n[info] bye\n";

const Loudness kMeasured{-21.75, -18.06, 0.1, -31.75, 0.01};
const submit::LoudnessSpec kTarget{true, -16, -1.5, 11};

TEST(Loudness, IsReadFromTheEndOfTheLog) {
  EXPECT_EQ(read_loudness(kStderr), kMeasured);
}

TEST(Loudness, OfSilenceThereIsNone) {
  std::string silent = kStderr;
  silent.replace(silent.find("-21.75"), 6, "-inf");
  EXPECT_EQ(read_loudness(silent), std::nullopt);
  EXPECT_EQ(read_loudness("frame=1"), std::nullopt);
  EXPECT_EQ(read_loudness("} {"), std::nullopt);
}

TEST(Loudness, ComesBackFromItsRecord) {
  EXPECT_EQ(parse_loudness(to_json(std::optional(kMeasured))), kMeasured);
  EXPECT_EQ(parse_loudness(to_json(std::optional<Loudness>())), std::nullopt);
}

TEST(Loudness, IsFilledIntoTheCommandThatExpectsIt) {
  const auto argv = expect_loudness({"ffmpeg", "-c:a", "aac"}, 6);
  EXPECT_EQ(argv,
            (std::vector<std::string>{"ffmpeg", "-filter:a",
                                      "aformat=channel_layouts=5.1,{loudness}", "-c:a", "aac"}));
  const auto filled = fill_in_loudness(argv, kMeasured, kTarget);
  EXPECT_EQ(filled[2],
            "aformat=channel_layouts=5.1,loudnorm=I=-16:TP=-1.5:LRA=11:measured_I=-21.75:measured_"
            "TP=-18.06:measured_LRA=0.1:"
            "measured_thresh=-31.75:offset=0.01:linear=true:print_format=summary");
  EXPECT_EQ(fill_in_loudness(argv, std::nullopt, kTarget)[2], "aformat=channel_layouts=5.1,anull");
}

TEST(Loudness, ComesAfterTheFiltersThatAreThere) {
  EXPECT_EQ(expect_loudness({"ffmpeg", "-filter:a", "pan=mono", "-c:a", "aac"}, 1)[2],
            "pan=mono,aformat=channel_layouts=mono,{loudness}");
}

TEST(Loudness, IsMeasuredOfTheChannelsThatAreMade) {
  probe::AudioStream audio;
  audio.index = 3;
  const auto argv = make_measure_command({}, audio, {}, kTarget, "in/a");
  EXPECT_NE(std::ranges::find(argv,
                              "aformat=channel_layouts=stereo,loudnorm=I=-16:TP=-1.5:LRA=11:"
                              "print_format=json"),
            argv.end());
}

}  // namespace
}  // namespace mpegflow::encode
