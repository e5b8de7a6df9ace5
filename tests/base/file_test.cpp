#include "base/file.h"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace mpegflow::base {
namespace {

class FileTest : public testing::Test {
 protected:
  test::TemporaryFolder folder;
};

TEST_F(FileTest, DurableWriteReplacesTheWholeFileAndLeavesNothingElse) {
  const Path path = folder.path() / "file";
  ASSERT_TRUE(write_file_durably(path, "old and longer"));
  ASSERT_TRUE(write_file_durably(path, std::string("new\0", 4)));
  EXPECT_EQ(read_file(path), std::string("new\0", 4));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST_F(FileTest, MissingFileIsNotFound) {
  EXPECT_EQ(read_file(folder.path() / "none").error().code, ErrorCode::not_found);
}

TEST_F(FileTest, IdentityChangesWithTheFile) {
  const Path path = folder.path() / "file";
  ASSERT_TRUE(write_file_durably(path, "a"));
  const auto before = identify_file(path);
  ASSERT_TRUE(write_file_durably(path, "b"));
  EXPECT_NE(before, identify_file(path));
  EXPECT_EQ(identify_file(path), identify_file(path));
}

TEST_F(FileTest, RemoveTreeFollowsNoLinks) {
  ASSERT_TRUE(make_directories(folder.path() / "kept"));
  ASSERT_TRUE(write_file_durably(folder.path() / "kept/file", "x"));
  ASSERT_TRUE(make_directories(folder.path() / "tree/deep"));
  std::filesystem::create_directory_symlink(folder.path() / "kept", folder.path() / "tree/link");
  ASSERT_TRUE(remove_tree(folder.path() / "tree"));
  EXPECT_TRUE(remove_tree(folder.path() / "tree")) << "gone already is fine";
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "kept/file"));
}

TEST(FileError, AFullDiskHasItsOwnWord) {
  EXPECT_EQ(make_file_error(ENOSPC, "write", "/x").code, ErrorCode::disk_full);
  EXPECT_EQ(make_file_error(EDQUOT, "write", "/x").code, ErrorCode::disk_full);
  EXPECT_EQ(make_file_error(EIO, "write", "/x").code, ErrorCode::io_failed);
  EXPECT_EQ(make_file_error(EACCES, "open", "/x", ErrorCode::input_forbidden).code,
            ErrorCode::input_forbidden);
}

TEST(UniqueFd, ClosesOnceAndMoves) {
  UniqueFd first(::dup(0));
  ASSERT_TRUE(first.is_open());
  const int fd = first.get();
  UniqueFd second(std::move(first));
  EXPECT_EQ(second.get(), fd);
  second.reset();
  EXPECT_EQ(::fcntl(fd, F_GETFD), -1);
}

}  // namespace
}  // namespace mpegflow::base
