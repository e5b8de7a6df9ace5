#include "core/package/fragment.h"

#include "core/package/boxes.h"

namespace mpegflow::package {
namespace {

using test::big_endian;
using test::box;
using test::full_box;
using test::u32;

Track make_track() {
  Track track;
  track.id = 7;
  track.timescale = 1000;
  track.defaults = {40, 100, 0x1010000};
  return track;
}

std::string moof(const std::string& traf) {
  return full_box("mfhd", 0, 0, u32(1)) + box("traf", traf);
}

const std::string kTfhd = full_box("tfhd", 0, 0x20000, u32(7));
const std::string kTfdt = full_box("tfdt", 1, 0, big_endian(9000000000, 8));

base::Result<FragmentHeader> read(const std::string& traf) {
  return read_fragment_header(moof(traf), 1000, make_track());
}

TEST(Fragment, TakesWhatASampleDoesNotSayFromItsDefaults) {
  const auto header = read(kTfhd + kTfdt + full_box("trun", 0, 0x1, u32(2) + u32(50)));
  ASSERT_TRUE(header.has_value()) << header.error().message;
  EXPECT_EQ(header->fragment.decode_time, 9000000000);
  EXPECT_EQ(header->data_start, 1050);
  EXPECT_EQ(header->data_size, 200);
  EXPECT_EQ(header->fragment.samples, std::vector<Sample>(2, {40, 100, 0x1010000, 0}));

  const std::string own = full_box("tfhd", 0, 0x2003a, u32(7) + u32(1) + u32(20) + u32(5) + u32(9));
  const auto replaced = read(own + kTfdt + full_box("trun", 0, 0x1, u32(1) + u32(50)));
  EXPECT_EQ(replaced->fragment.samples, std::vector<Sample>(1, {20, 5, 9, 0}));
}

TEST(Fragment, ReadsEveryFieldOfASample) {
  const std::string trun = full_box("trun", 1, 0xf01,
                                    u32(2) + u32(50) + u32(1) + u32(2) + u32(3) + u32(4) + u32(5) +
                                        u32(6) + u32(0x10000) + u32(0xfffffffe));
  const auto header = read(kTfhd + kTfdt + trun);
  ASSERT_TRUE(header.has_value());
  EXPECT_EQ(header->fragment.samples, (std::vector<Sample>{{1, 2, 3, 4}, {5, 6, 0x10000, -2}}));
  EXPECT_TRUE(header->fragment.samples[0].is_sync());
  EXPECT_FALSE(header->fragment.samples[1].is_sync());
}

TEST(Fragment, FirstSampleFlagsHoldForTheFirstOnly) {
  const auto header =
      read(kTfhd + kTfdt + full_box("trun", 0, 0x5, u32(2) + u32(50) + u32(0x2000000)));
  ASSERT_TRUE(header.has_value());
  EXPECT_TRUE(header->fragment.samples[0].is_sync());
  EXPECT_FALSE(header->fragment.samples[1].is_sync());
}

TEST(Fragment, JoinsRunsThatFollowEachOther) {
  const std::string first = full_box("trun", 0, 0x1, u32(1) + u32(50));
  const auto implied = read(kTfhd + kTfdt + first + full_box("trun", 0, 0, u32(1)));
  ASSERT_TRUE(implied.has_value());
  EXPECT_EQ(implied->data_size, 200);
  EXPECT_TRUE(read(kTfhd + kTfdt + first + full_box("trun", 0, 0x1, u32(1) + u32(150))));
  EXPECT_FALSE(read(kTfhd + kTfdt + first + full_box("trun", 0, 0x1, u32(1) + u32(151))));
}

TEST(Fragment, ReadsTimesBeforeTheStart) {
  const std::string tfdt = full_box("tfdt", 1, 0, big_endian(~std::uint64_t{0} - 1023, 8));
  EXPECT_EQ(read(kTfhd + tfdt + full_box("trun", 0, 0x1, u32(1) + u32(50)))->fragment.decode_time,
            -1024);
}

TEST(Fragment, RefusesWhatCannotBe) {
  const std::string trun = full_box("trun", 0, 0x1, u32(1) + u32(50));
  EXPECT_TRUE(read(kTfhd + kTfdt + trun));
  EXPECT_FALSE(read(kTfhd + trun)) << "no time";
  EXPECT_FALSE(read(kTfdt + trun)) << "no header";
  EXPECT_FALSE(read(kTfhd + kTfdt)) << "no samples";
  EXPECT_FALSE(read(full_box("tfhd", 0, 0x20000, u32(8)) + kTfdt + trun)) << "another track";
  EXPECT_FALSE(read(full_box("tfhd", 0, 0x1, u32(7) + big_endian(0, 8)) + kTfdt + trun))
      << "absolute positions";
  EXPECT_FALSE(read(kTfhd + full_box("tfdt", 1, 0, big_endian(1ULL << 62, 8)) + trun))
      << "a time that cannot be";
  EXPECT_FALSE(read(kTfhd + kTfdt + full_box("trun", 0, 0x1, u32(0xffffffff) + u32(50))))
      << "a count without samples";
  EXPECT_FALSE(read(kTfhd + kTfdt + full_box("trun", 0, 0x201, u32(9) + u32(50) + u32(1))))
      << "fewer sizes than samples";
  EXPECT_FALSE(read(kTfhd + kTfdt + full_box("trun", 0, 0x201, u32(1) + u32(50) + u32(0))))
      << "an empty sample";
  EXPECT_FALSE(read_fragment_header(moof(kTfhd + kTfdt + trun) + box("traf", kTfhd + kTfdt + trun),
                                    0, make_track()))
      << "two tracks";
}

}  // namespace
}  // namespace mpegflow::package
