#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/submit/context.h"
#include "core/submit/read_spec.h"

namespace mpegflow::submit {

using Lines = std::vector<std::string>;

/// The faults of a text as "path code", or "path code → nearest", in their order.
inline Lines find_faults(std::string_view text) {
  const auto reading = read_spec(text, kContext);
  EXPECT_EQ(reading.spec.has_value(), reading.faults.empty());
  Lines lines;
  for (const Fault& fault : reading.faults) {
    lines.push_back(fault.path + " " + std::string(to_word(fault.code)));
    if (!fault.nearest.empty()) lines.back() += " → " + fault.nearest;
  }
  return lines;
}

/// Of a job of the shortest ladder with more lines, or with renditions or tasks in place of the
/// ladder.
inline Lines find_faults_of_ladder(std::string_view more) {
  return find_faults("input: a.mov\nladder: hls-h264\noutput: out\n" + std::string(more));
}
inline Lines find_faults_of_rendition(std::string_view fields) {
  return find_faults("input: a.mov\noutput: out\nrenditions: [{" + std::string(fields) + "}]\n");
}

}  // namespace mpegflow::submit
