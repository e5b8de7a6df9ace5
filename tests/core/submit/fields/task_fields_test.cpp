#include <gtest/gtest.h>

#include "core/submit/find_faults.h"

namespace mpegflow::submit {
namespace {

TEST(TaskFields, NameATaskAndWhatItRuns) {
  EXPECT_EQ(find_faults("output: out\ntasks: [{needs: []}]"),
            (Lines{"tasks[0].key missing", "tasks[0].args missing"}));
}

TEST(TaskFields, LimitsHaveBounds) {
  EXPECT_EQ(find_faults_of_ladder("limits: {memory: 0, timeout: 30d}"),
            Lines{"limits.timeout malformed"});
  EXPECT_EQ(find_faults_of_ladder("limits: {memory: 16MiB, timeout: 720h}"), Lines{});
  EXPECT_EQ(find_faults_of_ladder("limits: {memory: 15MiB, timeout: 721h}"),
            (Lines{"limits.memory out_of_range", "limits.timeout out_of_range"}));
}

}  // namespace
}  // namespace mpegflow::submit
