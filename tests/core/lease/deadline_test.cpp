#include "core/lease/deadline.h"

#include <gtest/gtest.h>

namespace mpegflow::lease {
namespace {

TEST(Deadline, IsWhatTheSpecAsksFor) {
  EXPECT_EQ(attempt_deadline(std::chrono::hours(30)), std::chrono::hours(30));
  EXPECT_EQ(attempt_deadline(std::chrono::seconds(1)), std::chrono::seconds(1));
}

TEST(Deadline, WithoutAskingIsOneDay) {
  EXPECT_EQ(attempt_deadline(base::Micros(0)), std::chrono::hours(24));
}

}  // namespace
}  // namespace mpegflow::lease
