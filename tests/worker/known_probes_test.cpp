#include "worker/known_probes.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/manual_clock.h"
#include "support/temporary_folder.h"

namespace mpegflow::worker {
namespace {

class Probes : public testing::Test {
 protected:
  Probes() {
    encoder_.revision.id = base::EncoderRevisionId("r1");
    encoder_.cache_folder = folder_.path() / "cache";
    record_.probe.duration = 12.5;
    record_.sniff.container = "mov";
    file_.size = 1000;
    file_.inode = 7;
    file_.mtime_ns = (clock_.now().us - 60'000'000) * 1000;
  }
  KnownProbes probes() const { return {encoder_, clock_}; }

  test::TemporaryFolder folder_;
  test::ManualClock clock_;
  Encoder encoder_;
  probe::InputRecord record_;
  base::FileIdentity file_;
};

TEST_F(Probes, AreKnownOfTheSameFileToTheSameEncoder) {
  EXPECT_FALSE(probes().find(file_));
  probes().keep(file_, record_);
  EXPECT_EQ(probes().find(file_), record_);
  base::FileIdentity written_again = file_;
  written_again.mtime_ns += 1;
  EXPECT_FALSE(probes().find(written_again));
  encoder_.revision.id = base::EncoderRevisionId("r2");
  EXPECT_FALSE(probes().find(file_));
}

TEST_F(Probes, AreNotKeptOfWhatWasWrittenAMomentAgo) {
  file_.mtime_ns = (clock_.now().us - 1'000'000) * 1000;
  probes().keep(file_, record_);
  EXPECT_FALSE(probes().find(file_));
}

TEST_F(Probes, AreNotKeptWhereNothingIs) {
  encoder_.cache_folder.clear();
  probes().keep(file_, record_);
  EXPECT_FALSE(probes().find(file_));
}

TEST_F(Probes, AreAskedAnewIfWhatWasKeptIsDamaged) {
  probes().keep(file_, record_);
  for (const auto& kept : std::filesystem::directory_iterator(encoder_.cache_folder / "probes"))
    std::filesystem::resize_file(kept.path(), 10);
  EXPECT_FALSE(probes().find(file_));
}

TEST_F(Probes, AreKeptToABound) {
  for (std::size_t i = 0; i < KnownProbes::kMost + 10; ++i) {
    file_.inode = i;
    probes().keep(file_, record_);
  }
  const std::filesystem::directory_iterator all(encoder_.cache_folder / "probes");
  EXPECT_LE(std::distance(begin(all), end(all)), static_cast<std::ptrdiff_t>(KnownProbes::kMost));
  EXPECT_TRUE(probes().find(file_)) << "the newest stays";
}

}  // namespace
}  // namespace mpegflow::worker
