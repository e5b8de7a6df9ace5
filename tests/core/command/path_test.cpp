#include "core/command/path.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

TEST(Path, StartsInTheFolder) {
  EXPECT_EQ(absolute_path("/a/b", "c//./d/../e"), "/a/b/c/e");
  EXPECT_EQ(absolute_path("/a/b", "/x"), "/x");
  EXPECT_EQ(absolute_path("/a", "../../x"), "/x");
}

TEST(Path, Parts) {
  EXPECT_EQ(parent_path("/a/b"), "/a");
  EXPECT_EQ(parent_path("/a"), "");
  EXPECT_EQ(base_name("/a/b.c"), "b.c");
  EXPECT_EQ(base_name("b"), "b");
}

TEST(Path, CommonFolder) {
  EXPECT_EQ(common_folder({"/a/b", "/a/b/c", "/a/b"}), "/a/b");
  EXPECT_EQ(common_folder({"/a/b", "/a/bc"}), "/a");
  EXPECT_EQ(common_folder({"/a", "/b"}), "");
  EXPECT_EQ(common_folder({}), "");
}

}  // namespace
}  // namespace mpegflow::command
