#include <gtest/gtest.h>

#include "core/submit/find_faults.h"

namespace mpegflow::submit {
namespace {

TEST(RenditionFields, HaveBounds) {
  EXPECT_EQ(find_faults_of_rendition("height: 4320, crf: 63, codec: av1, preset: '13'"), Lines{});
  EXPECT_EQ(find_faults_of_rendition("height: 4322, crf: 64, maxrate: 9k, bufsize: 11G"),
            (Lines{"renditions[0].height out_of_range", "renditions[0].crf out_of_range",
                   "renditions[0].maxrate out_of_range", "renditions[0].bufsize out_of_range"}));
}

TEST(RenditionFields, KnowTheirWords) {
  EXPECT_EQ(find_faults_of_rendition("height: 720, codec: h265, encoder: libx26, need: optionl"),
            (Lines{"renditions[0].codec unknown_word → h264",
                   "renditions[0].encoder unknown_word → libx264",
                   "renditions[0].need unknown_word → optional"}));
}

TEST(RenditionFields, APresetThatIsANumberNeedsNoQuotes) {
  const auto reading = read_spec(
      "input: a\noutput: o\nrenditions: [{height: 720, codec: av1, preset: 8}]", kContext);
  ASSERT_TRUE(reading.spec);
  EXPECT_EQ(reading.spec->renditions[0].preset, "8");
  EXPECT_EQ(find_faults_of_rendition("height: 720, codec: av1, preset: 14"),
            Lines{"renditions[0].preset wrong_type"});
}

TEST(RenditionFields, TakeNoKeyOfAnotherPartOfTheJob) {
  for (const char* taken : {"audio", "manifest", "publish-early"})
    EXPECT_EQ(find_faults_of_rendition("height: 720, key: " + std::string(taken)).size(), 1u)
        << taken;
}

}  // namespace
}  // namespace mpegflow::submit
