#include "worker/written_watch.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace mpegflow::worker {
namespace {

class Written : public testing::Test {
 protected:
  void write(const base::Path& file) { std::ofstream(file) << "a frame"; }

  test::TemporaryFolder folder_;
  const base::Path file_ = folder_.path() / "o.mp4";
  WrittenWatch watch_{file_};
};

TEST_F(Written, IsToldWhenTheFileIsClosed) {
  write(folder_.path() / "another.mp4");
  write(file_);
  watch_.wait();
  watch_.end();
  EXPECT_TRUE(watch_.is_as_it_was());
}

TEST_F(Written, IsToldAtTheEndOfWhoNeverClosedIt) {
  std::ofstream open(file_);
  open << "a frame" << std::flush;
  watch_.end();
  watch_.wait();
  EXPECT_TRUE(watch_.is_as_it_was());
}

TEST_F(Written, IsNotSoIfItIsOpenedAndWrittenOnceMore) {
  write(file_);
  watch_.wait();
  write(file_);
  watch_.end();
  EXPECT_FALSE(watch_.is_as_it_was());
}

TEST_F(Written, IsNotSoIfAnotherTakesItsPlace) {
  write(file_);
  watch_.wait();
  write(folder_.path() / "half");
  std::filesystem::rename(folder_.path() / "half", file_);
  watch_.end();
  EXPECT_FALSE(watch_.is_as_it_was());
}

TEST(WrittenWatch, TellsAtTheEndOfWhatItCannotWatch) {
  WrittenWatch watch("/no/such/folder/o.mp4");
  watch.end();
  watch.wait();
  EXPECT_TRUE(watch.is_as_it_was());
}

}  // namespace
}  // namespace mpegflow::worker
