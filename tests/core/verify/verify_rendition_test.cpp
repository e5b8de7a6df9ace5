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

TEST(VerifyRendition, ALateStartIsNoneOfThePicturesLength) {
  probe::Probe probe;
  probe.container = "matroska";
  probe.duration = 3.9;
  probe.start = 0.0;
  probe.video.emplace_back().start = 0.3;
  probe.audio.emplace_back().start = 0.0;
  const Expectation expectation = make_expectation(probe, {}, Medium::video, 48'000);
  EXPECT_NEAR(expectation.container_duration.value_or(0), 3.6, 1e-9);
  // FFmpeg's muxer writes the end of the stream into the tag of its length.
  probe.video[0].duration = 3.9;
  const Expectation tagged = make_expectation(probe, {}, Medium::video, 48'000);
  EXPECT_NEAR(tagged.duration.value_or(0), 3.6, 1e-9);
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
