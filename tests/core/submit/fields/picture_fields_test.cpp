#include <gtest/gtest.h>

#include "core/submit/find_faults.h"

namespace mpegflow::submit {
namespace {

TEST(PictureFields, PosterHasBounds) {
  EXPECT_EQ(find_faults_of_ladder("poster: {at: -1, height: 16}"), Lines{});
  EXPECT_EQ(find_faults_of_ladder("poster: {at: -2, height: 721}"),
            (Lines{"poster.at out_of_range", "poster.height out_of_range"}));
}

TEST(PictureFields, SpritesHaveBounds) {
  EXPECT_EQ(find_faults_of_ladder("sprites: {interval: 0, height: 720, columns: 50, rows: 1}"),
            Lines{});
  EXPECT_EQ(find_faults_of_ladder("sprites: {interval: 0.05, height: 722, columns: 51, rows: 0}"),
            (Lines{"sprites.interval out_of_range", "sprites.height out_of_range",
                   "sprites.columns out_of_range", "sprites.rows out_of_range"}));
}

}  // namespace
}  // namespace mpegflow::submit
