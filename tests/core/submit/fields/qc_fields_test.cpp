#include <gtest/gtest.h>

#include "core/submit/find_faults.h"

namespace mpegflow::submit {
namespace {

TEST(QcFields, HaveBounds) {
  EXPECT_EQ(find_faults_of_ladder("qc: {max_black: 0.5, min_ssim: 1, loudness: {min: -70}}"),
            Lines{});
  EXPECT_EQ(find_faults_of_ladder("qc: {max_black: 0.4, min_ssim: 1.1, loudness: {min: -71}}"),
            (Lines{"qc.max_black out_of_range", "qc.min_ssim out_of_range",
                   "qc.loudness.min out_of_range"}));
}

TEST(QcFields, NoDecodeErrorsIsARuleAndSayingNothingIsNone) {
  const auto said =
      read_spec("input: a\nladder: hls-h264\noutput: o\nqc: {max_decode_errors: 0}", kContext);
  ASSERT_TRUE(said.spec);
  EXPECT_EQ(
      base::to_canonical_json(to_json(*said.spec)).find("max_decode_errors") != std::string::npos,
      true);
  const auto silent =
      read_spec("input: a\nladder: hls-h264\noutput: o\nqc: {max_black: 1}", kContext);
  ASSERT_TRUE(silent.spec);
  EXPECT_EQ(base::to_canonical_json(to_json(*silent.spec)).find("max_decode_errors"),
            std::string::npos);
}

}  // namespace
}  // namespace mpegflow::submit
