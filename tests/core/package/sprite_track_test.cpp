#include "core/package/sprite_track.h"

#include <gtest/gtest.h>

namespace mpegflow::package {
namespace {

TEST(SpriteTrack, NamesThePlaceOfEachStretchOfTime) {
  const SpriteSheets sheets{2, 7.5, 2, 1, 160, 90};
  EXPECT_EQ(count_sprites(sheets), 4);
  EXPECT_EQ(count_sheets(sheets), 2);
  EXPECT_EQ(make_sprite_track(sheets, 2),
            "WEBVTT\n"
            "\n00:00:00.000 --> 00:00:02.000\nsheet_001.jpg#xywh=0,0,160,90\n"
            "\n00:00:02.000 --> 00:00:04.000\nsheet_001.jpg#xywh=160,0,160,90\n"
            "\n00:00:04.000 --> 00:00:06.000\nsheet_002.jpg#xywh=0,0,160,90\n"
            "\n00:00:06.000 --> 00:00:07.500\nsheet_002.jpg#xywh=160,0,160,90\n");
}

TEST(SpriteTrack, LeavesOutSheetsThatAreNotThere) {
  const SpriteSheets sheets{2, 7.5, 2, 1, 160, 90};
  const std::string text = make_sprite_track(sheets, 1);
  EXPECT_EQ(text.find("sheet_002"), std::string::npos) << text;
  EXPECT_NE(text.find("00:00:02.000 --> 00:00:07.500"), std::string::npos)
      << "the last one stands for the rest";
}

TEST(SpriteTrack, HasAtLeastOnePicture) {
  EXPECT_EQ(count_sprites({2, 0, 10, 10, 160, 90}), 1);
  EXPECT_EQ(count_sprites({2, 4.0004, 10, 10, 160, 90}), 2) << "a hair is no picture";
  EXPECT_EQ(count_sheets({1, 5000, 10, 10, 160, 90}), 50);
}

TEST(SpriteTrack, CountsHours) {
  const std::string text = make_sprite_track({3600, 7200, 1, 2, 16, 16}, 1);
  EXPECT_NE(text.find("01:00:00.000 --> 02:00:00.000\nsheet_001.jpg#xywh=0,16,16,16"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace mpegflow::package
