#include <gtest/gtest.h>

#include "core/submit/find_faults.h"

namespace mpegflow::submit {
namespace {

TEST(AudioFields, HaveBounds) {
  EXPECT_EQ(find_faults_of_ladder("audio: {channels: 6, sample_rate: 44100, bitrate: 8k}"),
            Lines{});
  EXPECT_EQ(find_faults_of_ladder("audio: {channels: 3, sample_rate: 22050, bitrate: 7k}"),
            (Lines{"audio.channels out_of_range", "audio.sample_rate out_of_range",
                   "audio.bitrate out_of_range"}));
}

TEST(AudioFields, LoudnessIsBoundedAsTheFilterIs) {
  EXPECT_EQ(find_faults_of_ladder("loudness: {target: -70, true_peak: 0, range: 50}"), Lines{});
  EXPECT_EQ(find_faults_of_ladder("loudness: {target: -4, true_peak: 1, range: 0.5}"),
            (Lines{"loudness.target out_of_range", "loudness.true_peak out_of_range",
                   "loudness.range out_of_range"}));
}

}  // namespace
}  // namespace mpegflow::submit
