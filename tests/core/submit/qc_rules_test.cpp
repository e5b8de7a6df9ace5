#include "core/submit/qc_rules.h"

#include <gtest/gtest.h>

namespace mpegflow::submit {
namespace {

TEST(QcRules, OfASpecThatStatesNoneAreNone) {
  EXPECT_EQ(to_qc_rules({}), verify::QcRules{});
  EXPECT_TRUE(verify::to_json(to_qc_rules({})).empty());
}

TEST(QcRules, AreThoseOfTheSpec) {
  QcSpec spec;
  spec.on_fail = "warn";
  spec.max_decode_errors = 0;
  spec.max_black = 2;
  spec.loudness = {-26, -20};
  spec.min_ssim = 0.9;
  const verify::QcRules rules = to_qc_rules(spec);
  EXPECT_EQ(rules.on_fail, verify::OnFail::warn);
  EXPECT_EQ(rules.max_decode_errors, 0);
  EXPECT_EQ(rules.max_black, 2);
  EXPECT_EQ(rules.min_loudness, -26);
  EXPECT_EQ(rules.max_loudness, -20);
  EXPECT_EQ(rules.min_ssim, 0.9);
  EXPECT_EQ(rules.min_psnr, 0);
}

}  // namespace
}  // namespace mpegflow::submit
