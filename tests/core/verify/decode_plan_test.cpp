#include "core/verify/decode_plan.h"

#include <gtest/gtest.h>

namespace mpegflow::verify {
namespace {

std::vector<std::string> places_of(const DecodeSubject& subject,
                                   Thoroughness thoroughness = Thoroughness::parts) {
  std::vector<std::string> places;
  for (const DecodeStep& step : plan_decodes(subject, thoroughness)) places.push_back(step.place);
  return places;
}

using Places = std::vector<std::string>;

TEST(DecodePlan, TakesTheWholeOfWhatIsShort) {
  EXPECT_EQ(places_of({"mov", 1000, 4, false}), Places{"whole"});
  EXPECT_EQ(places_of({"png_pipe", 1000, std::nullopt, true}), Places{"whole"});
}

TEST(DecodePlan, TakesHeadAndTailOfWhatIsLong) {
  EXPECT_EQ(places_of({"mov", 1LL << 40, 7200, false}), (Places{"head", "tail"}));
}

TEST(DecodePlan, TakesTheWholeOnRequest) {
  EXPECT_EQ(places_of({"mov", 1LL << 40, 7200, false}, Thoroughness::whole), Places{"whole"});
}

TEST(DecodePlan, DoesNotEnterAtTheEndWhatHasNoIndex) {
  EXPECT_EQ(places_of({"mpegts", 1LL << 40, 7200, false}), Places{"head"});
  EXPECT_EQ(places_of({"mpegts", 1 << 20, 7200, false}), Places{"whole"});
}

TEST(ContainerOfMuxer, IsWhatTheFileWillBe) {
  EXPECT_EQ(container_of_muxer("mp4"), "mov");
  EXPECT_EQ(container_of_muxer("webm"), "matroska");
  EXPECT_EQ(container_of_muxer("image2"), "");
  EXPECT_EQ(container_of_muxer(""), "");
}

TEST(ChooseSegments, TakesHeadTailAndJoints) {
  EXPECT_EQ(choose_segments(100, Thoroughness::parts),
            (std::vector<std::size_t>{0, 1, 50, 51, 98, 99}));
  EXPECT_EQ(choose_segments(3, Thoroughness::parts), (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ(choose_segments(1, Thoroughness::parts), (std::vector<std::size_t>{0}));
  EXPECT_TRUE(choose_segments(0, Thoroughness::parts).empty());
  EXPECT_EQ(choose_segments(9, Thoroughness::whole).size(), 9U);
}

}  // namespace
}  // namespace mpegflow::verify
