#include "core/verify/verify_output.h"

#include <gtest/gtest.h>

namespace mpegflow::verify {
namespace {

/// A clip of 4 s, 100 pictures and sound, and the command that encodes all of it; all is well.
struct Scene {
  OutputExpectation expectation;
  CommandFacts run;
  OutputFacts facts;

  explicit Scene(std::vector<std::string> arguments = {"-i", "in/main.mp4", "-c:v", "libx264",
                                                       "out/o.mp4"}) {
    arguments.insert(arguments.begin(), "ffmpeg");
    expectation.shape = read_command_shape(arguments);
    Source source;
    source.probe.container = "mov";
    source.probe.duration = 4;
    probe::VideoStream video;
    video.index = 0;
    video.frame_rate = video.average_frame_rate = {25, 1};
    video.duration = 4;
    video.frames = 100;
    probe::AudioStream audio;
    audio.index = 1;
    audio.duration = 4;
    source.probe.video = {video};
    source.probe.audio = {audio};
    facts.size = 5000;
    facts.probe = source.probe;
    facts.packets = {{0, 100}, {1, 174}};
    facts.decoded = {{"whole", true, 0, {}}};
    expectation.sources[0] = std::move(source);
    run.stats.inputs = {{0, 0, "video", 100, 100, {}, {}}, {0, 1, "audio", 174, 173, {}, {}}};
    run.stats.outputs = {{0, 0, "video", 100, {}, 100}, {0, 1, "audio", 173, {}, 174}};
  }

