#include "core/queue/reprocess.h"

#include <gtest/gtest.h>

namespace mpegflow::queue {
namespace {

using Places = std::vector<std::size_t>;

TEST(Revived, IsWhatWaitsForAChosenTaskAlone) {
  const std::vector<ReprocessCandidate> tasks = {{TaskState::dead, {}, true},
                                                 {TaskState::succeeded, {}, false},
                                                 {TaskState::skipped, {0, 1}, false},
                                                 {TaskState::skipped, {2}, false}};
  EXPECT_EQ(find_revived(tasks), (Places{2, 3}));
}

TEST(Revived, IsNothingThatNeedsAnotherDeadTask) {
  const std::vector<ReprocessCandidate> tasks = {{TaskState::dead, {}, true},
                                                 {TaskState::dead, {}, false},
                                                 {TaskState::skipped, {0, 1}, false},
                                                 {TaskState::skipped, {2}, false},
                                                 {TaskState::skipped, {0}, false}};
  EXPECT_EQ(find_revived(tasks), (Places{4}));
}

TEST(Revived, IsFoundWhateverTheOrder) {
  const std::vector<ReprocessCandidate> tasks = {{TaskState::skipped, {1}, false},
                                                 {TaskState::skipped, {2}, false},
                                                 {TaskState::failed_input, {}, false},
                                                 {TaskState::skipped, {4}, false},
                                                 {TaskState::leased, {}, false}};
  EXPECT_EQ(find_revived(tasks), (Places{3}));
}

}  // namespace
}  // namespace mpegflow::queue
