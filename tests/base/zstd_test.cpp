#include "base/zstd.h"

#include <gtest/gtest.h>

namespace mpegflow::base {
namespace {

TEST(Zstd, GivesBackWhatItGot) {
  std::string long_text;
  for (int i = 0; i < 200'000; ++i) long_text += std::to_string(i * 7919);
  for (const std::string& text : {std::string(), std::string("frame=  1\r\0x", 12), long_text})
    EXPECT_EQ(decompress_zstd(compress_zstd(text)), text) << text.size();
}

TEST(Zstd, ReadsSeveralFramesInARow) {
  EXPECT_EQ(decompress_zstd(compress_zstd("one ") + compress_zstd("two")), "one two");
}

TEST(Zstd, RefusesWhatIsCutShort) {
  const std::string whole = compress_zstd(std::string(5000, 'a') + "end");
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(decompress_zstd(std::string_view(whole).substr(0, size)).has_value()) << size;
}

TEST(Zstd, RefusesADamagedByte) {
  std::string damaged = compress_zstd("Conversion failed!");
  damaged[damaged.size() - 6] ^= 1;
  EXPECT_FALSE(decompress_zstd(damaged).has_value());
}

TEST(Zstd, StopsAtTheMostThatIsAllowed) {
  const std::string bomb = compress_zstd(std::string(1 << 20, '\0'));
  EXPECT_LT(bomb.size(), 200U);
  EXPECT_FALSE(decompress_zstd(bomb, 1 << 19).has_value());
  EXPECT_TRUE(decompress_zstd(bomb, 1 << 20).has_value());
}

}  // namespace
}  // namespace mpegflow::base