  Verification judge() const { return verify_output(expectation, run, facts); }
  std::string reason() const { return judge().finding.reason; }
  void set_length(double seconds, std::int64_t frames) {
    facts.probe->duration = seconds;
    facts.probe->video.front().duration = seconds;
    facts.probe->audio.front().duration = seconds;
    facts.packets[0] = frames;
    run.stats.outputs.front().packets_muxed = frames;
    run.stats.outputs.front().frames_encoded = frames;
  }
};

TEST(IsEachPacketAFrame, AsksOfPicturesAndSoundThatNoneIsMissing) {
  const auto ask = [](std::string_view streams) {
    return is_each_packet_a_frame("{\"streams\": [" + std::string(streams) + "]}");
  };
  const std::string video =
      R"({"codec_type": "video", "nb_read_packets": "30", "nb_read_frames": "30"})";
  EXPECT_TRUE(ask(video));
  EXPECT_TRUE(ask(video + R"(, {"codec_type": "data"})"));
  EXPECT_FALSE(ask(video + R"(, {"codec_type": "audio", "nb_read_packets": "45"})"));
  EXPECT_FALSE(ask(R"({"codec_type": "audio", "nb_read_packets": "9", "nb_read_frames": "8"})"));
  EXPECT_FALSE(ask("")) << "nothing is no proof";
  EXPECT_FALSE(is_each_packet_a_frame("no JSON"));
}

TEST(VerifyOutput, IsExactWhereEveryFrameIsAccountedFor) {
  const Verification result = Scene().judge();
  EXPECT_EQ(result.finding.reason, "ok") << result.finding.cause;
  EXPECT_EQ(result.level, "exact");
}

TEST(VerifyOutput, IsBoundedWhereTheCommandCutsTime) {
  Scene scene({"-ss", "1", "-i", "in/main.mp4", "-t", "2", "out/o.mp4"});
  scene.set_length(2, 50);
  EXPECT_EQ(scene.reason(), "ok");
  EXPECT_EQ(scene.judge().level, "bounded");
  scene.set_length(1, 25);
  EXPECT_NE(scene.reason(), "ok") << "a second of two is missing: " << scene.judge().finding.reason;
}

TEST(VerifyOutput, DoesNotAskAGifOfOnePictureHowLongItIs) {
  Scene scene({"-i", "in/main.mp4", "-vf", "fps=1", "out/o.gif"});
  scene.set_length(0.1, 1);
  std::erase_if(scene.run.stats.outputs, [](const auto& stream) { return stream.type == "audio"; });
  scene.facts.probe->audio.clear();
  EXPECT_NE(scene.reason(), "ok") << "other files say it";
  scene.facts.probe->container = "gif";
  EXPECT_EQ(scene.reason(), "ok") << scene.judge().finding.cause;
  EXPECT_EQ(scene.judge().level, "structure");
}

TEST(VerifyOutput, IsStructureWhereAFilterMakesItsOwnTime) {
  Scene scene({"-i", "in/main.mp4", "-vf", "setpts=2*PTS", "out/o.mp4"});
  scene.set_length(8, 100);
  EXPECT_EQ(scene.reason(), "ok");
  EXPECT_EQ(scene.judge().level, "structure");
}

TEST(VerifyOutput, IsStructureWhereNothingIsKnownOfTheInput) {
  Scene scene({"-t", "2", "-i", "in/main.mp4", "out/o.mp4"});
  scene.expectation.sources.clear();
  scene.set_length(2, 50);
  EXPECT_EQ(scene.judge().level, "structure") << "the command names a length, nobody compared it";
}

TEST(VerifyOutput, IsStructureWhereOneOfSeveralStreamsCouldNotBeCompared) {
  Scene scene({"-i", "in/main.mp4", "-vf", "fps=25", "out/o.mp4"});
  EXPECT_EQ(scene.judge().level, "bounded");
  scene.run.stats.inputs.push_back({0, 2, "audio", 174, 173, {}, {}});
  EXPECT_EQ(scene.judge().level, "structure") << "which sound it is made of is not told";
  scene.run.stats.mappings = {{0, 0, 0, 0}, {0, 1, 0, 1}};
  EXPECT_EQ(scene.judge().level, "bounded");
}

TEST(VerifyOutput, HoldsEachStreamAgainstTheInputItIsMadeOf) {
  Scene scene({"-i", "in/main.mp4", "-i", "in/b.mp4", "-map", "0:v", "-map", "1:a", "-vf", "fps=25",
               "out/o.mp4"});
  scene.run.stats.inputs = {{0, 0, "video", 100, 100, {}, {}}, {1, 1, "audio", 87, 87, {}, {}}};
  scene.run.stats.mappings = {{0, 0, 0, 0}, {1, 1, 0, 1}};
  scene.run.stats.outputs[1].packets_muxed = 87;
  scene.facts.packets[1] = 87;
  scene.facts.probe->audio.front().duration = 2;
  EXPECT_EQ(scene.judge().level, "structure") << "nothing is known of the second input";
  Source other = scene.expectation.sources[0];
  other.probe.duration = other.probe.audio.front().duration = 2;
  scene.expectation.sources[1] = std::move(other);
  EXPECT_EQ(scene.judge().level, "bounded");
  EXPECT_EQ(scene.reason(), "ok") << scene.judge().finding.cause;
  scene.facts.probe->audio.front().duration = 1;
  EXPECT_EQ(scene.reason(), "input_truncated");
}

TEST(VerifyOutput, IsBoundedToHalfASecondOrOneFrame) {
  Scene scene({"-i", "in/main.mp4", "-vf", "fps=25", "out/o.mp4"});
  auto& source = scene.expectation.sources[0].probe;
  source.duration = source.video.front().duration = source.audio.front().duration = 100;
  source.video.front().frames.reset();
  scene.facts.probe->duration = scene.facts.probe->audio.front().duration = 100;
  scene.facts.probe->video.front().duration = 99.6;
  EXPECT_EQ(scene.judge().level, "bounded");
  scene.facts.probe->video.front().duration = 99.4;
  EXPECT_EQ(scene.judge().level, "structure") << "not refused, and not called bounded";
  EXPECT_EQ(scene.reason(), "ok_with_warnings");
  source.video.front().frame_rate = {1, 1};
  EXPECT_EQ(scene.judge().level, "bounded") << "a frame lasts longer";
  scene.facts.probe->video.front().duration = 50;
  EXPECT_EQ(scene.reason(), "input_truncated");
}

TEST(VerifyOutput, ExpectsNoLengthOfACover) {
  Scene scene({"-i", "in/main.mp4", "-i", "in/cover.png", "-map", "0:a", "-map", "1:v", "-c",
               "copy", "out/o.m4a"});
  Source cover;
  cover.sniff.is_still_image = true;
  cover.probe.duration = 0.04;
  scene.expectation.sources[1] = std::move(cover);
  scene.run.stats.inputs = {{0, 1, "audio", 174, {}, {}, {}}, {1, 0, "video", 1, {}, {}, {}}};
  scene.run.stats.outputs = {{0, 0, "audio", {}, {}, 174}, {0, 1, "video", {}, {}, 1}};
  scene.run.stats.mappings = {{0, 1, 0, 0}, {1, 0, 0, 1}};
  scene.facts.probe->audio.front().index = 0;
  scene.facts.probe->video.front().index = 1;
  scene.facts.packets = {{0, 174}, {1, 1}};
  EXPECT_EQ(scene.reason(), "ok") << scene.judge().finding.cause;
  EXPECT_EQ(scene.judge().level, "exact");
}

TEST(TellingInputs, AreThoseWhoseLengthIsThatOfAnOutput) {
  const auto telling = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "ffmpeg");
    return find_telling_inputs(read_command_shape(arguments));
  };
  EXPECT_EQ(telling({"-i", "a.mp4", "o.mkv"}), (std::vector<std::size_t>{0}));
  EXPECT_EQ(telling({"-f", "lavfi", "-i", "sine", "-i", "a.mp4", "o.mkv"}),
            (std::vector<std::size_t>{1}));
  EXPECT_TRUE(telling({"-i", "a.mp4", "-vf", "setpts=2*PTS", "o.mkv"}).empty());
  EXPECT_TRUE(telling({"-i", "a.mp4", "-frames:v", "1", "o.png"}).empty());
  EXPECT_TRUE(telling({"-stream_loop", "1", "-i", "a.mp4", "o.mp4"}).empty());
}

