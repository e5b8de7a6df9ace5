#include "core/package/segmenter.h"

#include <random>

#include "core/package/boxes.h"

namespace mpegflow::package {
namespace {

using test::box;
using test::full_box;
using test::Output;
using test::read_golden;
using test::u32;

const SegmentPlan kOneSecond{{1, 1}};

/// One fragment of the recorded video's track: samples of `duration` ticks, the first a key frame.
std::string make_fragment(std::int64_t decode_time, int samples, std::uint32_t duration = 512,
                          std::uint32_t first_flags = 0x2000000) {
  const auto moof = [&](std::uint64_t data_offset) {
    return box(
        "moof",
        box("traf", full_box("tfhd", 0, 0x20038, u32(1) + u32(duration) + u32(3) + u32(0x1010000)) +
                        full_box("tfdt", 1, 0,
                                 test::big_endian(static_cast<std::uint64_t>(decode_time), 8)) +
                        full_box("trun", 0, 0x5,
                                 u32(static_cast<std::uint64_t>(samples)) + u32(data_offset) +
                                     u32(first_flags))));
  };
  return moof(moof(0).size() + 8) +
         box("mdat", std::string(3 * static_cast<std::size_t>(samples), 'x'));
}

struct TimedSample {
  std::uint32_t duration = 0, composition_offset = 0;
};

/// The same of samples that each have their own times.
std::string make_timed_fragment(std::int64_t decode_time, const std::vector<TimedSample>& samples) {
  std::string times;
  for (const TimedSample& sample : samples)
    times += u32(sample.duration) + u32(sample.composition_offset);
  const auto moof = [&](std::uint64_t data_offset) {
    return box(
        "moof",
        box("traf", full_box("tfhd", 0, 0x20030, u32(1) + u32(3) + u32(0x1010000)) +
                        full_box("tfdt", 1, 0,
                                 test::big_endian(static_cast<std::uint64_t>(decode_time), 8)) +
                        full_box("trun", 0, 0x905,
                                 u32(samples.size()) + u32(data_offset) + u32(0x2000000) + times)));
  };
  return moof(moof(0).size() + 8) + box("mdat", std::string(3 * samples.size(), 'x'));
}

/// ftyp and moov of a recorded stream: 12800 ticks per second, edit list offset 1024.
std::string head_of(const std::string& name) {
  const std::string stream = read_golden(name);
  return stream.substr(0, stream.find("moof") - 4);
}

base::Result<Output> segment_video(const std::string& fragments, SegmentPlan plan = kOneSecond) {
  return test::segment(TrackKind::video, head_of("video.mp4") + fragments, plan);
}

std::vector<std::int64_t> starts_of(const Output& output) {
  std::vector<std::int64_t> starts;
  for (const Segment& segment : output.summary.segments) starts.push_back(segment.start);
  return starts;
}

TEST(Segmenter, CutsRecordedVideoAtTheFirstKeyFrameAfterEachBoundary) {
  // A key frame every 0.4 s: boundaries at 1 s and 2 s are met at 1.2 s and 2.0 s.
  const auto output = test::segment(TrackKind::video, read_golden("video.mp4"), kOneSecond);
  ASSERT_TRUE(output.has_value()) << output.error().message;
  EXPECT_EQ(starts_of(*output), (std::vector<std::int64_t>{0, 15360, 25600}));
  const Summary& summary = output->summary;
  EXPECT_EQ(count_samples(summary), 60);
  EXPECT_EQ(count_sync_samples(summary), 6);
  EXPECT_EQ(find_duration(summary), (Rational{12, 5}));
  EXPECT_EQ(find_frame_rate(summary), (Rational{25, 1}));
  EXPECT_EQ(summary.peak_frame_rate, (Rational{25, 1}));
  for (const Segment& segment : summary.segments) EXPECT_TRUE(segment.starts_with_sync);
}

TEST(Segmenter, TellsWhereTheKeyFramesAre) {
  const auto output = test::segment(TrackKind::video, read_golden("video.mp4"), kOneSecond);
  ASSERT_TRUE(output.has_value()) << output.error().message;
  std::vector<std::int64_t> starts;
  for (std::size_t i = 0; i < output->summary.segments.size(); ++i)
    for (const KeyFrame& frame : output->summary.segments[i].key_frames) {
      starts.push_back(frame.start);
      const std::string& bytes = output->pieces.at(i + 1).bytes;
      EXPECT_EQ(bytes.substr(static_cast<std::size_t>(frame.offset) + 4, 4), "moof");
      EXPECT_LE(static_cast<std::size_t>(frame.offset + frame.bytes), bytes.size());
    }
  EXPECT_EQ(starts, (std::vector<std::int64_t>{0, 5120, 10240, 15360, 20480, 25600}));
}

TEST(Segmenter, NamesThePiecesAndCountsTheirBytes) {
  const auto output = test::segment(TrackKind::video, read_golden("video.mp4"), kOneSecond);
  ASSERT_EQ(output->pieces.size(), 4U);
  EXPECT_EQ(output->pieces[0].name, "init.mp4");
  EXPECT_EQ(static_cast<std::size_t>(output->summary.init_bytes), output->pieces[0].bytes.size());
  for (std::size_t i = 0; i < 3; ++i) {
    const Segment& segment = output->summary.segments[i];
    EXPECT_EQ(output->pieces[i + 1].name, segment.name);
    EXPECT_EQ(output->pieces[i + 1].bytes.size(), static_cast<std::size_t>(segment.bytes));
  }
  EXPECT_EQ(output->pieces[3].name, "seg_00003.m4s");
}

TEST(Segmenter, AudioIsCutAtTheSampleNearestToEachBoundary) {
  const auto output = test::segment(TrackKind::audio, read_golden("audio.mp4"), kOneSecond);
  ASSERT_TRUE(output.has_value()) << output.error().message;
  // 1024 samples are hidden by the edit list; then 46.875 frames are a second.
  EXPECT_EQ(starts_of(*output), (std::vector<std::int64_t>{0, 47 * 1024, 94 * 1024}));
  EXPECT_EQ(output->summary.segments[0].decode_start, 0);
  EXPECT_EQ(output->summary.segments[0].decode_duration, 48 * 1024);
  EXPECT_EQ(find_duration(output->summary), (Rational{12, 5}));
}

TEST(Segmenter, TimesBeforeZeroMoveIntoTheEditList) {
  const std::string stream = read_golden("audio.mp4");
  const std::string moov = stream.substr(0, stream.find("moof") - 4);
  const auto output = test::segment(TrackKind::audio, stream, kOneSecond);
  const std::string& init = output->pieces[0].bytes;
  const std::size_t elst = init.find("elst");
  EXPECT_EQ(init.substr(elst + 16, 4), u32(1024));
  EXPECT_EQ(moov.substr(moov.find("elst") + 16, 4), u32(0));
  // All else is as FFmpeg wrote it.
  std::string restored = init;
  restored.replace(elst + 16, 4, u32(0));
  EXPECT_EQ(restored.substr(restored.find("moov")), moov.substr(moov.find("moov")));
}

/// The recorded sound with `ticks` added to the time of each fragment.
std::string delay_sound(std::int64_t ticks) {
  std::string stream = read_golden("audio.mp4");
  for (std::size_t at = stream.find("tfdt"); at != std::string::npos;
       at = stream.find("tfdt", at + 1)) {
    std::uint64_t time = 0;
    for (std::size_t byte = 0; byte < 8; ++byte)
      time = time << 8 | static_cast<unsigned char>(stream[at + 8 + byte]);
    stream.replace(at + 8, 8, test::big_endian(time + static_cast<std::uint64_t>(ticks), 8));
  }
  return stream;
}

TEST(Segmenter, PutsSilenceBeforeSoundThatStartsLate) {
  const auto plain = test::segment(TrackKind::audio, read_golden("audio.mp4"), kOneSecond);
  const auto late = test::segment(TrackKind::audio, delay_sound(10'000 + 1024), kOneSecond);
  ASSERT_TRUE(plain && late) << late.error().message;
  const Summary& summary = late->summary;
  EXPECT_EQ(summary.silent_samples, 10) << "10240 ticks, of which the edit list hides 240";
  EXPECT_EQ(summary.segments.front().start, 0);
  EXPECT_EQ(summary.segments.front().decode_start, 0);
  EXPECT_EQ(count_samples(summary), count_samples(plain->summary) + 10);
  const std::string& init = late->pieces[0].bytes;
  EXPECT_EQ(init.substr(init.find("elst") + 16, 4), u32(240));
  // With the encoder's delay of 1024 that was hidden before.
  EXPECT_EQ(find_duration(summary).value(),
            find_duration(plain->summary).value() + (10'000 + 1024) / 48'000.0);
}

TEST(Segmenter, LeavesTheStartOfALaterChunkAlone) {
  const auto late = test::segment(TrackKind::audio, delay_sound(48'000), {{1, 1}, 2});
  ASSERT_TRUE(late) << late.error().message;
  EXPECT_EQ(late->summary.silent_samples, 0);
}

TEST(Segmenter, OutputDoesNotDependOnTheChunks) {
  for (const auto& [kind, name] :
       {std::pair{TrackKind::video, "video.mp4"}, std::pair{TrackKind::audio, "audio.mp4"}}) {
    const std::string stream = read_golden(name);
    const auto whole = test::segment(kind, stream, kOneSecond);
    for (const std::size_t chunk : {1UL, 2UL, 3UL, 7UL, 8UL, 9UL, 63UL, 1000UL, 4096UL})
      EXPECT_EQ(test::segment(kind, stream, kOneSecond, chunk), whole) << name << " " << chunk;
  }
}

TEST(Segmenter, OutputDoesNotDependOnRandomChunks) {
  const std::string stream = read_golden("video.mp4");
  const auto whole = test::segment(TrackKind::video, stream, kOneSecond);
  std::mt19937 random(1);
  for (int round = 0; round < 100; ++round) {
    Segmenter segmenter(TrackKind::video, kOneSecond);
    Output output;
    const auto keep = [&](const base::Result<std::vector<Piece>>& pieces) {
      output.pieces.insert(output.pieces.end(), pieces->begin(), pieces->end());
    };
    for (std::string_view rest = stream; !rest.empty();) {
      const std::size_t size = std::min<std::size_t>(rest.size(), random() % 900);
      keep(segmenter.feed(rest.substr(0, size)));
      rest.remove_prefix(size);
    }
    keep(segmenter.finish());
    output.summary = segmenter.summary();
    ASSERT_EQ(output, *whole);
  }
}

TEST(Segmenter, SegmentingItsOwnOutputChangesNothing) {
  for (const auto& [kind, name] :
       {std::pair{TrackKind::video, "video.mp4"}, std::pair{TrackKind::audio, "audio.mp4"}}) {
    const auto once = test::segment(kind, read_golden(name), kOneSecond);
    std::string joined;
    for (const Piece& piece : once->pieces) joined += piece.bytes;
    EXPECT_EQ(test::segment(kind, joined, kOneSecond), once) << name;
  }
}

TEST(Segmenter, BoundariesAreFractionsAndDoNotDrift) {
  // 4800 groups of 180 pictures at 30000/1001 is 8 hours; the track counts 12800 ticks per second,
  // so every group's length must be rounded.
  std::string fragments;
  std::int64_t time = 0;
  for (std::int64_t group = 1; group <= 4800; ++group) {
    const std::int64_t next = (group * 180180 * 12800 + 15000) / 30000;
    fragments += make_fragment(time + 1024, 1, static_cast<std::uint32_t>(next - time));
    time = next;
  }
  const auto output = segment_video(fragments, {{180180, 30000}});
  ASSERT_TRUE(output.has_value()) << output.error().message;
  EXPECT_EQ(output->summary.segments.size(), 4800U);
}

TEST(Segmenter, KeyFrameHalfAPictureBeforeABoundaryCountsAsAtIt) {
  // Presented 1024 ticks before they are decoded; pictures last 512.
  const auto cut_at = [](std::int64_t presentation) {
    const std::int64_t decode = presentation + 1024;
    const auto output =
        segment_video(make_fragment(1024, 1, static_cast<std::uint32_t>(presentation)) +
                      make_fragment(decode, 1) + make_fragment(decode + 512, 1));
    return starts_of(*output).at(1);
  };
  EXPECT_EQ(cut_at(12800), 12800);
  EXPECT_EQ(cut_at(12544), 12544);
  EXPECT_EQ(cut_at(12543), 12543 + 512) << "the next key frame";
}

TEST(Segmenter, LongPictureIsNotTakenForOneAtABoundary) {
  // Key frames at 0, 0.8 s (shown for half a second) and 1.3 s: the boundary is at 1 s.
  const auto output =
      segment_video(make_fragment(1024, 1, 10240) + make_fragment(1024 + 10240, 1, 6400) +
                    make_fragment(1024 + 16640, 1));
  EXPECT_EQ(starts_of(*output), (std::vector<std::int64_t>{0, 16640}));
}

TEST(Segmenter, NoKeyFrameMeansALongerSegment) {
  const auto output =
      segment_video(make_fragment(1024, 25) + make_fragment(1024 + 12800, 25, 512, 0x1010000) +
                    make_fragment(1024 + 25600, 25));
  EXPECT_EQ(starts_of(*output), (std::vector<std::int64_t>{0, 25600}));
}

TEST(Segmenter, SampleBeforeAGapLastsUntilTheNextFragment) {
  const auto output = segment_video(make_fragment(1024, 25) + make_fragment(1024 + 14000, 25) +
                                    make_fragment(1024 + 26800 - 12, 5));
  const auto& segments = output->summary.segments;
  ASSERT_EQ(segments.size(), 3U);
  EXPECT_EQ(segments[0].decode_duration, 14000);
  EXPECT_EQ(segments[1].decode_start, 1024 + 14000);
  EXPECT_EQ(segments[1].decode_duration, 12788);
  EXPECT_FALSE(segment_video(make_fragment(1024, 25) + make_fragment(2048, 25)).has_value())
      << "time runs backwards";
}

TEST(Segmenter, EndsWithTheLastPictureWhereItsOrderHidesAGap) {
  // Decoding is two pictures ahead: the time without pictures, 10 s from the third on, is between
  // the fourth and the fifth that are decoded, as the length of a picture after it.
  constexpr std::uint32_t kGap = 128'000;
  const auto output = segment_video(make_timed_fragment(
      0, {{512, 1024}, {512, 1024}, {512, kGap}, {kGap - 512, kGap}, {512, 1024}, {512, 1024}}));
  ASSERT_TRUE(output.has_value()) << output.error().message;
  EXPECT_EQ(output->summary.segments.back().end(), kGap + 3 * 512 + 512);
}

TEST(Segmenter, LateStreamKeepsItsTime) {
  const auto output =
      segment_video(make_fragment(1024 + 38400, 25) + make_fragment(52224, 25), {{1, 1}, 4});
  EXPECT_EQ(starts_of(*output), (std::vector<std::int64_t>{38400, 51200}));
  EXPECT_EQ(output->summary.segments[0].name, "seg_00004.m4s");
  EXPECT_EQ(output->summary.segments[0].decode_start, 39424);
}

TEST(Segmenter, LaterChunkContinuesTheWholeStreamToTheByte) {
  const std::string first = make_fragment(1024, 25), second = make_fragment(1024 + 12800, 25);
  const auto whole = segment_video(first + second);
  const auto chunk = segment_video(second, {{1, 1}, 2});
  EXPECT_EQ(chunk->pieces.front(), whole->pieces.front());
  EXPECT_EQ(chunk->pieces.back(), whole->pieces.back());
}

TEST(Segmenter, RefusesAStreamOutOfOrder) {
  const std::string head = head_of("video.mp4"), fragment = make_fragment(1024, 2);
  const auto code_of = [](const std::string& stream) {
    const auto output = test::segment(TrackKind::video, stream, kOneSecond);
    return output ? std::nullopt : std::optional(output.error().code);
  };
  using base::ErrorCode;
  EXPECT_EQ(code_of(head + fragment), std::nullopt);
  EXPECT_EQ(code_of(""), ErrorCode::output_invalid);
  EXPECT_EQ(code_of(head), ErrorCode::output_invalid);
  EXPECT_EQ(code_of(fragment), ErrorCode::output_invalid);
  EXPECT_EQ(code_of(head + head), ErrorCode::output_invalid);
  EXPECT_EQ(code_of(head + box("mdat", "x")), ErrorCode::output_invalid);
  EXPECT_EQ(code_of(head + fragment.substr(0, fragment.find("mdat") - 4)),
            ErrorCode::output_invalid);
  const std::string moof = fragment.substr(0, fragment.find("mdat") - 4);
  EXPECT_EQ(code_of(head + moof + box("mdat", "xxxxxx")), std::nullopt);
  EXPECT_EQ(code_of(head + moof + box("mdat", "xxxxx")), ErrorCode::output_invalid)
      << "samples beyond their mdat";
}

TEST(Segmenter, StaysFailed) {
  Segmenter segmenter(TrackKind::video, kOneSecond);
  const auto failed = segmenter.feed(u32(0) + "moov");
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(segmenter.feed(read_golden("video.mp4")).error(), failed.error());
  EXPECT_EQ(segmenter.finish().error(), failed.error());
}

TEST(Segmenter, BoundsASegmentWithoutKeyFrames) {
  Segmenter segmenter(TrackKind::video, kOneSecond, {1000});
  ASSERT_TRUE(segmenter.feed(head_of("video.mp4")).has_value());
  bool is_refused = false;
  for (int i = 0; i < 20 && !is_refused; ++i)
    is_refused = !segmenter.feed(make_fragment(i * 12800, 25, 512, 0x1010000)).has_value();
  EXPECT_TRUE(is_refused);
}

TEST(Segmenter, AnyTruncationIsAnErrorOrAPrefix) {
  const std::string stream = read_golden("video.mp4");
  const auto whole = test::segment(TrackKind::video, stream, kOneSecond);
  for (std::size_t size = 0; size < stream.size(); size += 3) {
    const auto output =
        test::segment(TrackKind::video, std::string_view(stream).substr(0, size), kOneSecond);
    // Only an end between two fragments can pass, and then frames are missing.
    if (output) EXPECT_LT(count_samples(output->summary), 60) << size;
    else EXPECT_EQ(output.error().code, base::ErrorCode::output_invalid);
  }
}

TEST(Segmenter, SurvivesFlippedBits) {
  std::mt19937 random(7);
  int errors = 0, outputs = 0;
  for (const auto& [kind, name] :
       {std::pair{TrackKind::video, "video.mp4"}, std::pair{TrackKind::audio, "audio.mp4"},
        std::pair{TrackKind::video, "hevc.mp4"}}) {
    const std::string stream = read_golden(name);
    for (int round = 0; round < 1500; ++round) {
      std::string spoilt = stream;
      // Mostly where the structure is: the moov, and the first fragment's head.
      const std::size_t reach = round % 4 == 0 ? stream.size() : 1400;
      for (unsigned i = 0; i <= random() % 3; ++i)
        spoilt[random() % reach] ^= static_cast<char>(1U << random() % 8);
      const auto output = test::segment(kind, spoilt, kOneSecond, 1 + random() % 2000);
      output ? ++outputs : ++errors;
      ASSERT_TRUE(output || output.error().code == base::ErrorCode::output_invalid);
    }
  }
  EXPECT_GT(errors, 500);
  EXPECT_GT(outputs, 500);
}

TEST(MuxerArguments, AreThoseTheSegmenterExpects) {
  EXPECT_EQ(muxer_arguments(TrackKind::video),
            (std::vector<std::string>{
                "-map_chapters", "-1", "-write_tmcd", "0", "-f", "mp4", "-movflags",
                "+frag_keyframe+delay_moov+default_base_moof+frag_discont+skip_trailer"}));
  EXPECT_EQ(muxer_arguments(TrackKind::audio),
            (std::vector<std::string>{"-map_chapters", "-1", "-write_tmcd", "0", "-frag_duration",
                                      "1000000", "-f", "mp4", "-movflags",
                                      "+delay_moov+default_base_moof+frag_discont+skip_trailer"}));
}

}  // namespace
}  // namespace mpegflow::package
