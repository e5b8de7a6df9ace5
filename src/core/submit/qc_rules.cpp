#include "core/submit/qc_rules.h"

namespace mpegflow::submit {

verify::QcRules to_qc_rules(const QcSpec& spec) {
  verify::QcRules rules;
  rules.on_fail = spec.on_fail == "warn" ? verify::OnFail::warn : verify::OnFail::fail;
  rules.duration_tolerance = spec.duration_tolerance;
  rules.whole_decode = spec.whole_decode;
  if (spec.max_decode_errors >= 0) rules.max_decode_errors = spec.max_decode_errors;
  rules.max_black = spec.max_black;
  rules.max_silence = spec.max_silence;
  rules.max_freeze = spec.max_freeze;
  if (spec.loudness.min < 0) rules.min_loudness = spec.loudness.min;
  if (spec.loudness.max < 0) rules.max_loudness = spec.loudness.max;
  rules.min_ssim = spec.min_ssim;
  rules.min_psnr = spec.min_psnr;
  return rules;
}

}  // namespace mpegflow::submit
