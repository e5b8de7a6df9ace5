#include "core/verify/verify_rendition.h"

#include <gtest/gtest.h>

namespace mpegflow::verify {
namespace {

/// 100 frames in 4 s, all of them decoded, encoded, muxed and counted.
struct Whole {
  Expectation expectation;
  RenditionFacts facts;

  Whole() {
    expectation.packets = 100;
    expectation.duration = 4;
    expectation.frame_rate = 25;
    facts.stats.inputs = {{0, 0, "video", 100, 100, std::nullopt, std::nullopt}};
    facts.stats.outputs = {{0, 0, "video", 100, std::nullopt, 100}};
    facts.samples = 100;
    facts.duration = 4;
  }
  Verification verify() const { return verify_rendition(expectation, facts); }
};

TEST(VerifyRendition, AcceptsWhatIsWhole) {
  const Verification result = Whole().verify();
  EXPECT_EQ(result.finding.reason, "ok");
  EXPECT_EQ(result.level, "exact");
  EXPECT_TRUE(result.warnings.empty());
}

TEST(VerifyRendition, BlamesUsForAFrameLostBetweenDecoderAndSegments) {
  Whole run;
  run.facts.samples = 99;
  EXPECT_EQ(run.verify().finding.reason, "output_incomplete");
  EXPECT_EQ(run.verify().finding.bucket, retry::Bucket::transient);
}

TEST(VerifyRendition, BlamesUsForAFrameLostInsideFfmpeg) {
  Whole run;
  run.facts.samples = 99;
  run.facts.stats.outputs[0].packets_muxed = 99;
  EXPECT_EQ(run.verify().finding.rule, "verify_frames_conserved");
}

TEST(VerifyRendition, ACutIsEnoughWhereNoLengthIsStated) {
  Whole run;
  run.expectation.packets.reset();
  run.expectation.cut_short = "it ends inside a packet";
  EXPECT_EQ(run.verify().finding.reason, "ok_with_warnings");
  run.expectation.is_length_stated = false;
  EXPECT_EQ(run.verify().finding.reason, "input_truncated");
}

TEST(VerifyRendition, EmptyPacketsAreNoDamage) {
  Whole run;
  run.facts.stats.damage = {{0, 0, 50, 0}};
  EXPECT_EQ(run.verify().finding.reason, "bitstream_corrupt");
  run.expectation.has_empty_packets = true;
  EXPECT_EQ(run.verify().finding.reason, "ok");
}

TEST(VerifyRendition, AHoleThatWasClosedIsNoCut) {
  Whole run;
  run.expectation.packets.reset();
  run.expectation.duration = 24;  // from the first time stamp to the last
  run.expectation.is_length_stated = false;
  run.expectation.is_length_from_times = true;
  EXPECT_EQ(run.verify().finding.reason, "input_timestamps_broken");
  run.facts.stats.corrupt_packets = 1;
  EXPECT_EQ(run.verify().finding.reason, "input_truncated");
}

TEST(VerifyRendition, AHoleTakesAComplaintToBeDamage) {
  Whole run;
  run.expectation.packets.reset();
  run.expectation.is_steady = true;
  run.facts.stats.inputs[0] = {0, 0, "video", 70, 70, std::nullopt, std::nullopt};
  run.facts.stats.outputs[0].packets_muxed = 70;
  run.facts.samples = 70;
  EXPECT_EQ(run.verify().finding.reason, "ok_with_warnings") << "cameras skip frames";
  run.facts.stats.container_errors = 1;
  EXPECT_EQ(run.verify().finding.reason, "bitstream_corrupt");
}

TEST(VerifyRendition, CountsDuplicatedAndDroppedFrames) {
  Whole run;
  run.facts.progress = encode::Progress{};
  run.facts.progress->dup = 5;
  run.facts.progress->drop = 2;
  run.facts.samples = 103;
  run.facts.stats.outputs[0].packets_muxed = 103;
  EXPECT_EQ(run.verify().finding.reason, "ok");
}

TEST(VerifyRendition, BlamesTheInputForPacketsThatAreNotThere) {
  Whole run;
  run.facts.stats.inputs[0].packets_read = 60;
  run.facts.stats.inputs[0].frames_decoded = 60;
  run.facts.stats.outputs[0].packets_muxed = 60;
  run.facts.samples = 60;
  run.facts.duration = 2.4;
  EXPECT_EQ(run.verify().finding.reason, "input_truncated");
}

TEST(VerifyRendition, OneMissingPacketNeedsASignOfACut) {
  Whole run;
  run.facts.stats.inputs[0] = {0, 0, "video", 99, 99, std::nullopt, std::nullopt};
  run.facts.stats.outputs[0].packets_muxed = 99;
  run.facts.samples = 99;
  run.facts.duration = 3.96;
  EXPECT_EQ(run.verify().finding.reason, "ok_with_warnings");
  run.facts.stats.ended_early = "stream 0, offset 0x1: partial file";
  EXPECT_EQ(run.verify().finding.reason, "input_truncated");
}

TEST(VerifyRendition, AnEditListMayPlayAPartOfThePackets) {
  Whole run;
  run.expectation.duration = run.expectation.played = 2;
  run.expectation.picture_duration = 0.04;
  run.facts.stats.inputs[0] = {0, 0, "video", 50, 50, std::nullopt, std::nullopt};
  run.facts.stats.outputs[0].packets_muxed = 50;
  run.facts.samples = 50;
  run.facts.duration = 2;
  EXPECT_EQ(run.verify().finding.reason, "ok");
  run.facts.stats.inputs[0] = {0, 0, "video", 30, 30, std::nullopt, std::nullopt};
  run.facts.stats.outputs[0].packets_muxed = 30;
  run.facts.samples = 30;
  run.facts.duration = 1.2;
  EXPECT_EQ(run.verify().finding.reason, "input_truncated") << "not even that is there";
}

/// Of a file of 260 packets of sound, 1024 samples each.
RenditionFacts make_sound(std::int64_t packets, double duration) {
  RenditionFacts facts;
  facts.stats.inputs = {{0, 1, "audio", packets, packets, packets * 1024, std::nullopt}};
  facts.stats.outputs = {{0, 0, "audio", packets, packets * 1024, packets}};
  facts.samples = packets;
  facts.duration = duration;
  return facts;
}

TEST(VerifyRendition, AnEditListMayPlayAPartOfTheSound) {
  probe::Probe probe;
  probe.container = "mov";
  probe::AudioStream& audio = probe.audio.emplace_back();
  audio.codec = "aac";
  audio.sample_rate = 44'100;
  audio.packets = 260;
  audio.duration = 3;
  const RenditionFacts facts = make_sound(131, 3.04);
  const Expectation trimmed = make_expectation(probe, {}, Medium::audio, 44'100);
  EXPECT_EQ(verify_rendition(trimmed, facts).finding.reason, "ok");
  probe.audio[0].duration = 6.02;
  const Expectation whole = make_expectation(probe, {}, Medium::audio, 44'100);
  EXPECT_EQ(verify_rendition(whole, facts).finding.reason, "input_truncated");
}

TEST(VerifyRendition, ARecordingMayBeginBeforeItsFirstKeyFrame) {
  Whole run;
  run.expectation.packets.reset();
  run.expectation.duration = 5.6;
  run.facts.start = 1.6;
  EXPECT_EQ(run.verify().finding.reason, "input_truncated") << "its length is stated";
  run.expectation.is_length_stated = false;
  EXPECT_EQ(run.verify().finding.reason, "ok_with_warnings");
  run.facts.start = 0;
  EXPECT_EQ(run.verify().finding.reason, "input_truncated") << "it is the end that is missing";
}

TEST(VerifyRendition, EmptyPacketsOfAviAreNoLoss) {
  Whole run;
  run.expectation.packets = 120;
  EXPECT_EQ(run.verify().finding.reason, "input_truncated");
  run.expectation.counts_empty_packets = true;
  EXPECT_EQ(run.verify().finding.reason, "ok_with_warnings");
  run.expectation.cut_short = "the RIFF chunk should end later";
  EXPECT_EQ(run.verify().finding.reason, "input_truncated");
}

TEST(VerifyRendition, MatroskaMayCountItsLengthFromZero) {
  probe::Probe probe;
  probe.container = "matroska";
  probe.duration = 8.1;
  probe.start = 5.0;
  probe.video.emplace_back().start = 5.0;
  probe.video[0].duration = 8.1;
  Whole run;
  run.expectation = make_expectation(probe, {}, Medium::video);
  run.facts.duration = 3.12;
  EXPECT_TRUE(run.verify().is_accepted());
  run.facts.duration = 2;
  EXPECT_FALSE(run.verify().is_accepted());
}

TEST(VerifyRendition, UncompressedSoundIsCountedInSamples) {
  probe::Probe probe;
  probe.container = "mov";
  probe::AudioStream& audio = probe.audio.emplace_back();
  audio.codec = "pcm_s16le";
  audio.sample_rate = 44'100;
  audio.packets = 264'600;
  audio.duration = 6;
  const Expectation expectation = make_expectation(probe, {}, Medium::audio, 44'100);
  EXPECT_TRUE(expectation.is_length_stated);
  EXPECT_EQ(verify_rendition(expectation, make_sound(259, 6.01)).finding.reason, "ok");
  EXPECT_EQ(verify_rendition(expectation, make_sound(130, 3)).finding.reason, "input_truncated");
}

TEST(VerifyRendition, KeepsAFewDamagedFramesAsANote) {
  Whole run;
  run.facts.stats.damage = {{0, 0, 1, 2}};
  const Verification result = run.verify();
  EXPECT_EQ(result.finding.reason, "ok_with_warnings");
  ASSERT_EQ(result.warnings.size(), 1U);
}

TEST(VerifyRendition, RefusesMuchDamage) {
  Whole run;
  run.facts.stats.damage = {{0, 0, 2, 2}};
  EXPECT_EQ(run.verify().finding.reason, "bitstream_corrupt");
}

TEST(VerifyRendition, LetsALongFilmHaveMoreDamage) {
  Whole run;
  run.expectation.packets = 100'000;
  run.expectation.duration = 4000;
  run.facts.stats.inputs[0] = {0, 0, "video", 100'000, 100'000, std::nullopt, std::nullopt};
  run.facts.stats.outputs[0].packets_muxed = 100'000;
  run.facts.samples = 100'000;
  run.facts.duration = 4000;
  run.facts.stats.damage = {{0, 0, 0, 400}};
  EXPECT_EQ(run.verify().finding.reason, "ok_with_warnings");
}

TEST(VerifyRendition, DamageOfAnotherStreamIsNotOurs) {
  Whole run;
  run.facts.stats.damage = {{0, 1, 90, 0}};
  EXPECT_EQ(run.verify().finding.reason, "ok");
}

TEST(VerifyRendition, RefusesTimesThatRunAway) {
  Whole run;
  run.facts.duration = 512;
  EXPECT_EQ(run.verify().finding.reason, "input_timestamps_broken");
}

TEST(VerifyRendition, TakesATimeWithoutPicturesThatTheFileStatesForAPause) {
  Whole run;
  run.expectation.packets.reset();
  run.expectation.is_steady = true;
  run.expectation.duration = run.facts.duration = 604;
  EXPECT_EQ(run.verify().finding.reason, "ok_with_warnings");
  run.facts.stats.container_errors = 1;
  EXPECT_EQ(run.verify().finding.reason, "input_timestamps_broken");
  run.facts.stats.container_errors = 0;
  run.expectation.is_length_stated = false;
  EXPECT_EQ(run.verify().finding.reason, "input_timestamps_broken");
}

TEST(VerifyRendition, AnotherStreamMayBeTheLongerOne) {
  Whole run;
  run.expectation.packets.reset();
  run.expectation.duration.reset();
  run.expectation.container_duration = 9;
  run.expectation.has_other_streams = true;
  EXPECT_EQ(run.verify().finding.reason, "ok_with_warnings");
  run.expectation.has_other_streams = false;
  EXPECT_EQ(run.verify().finding.reason, "input_truncated");
}

TEST(VerifyRendition, TellsNoPacketsFromUndecodablePackets) {
  Whole run;
  run.facts.samples = 0;
  run.facts.duration = 0;
  run.facts.stats.outputs.clear();
  run.facts.stats.inputs[0] = {0, 0, "video", 0, 0, std::nullopt, std::nullopt};
  EXPECT_EQ(run.verify().finding.reason, "input_corrupt");
  run.facts.stats.inputs[0].packets_read = 100;
  EXPECT_EQ(run.verify().finding.reason, "bitstream_corrupt");
}

TEST(VerifyRendition, BlamesADamagedCopyBeforeTheSource) {
  Whole run;
  run.facts.duration = 512;
  run.expectation.hash_match = false;
  EXPECT_EQ(run.verify().finding.reason, "stage_in_corrupt");
}

TEST(VerifyRendition, AChunkIsNotMeasuredAgainstTheWholeInput) {
  Whole run;
  run.expectation.is_whole_input = false;
  run.expectation.duration = 2;
  run.facts.samples = 50;
  run.facts.duration = 2;
  run.facts.stats.inputs[0] = {0, 0, "video", 58, 52, std::nullopt, std::nullopt};
  run.facts.stats.outputs[0].packets_muxed = 50;
  EXPECT_EQ(run.verify().finding.reason, "ok");
}

TEST(VerifyRendition, SaysWhenThereWasNothingToCountWith) {
  Whole run;
  run.facts.stats = {};
  EXPECT_EQ(run.verify().finding.reason, "ok_with_warnings");
}

}  // namespace
}  // namespace mpegflow::verify
