#include "core/package/box.h"

#include "core/package/boxes.h"

namespace mpegflow::package {
namespace {

using test::box;
using test::u32;

std::vector<std::string> read_all(std::string_view stream, std::size_t chunk) {
  std::vector<std::string> seen;
  TopLevelReader reader(1000);
  for (std::size_t at = 0; at < stream.size(); at += chunk) {
    const auto fed = reader.feed(stream.substr(at, chunk), [&](const TopLevelBox& found) {
      seen.push_back(to_letters(found.type) + "@" + std::to_string(found.offset) + "+" +
                     std::to_string(found.header_size) + ":" + found.payload);
      return base::Result<void>();
    });
    EXPECT_TRUE(fed.has_value());
  }
  EXPECT_TRUE(reader.finish().has_value());
  return seen;
}

TEST(FieldReader, ReadsBigEndianAndRemembersTheEnd) {
  FieldReader field(std::string_view("\x01\x02\x03\x04\x05\xff\xff\xff\xfe", 9));
  EXPECT_EQ(field.u8(), 1);
  EXPECT_EQ(field.u16(), 0x203);
  EXPECT_EQ(field.u16(), 0x405);
  EXPECT_EQ(field.i32(), -2);
  EXPECT_TRUE(field.ok());
  EXPECT_EQ(field.u8(), 0);
  EXPECT_FALSE(field.ok());
}

TEST(ReadBoxes, RefusesABoxLargerThanTheOneAroundIt) {
  EXPECT_TRUE(read_boxes(box("free", "abc")).has_value());
  EXPECT_FALSE(read_boxes(box("free", "abc").substr(0, 10)).has_value());
  EXPECT_FALSE(read_boxes(u32(7) + "free").has_value());
  EXPECT_FALSE(read_boxes("abc").has_value());
  EXPECT_FALSE(read_boxes(u32(1) + "free" + u32(0xffffffff) + u32(0xffffffff)).has_value());
}

TEST(ReadBoxes, BoundsTheirNumber) {
  std::string many;
  for (int i = 0; i < 4096; ++i) many += box("free", "");
  EXPECT_TRUE(read_boxes(many).has_value());
  EXPECT_FALSE(read_boxes(many + box("free", "")).has_value());
}

TEST(ReadPath, NamesTheMissingBox) {
  const std::string outer = box("moov", box("trak", "x"));
  EXPECT_EQ(read_path(outer, {box_type("moov"), box_type("trak")}), "x");
  const auto missing = read_path(outer, {box_type("moov"), box_type("mvex")});
  ASSERT_FALSE(missing.has_value());
  EXPECT_NE(missing.error().message.find("mvex"), std::string::npos);
}

TEST(TopLevelReader, GivesTheSameBoxesForAnyChunks) {
  const std::string large = u32(1) + "mdat" + test::big_endian(16 + 3, 8) + "xyz";
  const std::string stream = box("ftyp", "abcd") + box("free", "skipped") + large + box("moof", "");
  const std::vector<std::string> expected = {"ftyp@0+8:abcd", "free@12+8:", "mdat@27+16:xyz",
                                             "moof@46+8:"};
  for (std::size_t chunk = 1; chunk <= stream.size(); ++chunk)
    EXPECT_EQ(read_all(stream, chunk), expected) << chunk;
}

TEST(TopLevelReader, RefusesWhatIsLargerThanItsLimitBeforeItComes) {
  const auto ignore = [](const TopLevelBox&) { return base::Result<void>(); };
  EXPECT_FALSE(TopLevelReader(100).feed(u32(109) + "mdat", ignore).has_value());
  EXPECT_TRUE(TopLevelReader(100).feed(u32(108) + "mdat", ignore).has_value());
  EXPECT_FALSE(TopLevelReader(100).feed(u32(1U << 30) + "moov", ignore).has_value());
  EXPECT_FALSE(TopLevelReader(100).feed(u32(0) + "mdat", ignore).has_value());
  EXPECT_FALSE(TopLevelReader(100).feed(u32(7) + "free", ignore).has_value());
}

TEST(TopLevelReader, TellsAnEndInsideABox) {
  const auto ignore = [](const TopLevelBox&) { return base::Result<void>(); };
  const std::string stream = box("free", "1234");
  for (std::size_t size = 0; size <= stream.size(); ++size) {
    TopLevelReader reader(100);
    ASSERT_TRUE(reader.feed(std::string_view(stream).substr(0, size), ignore).has_value());
    EXPECT_EQ(reader.finish().has_value(), size == 0 || size == stream.size()) << size;
  }
}

}  // namespace
}  // namespace mpegflow::package
