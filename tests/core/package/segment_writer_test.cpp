#include "core/package/segment_writer.h"

#include "core/package/boxes.h"

namespace mpegflow::package {
namespace {

using test::big_endian;
using test::box;
using test::full_box;
using test::u32;

const std::string kStyp = box("styp", "msdh" + u32(0) + "msdhcmfs");

TEST(MediaSegment, WritesWhatIsAlikeOnce) {
  Fragment fragment{48000, {{1024, 2, 0x2000000, 0}, {1024, 3, 0x2000000, 0}}, "aabbb"};
  const std::string traf = full_box("tfhd", 0, 0x20028, u32(1) + u32(1024) + u32(0x2000000)) +
                           full_box("tfdt", 1, 0, big_endian(48000, 8)) +
                           full_box("trun", 1, 0x201, u32(2) + u32(112) + u32(2) + u32(3));
  const std::string moof = box("moof", full_box("mfhd", 0, 0, u32(9)) + box("traf", traf));
  ASSERT_EQ(moof.size() + 8, 112U);
  EXPECT_EQ(make_media_segment(1, 9, {fragment}).bytes, kStyp + moof + box("mdat", "aabbb"));
}

TEST(MediaSegment, WritesSignedOffsetsAndFirstFlags) {
  const Fragment fragment{
      0, {{40, 1, 0x2000000, 0}, {40, 1, 0x1010000, 80}, {41, 1, 0x1010000, -40}}, "IPB"};
  const std::string traf =
      full_box("tfhd", 0, 0x20020, u32(1) + u32(0x1010000)) +
      full_box("tfdt", 1, 0, big_endian(0, 8)) +
      full_box("trun", 1, 0xb05,
               u32(3) + u32(140) + u32(0x2000000) + u32(40) + u32(1) + u32(0) + u32(40) + u32(1) +
                   u32(80) + u32(41) + u32(1) + u32(0xffffffff - 39));
  const std::string moof = box("moof", full_box("mfhd", 0, 0, u32(1)) + box("traf", traf));
  ASSERT_EQ(moof.size() + 8, 140U);
  EXPECT_EQ(make_media_segment(1, 1, {fragment}).bytes, kStyp + moof + box("mdat", "IPB"));
}

TEST(MediaSegment, IsReadBackAsItWas) {
  Track track;
  track.id = 3;
  const std::vector<Fragment> fragments = {
      {5, {{1, 1, 0x2000000, 7}, {2, 2, 0x1010000, -7}, {3, 3, 0x10000, 0}}, "abbccc"},
      {11, {{4, 1, 0, 0}}, "d"}};
  const MediaSegment made = make_media_segment(3, 41, fragments);
  const std::string& bytes = made.bytes;
  std::vector<Fragment> read;
  TopLevelReader reader(100);
  const auto fed = reader.feed(bytes, [&](const TopLevelBox& found) -> base::Result<void> {
    if (found.type == box_type("moof")) {
      ASSIGN_OR_RETURN(const auto header, read_fragment_header(found.payload, found.offset, track));
      read.push_back(header.fragment);
      read.back().bytes = bytes.substr(static_cast<std::size_t>(header.data_start),
                                       static_cast<std::size_t>(header.data_size));
    }
    return {};
  });
  ASSERT_TRUE(fed.has_value()) << fed.error().message;
  ASSERT_EQ(read.size(), 2U);
  ASSERT_EQ(made.fragments.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string range = bytes.substr(static_cast<std::size_t>(made.fragments[i].offset),
                                           static_cast<std::size_t>(made.fragments[i].first_bytes));
    EXPECT_EQ(range.substr(4, 4), "moof");
    EXPECT_EQ(range.back(), fragments[i].bytes.front()) << "it ends with the first sample";
  }
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read[i].decode_time, fragments[i].decode_time);
    EXPECT_EQ(read[i].samples, fragments[i].samples);
    EXPECT_EQ(read[i].bytes, fragments[i].bytes);
  }
}

TEST(InitSegment, KeepsMoovButForTheMediaTime) {
  Track track;
  track.codec.name = "avc1.64000A";
  track.media_time = 0x31323334;
  track.media_time_offset = 3;
  track.media_time_width = 4;
  const std::string ftyp = box("ftyp", "iso6" + u32(0x200) + "iso6cmfcmp41");
  EXPECT_EQ(make_init_segment(track, "abc1234xyz", track.media_time),
            ftyp + box("moov", "abc1234xyz"));
  EXPECT_EQ(make_init_segment(track, "abc1234xyz", 0x35363738), ftyp + box("moov", "abc5678xyz"));
  track.codec.name = "av01.0.00M.08";
  EXPECT_NE(make_init_segment(track, "", track.media_time).find("mp41av01"), std::string::npos);
}

}  // namespace
}  // namespace mpegflow::package
