#include <gtest/gtest.h>

#include "core/submit/find_faults.h"

namespace mpegflow::submit {
namespace {

TEST(PackagingFields, HaveBounds) {
  EXPECT_EQ(find_faults_of_ladder("packaging: {segment_duration: 60s, gop_duration: 0.25}"),
            Lines{});
  EXPECT_EQ(
      find_faults_of_ladder("packaging: {segment_duration: 61s, gop_duration: 0.2}"),
      (Lines{"packaging.segment_duration out_of_range", "packaging.gop_duration out_of_range"}));
}

TEST(PackagingFields, AreSwitchesThatAreTrueOrFalse) {
  EXPECT_EQ(find_faults_of_ladder("packaging: {dash: 1, iframes: sure, publish_early: true}"),
            (Lines{"packaging.dash wrong_type", "packaging.iframes wrong_type"}));
}

}  // namespace
}  // namespace mpegflow::submit
