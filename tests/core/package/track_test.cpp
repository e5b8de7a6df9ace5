#include "core/package/track.h"

#include "core/package/boxes.h"

namespace mpegflow::package {
namespace {

/// The payload of moov of a recorded stream.
std::string moov_of(const std::string& name) {
  std::string moov;
  TopLevelReader reader(1 << 20);
  const auto fed = reader.feed(test::read_golden(name), [&](const TopLevelBox& found) {
    if (found.type == box_type("moov")) moov = found.payload;
    return base::Result<void>();
  });
  EXPECT_TRUE(fed.has_value());
  return moov;
}

std::string replace(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST(ReadTrack, ReadsFfmpegsMoov) {
  const std::string moov = moov_of("video.mp4");
  const auto track = read_track(moov, TrackKind::video);
  ASSERT_TRUE(track.has_value()) << track.error().message;
  EXPECT_EQ(track->id, 1U);
  EXPECT_EQ(track->timescale, 12800);
  EXPECT_EQ(track->codec.width, 96);
  EXPECT_EQ(track->media_time, 1024);
  EXPECT_EQ(moov.substr(track->media_time_offset, track->media_time_width), test::u32(1024));
}

TEST(ReadTrack, WantsTheKindItWasToldOf) {
  EXPECT_FALSE(read_track(moov_of("video.mp4"), TrackKind::audio).has_value());
  EXPECT_FALSE(read_track(moov_of("audio.mp4"), TrackKind::video).has_value());
}

TEST(ReadTrack, WantsExactlyOneTrack) {
  const std::string moov = moov_of("video.mp4");
  const auto boxes = read_boxes(moov);
  const std::string trak = test::box("trak", find_box(*boxes, box_type("trak"))->payload);
  EXPECT_FALSE(read_track(moov + trak, TrackKind::video).has_value());
  EXPECT_FALSE(read_track(replace(moov, "trak", "free"), TrackKind::video).has_value());
}

TEST(ReadTrack, NamesEachMissingBox) {
  for (const char* type :
       {"tkhd", "mdia", "mdhd", "hdlr", "minf", "stbl", "stsd", "stsz", "mvex", "trex", "elst"})
    EXPECT_FALSE(read_track(replace(moov_of("video.mp4"), type, "free"), TrackKind::video)) << type;
}

TEST(ReadTrack, DoesWithoutAnEditList) {
  const std::string moov = replace(moov_of("video.mp4"), "edts", "free");
  const auto track = read_track(moov, TrackKind::video);
  ASSERT_TRUE(track.has_value());
  EXPECT_EQ(track->media_time, 0);
  EXPECT_EQ(track->media_time_width, 0U);
}

TEST(ReadTrack, RefusesAnEmptyEdit) {
  std::string moov = moov_of("video.mp4");
  const auto track = read_track(moov, TrackKind::video);
  moov.replace(track->media_time_offset, 4, "\xff\xff\xff\xff");
  EXPECT_FALSE(read_track(moov, TrackKind::video).has_value());
}

}  // namespace
}  // namespace mpegflow::package
