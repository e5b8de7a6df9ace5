#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/retry/finding.h"

namespace mpegflow::verify {

/// One question that was asked of an output.
struct Check {
  std::string name;  ///< "frames_conserved", "duration", "damage", …
  bool ok = true;
  std::string expected;
  std::string found;

  bool operator==(const Check&) const = default;
};

/// The answer of the gate that stands between exit 0 and commit.
struct Verification {
  std::string level;  ///< "exact": every frame accounted for; "structure": shape and length only
  std::vector<Check> checks;
  /// ok, ok_with_warnings, or why the output must not be committed.
  retry::Finding finding;
  std::vector<std::string> warnings;  ///< for the job's record, one sentence each

  bool is_accepted() const { return finding.bucket == retry::Bucket::none; }
  bool operator==(const Verification&) const = default;
};

}  // namespace mpegflow::verify
