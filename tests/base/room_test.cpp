#include "base/room.h"

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace mpegflow::base {
namespace {

TEST(Room, IsThatOfTheNearestFolderThatExists) {
  const test::TemporaryFolder folder;
  const auto here = find_room(folder.path());
  const auto below = find_room(folder.path() / "not" / "there");
  ASSERT_TRUE(here && below);
  EXPECT_GT(here->total_bytes, 0);
  EXPECT_LE(here->free_bytes, here->total_bytes);
  EXPECT_EQ(below->total_bytes, here->total_bytes);
}

TEST(Room, OfNoPathIsAnErrorAndNothingThrown) {
  EXPECT_FALSE(find_room(""));
}

}  // namespace
}  // namespace mpegflow::base
