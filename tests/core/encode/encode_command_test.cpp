#include "core/encode/encode_command.h"

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>

#include "core/encode/argv.h"

namespace mpegflow::encode {
namespace {

probe::VideoStream make_track(std::int64_t width, std::int64_t height) {
  probe::VideoStream video;
  video.index = 2;
  video.width = width;
  video.height = height;
  video.frame_rate = video.average_frame_rate = {25, 1};
  return video;
}

probe::Probe make_empty_probe(std::string container = "mov") {
  probe::Probe probe;
  probe.container = std::move(container);
  probe.start = 0;
  return probe;
}

std::vector<std::string> command_for(const probe::VideoStream& video,
                                     const submit::RenditionSpec& rendition,
                                     const EncoderFacts& encoder = {}) {
  const probe::Probe probe = make_empty_probe();
  return make_video_command(probe, video, rendition, plan_rhythm(probe, video, {}), encoder,
                            "in/main.mp4");
}

submit::RenditionSpec rung(std::int64_t height) {
  submit::RenditionSpec rendition;
  rendition.height = height;
  return rendition;
}

TEST(EncodeCommand, CutsAConstantRateInWholeFrames) {
  probe::VideoStream video = make_track(1280, 720);
  video.frame_rate = video.average_frame_rate = {30000, 1001};
  const Rhythm rhythm = plan_rhythm(make_empty_probe(), video, {});
  EXPECT_TRUE(rhythm.is_constant_rate);
  EXPECT_EQ(rhythm.gop_frames, 60);
  EXPECT_EQ(rhythm.segment_duration, (package::Rational{180 * 1001, 30000}));
}

TEST(EncodeCommand, CutsAVariableRateByTime) {
  probe::VideoStream video = make_track(1280, 720);
  video.average_frame_rate = {17, 1};
  const Rhythm rhythm = plan_rhythm(make_empty_probe(), video, {});
  EXPECT_FALSE(rhythm.is_constant_rate);
  EXPECT_EQ(rhythm.segment_duration, (package::Rational{6000, 1000}));
  const auto argv = command_for(video, rung(720));
  EXPECT_EQ(
      value_of(argv, "-force_key_frames"),
      "expr:isnan(prev_forced_t)+gt(floor((t+0.000500)/2),floor((prev_forced_t+0.000500)/2))");
  EXPECT_EQ(value_of(argv, "-enc_time_base"), "-1");
}

TEST(EncodeCommand, PutsKeyFramesOnTheTimeLineAlsoWhereFramesAreMissing) {
  probe::VideoStream video = make_track(1280, 720);
  video.frame_rate = video.average_frame_rate = {30000, 1001};
  EXPECT_EQ(value_of(command_for(video, rung(720)), "-force_key_frames"),
            "expr:isnan(prev_forced_t)+gt(floor((t+0.015015)*30000/60060),"
            "floor((prev_forced_t+0.015015)*30000/60060))");
}

TEST(EncodeCommand, PutsKeyFramesOnTheTimeLineAlsoWherePicturesComeLate) {
  probe::VideoStream video = make_track(1280, 720);
  video.start = 0.48;
  EXPECT_EQ(value_of(command_for(video, rung(720)), "-force_key_frames"),
            "expr:isnan(prev_forced_t)+gt(floor((t+0.498000)*25/50),"
            "floor((prev_forced_t+0.498000)*25/50))");
  video.average_frame_rate = {17, 1};
  EXPECT_NE(value_of(command_for(video, rung(720)), "-force_key_frames").find("(t+0.480500)/2"),
            std::string::npos);
}

TEST(EncodeCommand, TakesNoMoreForRoundedThanTheSegmenterDoes) {
  probe::VideoStream video = make_track(1280, 720);
  video.frame_rate = video.average_frame_rate = {5, 1};
  EXPECT_NE(value_of(command_for(video, rung(720)), "-force_key_frames").find("(t+0.019000)*5/10"),
            std::string::npos);
}

TEST(EncodeCommand, TakesTheFrameRateWhereFieldsAreCounted) {
  probe::VideoStream video = make_track(720, 576);
  video.frame_rate = {50, 1};
  EXPECT_EQ(plan_rhythm(make_empty_probe(), video, {}).frame_rate, (package::Rational{25, 1}));
}

TEST(EncodeCommand, KnowsTheUsualRatesUnderRoundedOnes) {
  probe::VideoStream video = make_track(1280, 720);
  video.frame_rate = video.average_frame_rate = {19001, 317};
  EXPECT_EQ(plan_rhythm(make_empty_probe("matroska"), video, {}).frame_rate,
            (package::Rational{60000, 1001}));
  video.frame_rate = video.average_frame_rate = {90000, 2999};
  EXPECT_EQ(plan_rhythm(make_empty_probe(), video, {}).frame_rate,
            (package::Rational{90000, 2999}));
}

TEST(EncodeCommand, BelievesInASteadyRateOnlyAsFarAsTheContainerKnowsIt) {
  probe::VideoStream video = make_track(1280, 720);
  video.frame_rate = {30, 1};
  video.average_frame_rate = {2995, 100};
  EXPECT_FALSE(plan_rhythm(make_empty_probe(), video, {}).is_constant_rate);
  EXPECT_TRUE(plan_rhythm(make_empty_probe("matroska"), video, {}).is_constant_rate);
}

TEST(EncodeCommand, CountsALateStartInFinerStepsThanFrames) {
  probe::VideoStream video = make_track(1280, 720);
  video.start = 0.021;
  const auto argv = command_for(video, rung(720));
  EXPECT_EQ(value_of(argv, "-enc_time_base"), "1/10000");
  EXPECT_NE(value_of(argv, "-filter:v").find("settb=1/10000,setpts=STARTPTS+400*round("),
            std::string::npos);
  video.start = 0.4;
  EXPECT_EQ(value_of(command_for(video, rung(720)), "-enc_time_base"), "1/25");
}

TEST(EncodeCommand, MovesPicturesThatAreShownEarlyToTheirTime) {
  probe::VideoStream video = make_track(1280, 720);
  video.start = video.shown_early = 0.03;
  EXPECT_NE(value_of(command_for(video, rung(720)), "-filter:v")
                .find("settb=1/10000,setpts=STARTPTS+300+400*round("),
            std::string::npos);
  video.average_frame_rate = {17, 1};
  EXPECT_NE(
      value_of(command_for(video, rung(720)), "-filter:v").find("setpts=PTS+round(0.030000/TB)"),
      std::string::npos);
}

TEST(EncodeCommand, KeepsHdrOnlyWhereTheCodecCan) {
  probe::VideoStream video = make_track(1280, 720);
  submit::RenditionSpec rendition = rung(720);
  rendition.codec = "hevc";
  EXPECT_EQ(find_target(rendition, video), (PictureTarget{8, false}));
  video.color_transfer = "smpte2084";
  EXPECT_EQ(find_target(rendition, video), (PictureTarget{10, true}));
  rendition.codec = "h264";
  EXPECT_EQ(find_target(rendition, video), (PictureTarget{8, false}));
}

TEST(EncoderFacts, ComeFromTheRecordOfTheRevision) {
  const EncoderFacts facts = read_encoder_facts("4.4.2-0", R"({"filters": ["scale", "zscale"]})");
  EXPECT_EQ(facts.version_major, 4);
  EXPECT_EQ(facts.version_minor, 4);
  EXPECT_FALSE(facts.can_convert_colors);
  EXPECT_TRUE(
      read_encoder_facts("5.1", R"({"filters": ["tonemap", "zscale"]})").can_convert_colors);
  EXPECT_TRUE(read_encoder_facts("5.1", "").can_convert_colors) << "nobody has looked";
}

TEST(EncodeCommand, BringsTextOutAsWebvtt) {
  probe::SubtitleStream text;
  text.index = 3;
  const auto argv = make_subtitle_command(make_empty_probe(), text, "in/main.mkv");
  EXPECT_EQ(value_of(argv, "-map"), "0:3");
  EXPECT_EQ(value_of(argv, "-c:s"), "webvtt");
}

TEST(EncodeCommand, ReadsTheInputAndTheStreamThatWereChosen) {
  const auto argv = command_for(make_track(1920, 1080), rung(720));
  EXPECT_EQ(argv.front(), "ffmpeg");
  EXPECT_EQ(argv.back(), "pipe:1");
  EXPECT_EQ(value_of(argv, "-i"), "file:in/main.mp4");
  EXPECT_EQ(value_of(argv, "-map"), "0:2");
  EXPECT_EQ(value_of(argv, "-progress"), "pipe:3");
  EXPECT_EQ(value_of(argv, "-g"), "50");
  EXPECT_EQ(value_of(argv, "-filter:v").find("scale=1280:720:"), 0U);
}

TEST(EncodeCommand, BoundsTheRateOnlyIfAsked) {
  submit::RenditionSpec rendition = rung(720);
  EXPECT_EQ(value_of(command_for(make_track(1920, 1080), rendition), "-maxrate"), "");
  rendition.maxrate = 3'000'000;
  const auto argv = command_for(make_track(1920, 1080), rendition);
  EXPECT_EQ(value_of(argv, "-maxrate"), "3000000");
  EXPECT_EQ(value_of(argv, "-bufsize"), "4500000");
}

TEST(EncodeCommand, SpeaksTheWordsOfAnOlderFfmpeg) {
  const auto argv = command_for(make_track(1920, 1080), rung(720), {4, 4});
  EXPECT_EQ(value_of(argv, "-vsync"), "passthrough");
  EXPECT_EQ(value_of(argv, "-fps_mode"), "");
}

TEST(EncodeCommand, EncodesTheSoundAsTheSpecSays) {
  probe::Probe probe;
  probe.container = "mov";
  probe::AudioStream audio;
  audio.index = 1;
  const auto argv = make_audio_command(probe, audio, {}, {}, "in/main.mp4");
  EXPECT_EQ(value_of(argv, "-map"), "0:1");
  EXPECT_EQ(value_of(argv, "-b:a"), "128000");
  EXPECT_EQ(value_of(argv, "-ar"), "48000");
}

}  // namespace
}  // namespace mpegflow::encode