TEST(VerifyOutput, RefusesAnEmptyFile) {
  Scene scene;
  scene.facts.size = 0;
  EXPECT_EQ(scene.reason(), "output_incomplete");
}

TEST(VerifyOutput, RefusesWhatFfprobeCannotRead) {
  Scene scene;
  scene.facts.probe.reset();
  scene.facts.probe_stderr = "moov atom not found";
  EXPECT_EQ(scene.reason(), "output_incomplete");
}

TEST(VerifyOutput, BlamesAFullDiskForWhatIsNotWhole) {
  Scene scene;
  scene.facts.probe.reset();
  scene.facts.free_bytes = 0;
  EXPECT_EQ(scene.reason(), "disk_full");
  scene.facts.free_bytes = 1 << 30;
  scene.facts.free_inodes = 0;
  EXPECT_EQ(scene.reason(), "disk_full");
}

TEST(VerifyOutput, SeesATruncatedInput) {
  Scene scene;
  scene.run.stats.inputs[0].packets_read = 48;
  scene.run.stats.inputs[0].frames_decoded = 48;
  scene.set_length(1.92, 48);
  EXPECT_EQ(scene.reason(), "input_truncated");
  scene.expectation.hash_match = false;
  EXPECT_EQ(scene.reason(), "stage_in_corrupt") << "our copy is not what the source is";
}

TEST(VerifyOutput, TakesSoundThatStaysLateAndSoundThatWasFilled) {
  Scene scene;
  scene.expectation.sources[0].probe.start = 0;
  scene.expectation.sources[0].probe.audio.front().start = 1;
  for (const double filled_or_kept : {5, 4}) {
    scene.facts.probe->audio.front().duration = filled_or_kept;
    EXPECT_EQ(scene.reason(), "ok") << scene.judge().finding.cause;
  }
  scene.facts.probe->audio.front().duration = 3;
  EXPECT_EQ(scene.reason(), "input_truncated");
}

TEST(VerifyOutput, SeesHeavyDamageInTheInput) {
  Scene scene;
  scene.run.stats.damage = {{0, 0, 20, 10}};
  EXPECT_EQ(scene.reason(), "bitstream_corrupt");
}

TEST(VerifyOutput, SeesTimesThatRunAway) {
  Scene scene;
  scene.set_length(40004, 100);
  EXPECT_EQ(scene.reason(), "input_timestamps_broken");
}

TEST(VerifyOutput, SeesARangeWithoutFrames) {
  Scene scene({"-ss", "50", "-t", "5", "-i", "in/main.mp4", "out/o.mp4"});
  scene.facts.packets = {{0, 0}};
  scene.run.stats.outputs = {{0, 0, "video", 0, {}, 0}};
  EXPECT_EQ(scene.reason(), "time_range_empty");
}

TEST(VerifyOutput, SeesCopiedStreamsThatCouldNotBePlacedInTime) {
  Scene scene({"-i", "in/main.mp4", "-c", "copy", "out/o.mp4"});
  scene.run.stats.inputs = {{0, 0, "video", 100, {}, {}, {}}};
  scene.run.stats.outputs = {{0, 0, "video", {}, {}, 0}};
  scene.facts.packets = {{0, 0}};
  EXPECT_EQ(scene.reason(), "input_timestamps_broken");
}

TEST(VerifyOutput, SeesAStreamThatIsMissing) {
  Scene scene;
  scene.facts.probe->audio.clear();
  EXPECT_EQ(scene.reason(), "output_incomplete");
}

TEST(VerifyOutput, SeesFramesThatGotLost) {
  Scene scene;
  scene.facts.packets[0] = 90;
  EXPECT_EQ(scene.reason(), "output_incomplete");
}

TEST(VerifyOutput, MissesNoPacketOfSoundThatHoldsNothing) {
  Scene scene;
  scene.facts.packets[1] = 173;  // of 174 that were muxed, as FLAC in Matroska
  EXPECT_EQ(scene.reason(), "ok") << scene.judge().finding.cause;
  scene.facts.packets[1] = 172;
  EXPECT_EQ(scene.reason(), "output_incomplete");
}

