#include "core/probe/assess.h"

#include <gtest/gtest.h>

namespace mpegflow::probe {
namespace {

/// Four seconds of ordinary film with sound.
Probe film() {
  Probe probe;
  probe.size = 150'000;
  probe.duration = 4;
  VideoStream video;
  video.codec = "h264";
  video.width = 320;
  video.height = 180;
  video.frame_rate = video.average_frame_rate = {25, 1};
  video.duration = 4;
  video.frames = 100;
  probe.video = {video};
  AudioStream audio;
  audio.codec = "aac";
  audio.sample_rate = 48'000;
  audio.channels = 2;
  audio.duration = 4;
  probe.audio = {audio};
  return probe;
}

std::string reason_of(const Probe& probe, const Sniff& sniff = {}, InputNeeds needs = {}) {
  const auto finding = assess_probe(probe, sniff, needs);
  return finding ? finding->reason : "accepted";
}

TEST(AssessProbe, AcceptsAnOrdinaryFilm) {
  EXPECT_EQ(reason_of(film()), "accepted");
}

TEST(AssessProbe, RefusesAFileWithoutStreams) {
  EXPECT_EQ(reason_of(Probe{}), "input_no_streams");
}

TEST(AssessProbe, RefusesSoundWherePicturesAreNeeded) {
  Probe probe = film();
  probe.video.clear();
  EXPECT_EQ(reason_of(probe), "stream_missing");
  EXPECT_EQ(reason_of(probe, {}, {.video = false, .audio = true}), "accepted");
}

TEST(AssessProbe, ACoverPictureIsNoFilm) {
  Probe probe = film();
  probe.video[0].is_cover_art = true;
  EXPECT_EQ(reason_of(probe), "stream_missing");
}

TEST(AssessProbe, TakesThePieceOfALongRecording) {
  Probe probe = film();
  probe.container = "matroska";
  probe.start = 50'000;
  probe.duration = probe.video[0].duration = probe.audio[0].duration = 50'004;
  EXPECT_EQ(reason_of(probe), "accepted");
  probe.container = "mov";
  EXPECT_EQ(reason_of(probe), "input_timestamps_broken") << "there a length is one";
}

TEST(AssessProbe, RefusesEncryption) {
  Probe probe = film();
  probe.video[0].tag = "encv";
  EXPECT_EQ(reason_of(probe), "input_encrypted");
  Sniff sniff;
  sniff.is_encrypted = true;
  EXPECT_EQ(reason_of(film(), sniff), "input_encrypted");
}

TEST(AssessProbe, RefusesAnUnknownCodec) {
  Probe probe = film();
  probe.video[0].codec.clear();
  EXPECT_EQ(reason_of(probe), "decoder_missing");
}

TEST(AssessProbe, RefusesAbsurdDimensions) {
  Probe probe = film();
  probe.video[0].width = probe.video[0].height = 30'000;
  EXPECT_EQ(reason_of(probe), "input_dimensions_invalid");
  probe.video[0].width = 16'384;
  probe.video[0].height = 8'192;
  EXPECT_EQ(reason_of(probe), "accepted");
}

TEST(AssessProbe, RefusesFramesThatCannotFit) {
  Probe probe = film();
  probe.video[0].frame_rate = {1, 512};
  EXPECT_EQ(reason_of(probe), "input_timestamps_broken");
}

TEST(AssessProbe, RefusesStreamsThatContradictEachOther) {
  Probe probe = film();
  probe.video[0].duration = probe.duration = 167'772;
  EXPECT_EQ(reason_of(probe), "input_timestamps_broken");
}

TEST(AssessProbe, RefusesHoursInAFewBytes) {
  Probe probe = film();
  probe.audio.clear();
  probe.video[0].frames.reset();
  probe.video[0].duration.reset();
  probe.duration = 108'000;
  probe.size = 1'301;
  EXPECT_EQ(reason_of(probe), "input_timestamps_broken");
}

TEST(AssessProbe, AcceptsAStillPictureUnderAnHourOfSound) {
  Probe probe = film();
  probe.size = 60'000'000;
  probe.duration = probe.video[0].duration = probe.audio[0].duration = 7'200;
  probe.video[0].frames = 1;
  EXPECT_EQ(reason_of(probe), "accepted");
}

TEST(AssessProbe, AcceptsAVariableRate) {
  Probe probe = film();
  probe.video[0].frame_rate = {90'000, 1};
  probe.video[0].average_frame_rate = {5, 1};
  EXPECT_EQ(reason_of(probe), "accepted");
}

TEST(AssessProbe, RefusesASureCutOnly) {
  Sniff sniff;
  sniff.cut_short = "it ends early";
  EXPECT_EQ(reason_of(film(), sniff), "accepted");
  sniff.is_surely_cut = true;
  EXPECT_EQ(reason_of(film(), sniff), "input_truncated");
}

}  // namespace
}  // namespace mpegflow::probe