TEST(VerifyOutput, CountsNoFramesThroughAFilterThatMakesOthers) {
  Scene scene({"-i", "in/main.mp4", "-vf", "fps=5", "out/o.mp4"});
  scene.set_length(4, 20);
  EXPECT_EQ(scene.reason(), "ok") << scene.judge().finding.cause;
  EXPECT_EQ(scene.judge().level, "bounded");
}

TEST(VerifyOutput, SeesATruncatedInputBehindSeveralOutputs) {
  Scene scene({"-i", "in/main.mp4", "out/o.mp4", "out/small.mp4"});
  scene.run.stats.inputs[0].packets_read = scene.run.stats.inputs[0].frames_decoded.emplace(48);
  scene.set_length(1.92, 48);
  scene.run.stats.outputs.push_back({1, 0, "video", 48, {}, 48});
  EXPECT_EQ(scene.reason(), "input_truncated");
}

TEST(VerifyOutput, ForgivesACutBeyondTheEndOfOneStream) {
  Scene scene({"-ss", "2", "-i", "in/main.mp4", "out/o.mp4"});
  scene.set_length(2, 50);
  scene.run.stats.outputs[1].packets_muxed = 0;
  scene.facts.packets.erase(1);
  EXPECT_EQ(scene.reason(), "ok") << scene.judge().finding.cause;
}

TEST(VerifyOutput, TakesAnEncodedOutputOnlyIfItDecodes) {
  Scene scene;
  scene.facts.decoded = {{"tail", true, 1, "error while decoding MB 1 1"}};
  EXPECT_EQ(scene.reason(), "output_incomplete");
}

TEST(VerifyOutput, BlamesTheInputForErrorsInACopy) {
  Scene scene({"-i", "in/main.mp4", "-c", "copy", "out/o.mp4"});
  scene.facts.decoded = {{"whole", true, 2, "error"}};
  EXPECT_EQ(scene.reason(), "ok_with_warnings");
  scene.facts.decoded.front().errors = 40;
  EXPECT_EQ(scene.reason(), "bitstream_corrupt");
  scene.expectation.max_decode_errors = 50;
  EXPECT_EQ(scene.reason(), "ok_with_warnings") << "the job allows so many";
}

TEST(VerifyOutput, TakesTheToleranceOfTheJob) {
  Scene scene;
  scene.set_length(3.6, 90);
  scene.run.stats.inputs[0].frames_decoded = 90;
  scene.expectation.sources[0].probe.video.front().frames.reset();
  EXPECT_EQ(scene.reason(), "input_truncated");
  scene.expectation.duration_tolerance = 0.5;
  EXPECT_EQ(scene.judge().finding.bucket, retry::Bucket::none) << scene.judge().finding.cause;
}

TEST(VerifyOutput, LooksNotIntoWhatIsNoMedia) {
  Scene scene;
  scene.facts = {};
  scene.facts.size = 10;
  scene.facts.is_media = false;
  EXPECT_EQ(scene.judge().finding.bucket, retry::Bucket::none);
}

TEST(VerifyOutput, AddsWhatDecodingShowed) {
  Verification whole = Scene().judge();
  add_decoded(whole, {"whole", true, 0, {}}, 0);
  EXPECT_EQ(whole.finding.reason, "ok");
  add_decoded(whole, {"tail", false, 0, {}}, 0);
  EXPECT_EQ(whole.finding.reason, "output_incomplete");
}

TEST(PacketCounts, AreReadByStream) {
  const auto counts =
      read_packet_counts(R"({"streams":[{"index":0,"nb_read_packets":"100"},{"index":2}]})");
  EXPECT_EQ(counts, (std::map<int, std::int64_t>{{0, 100}, {2, 0}}));
}

TEST(DecodedPart, CountsRepeats) {
  const DecodedPart part =
      read_decoded_part("tail", true, "[h264 @ 0x1] error\n    Last message repeated 4 times\n");
  EXPECT_EQ(part.errors, 5);
  EXPECT_EQ(part.first_error, "[h264 @ 0x1] error");
}

TEST(DecodedPart, PassesOverFramesThatKeepNoRate) {
  EXPECT_EQ(read_decoded_part("whole", true,
                              "[null @ 0x1] Application provided invalid, non monotonically "
                              "increasing dts to muxer in stream 0: 455 >= 455\n")
                .errors,
            0);
}

TEST(Level, OfSeveralOutputsIsTheWeakest) {
  EXPECT_EQ(weaker_level("", "exact"), "exact");
  EXPECT_EQ(weaker_level("exact", "bounded"), "bounded");
  EXPECT_EQ(weaker_level("structure", "exact"), "structure");
}

}  // namespace
}  // namespace mpegflow::verify
