#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/retry/finding.h"

namespace mpegflow::retry {

/// One row of the table of reason codes: what follows from the word alone.
struct Reason {
  std::string_view word;
  Bucket bucket;
  FindingStatus status;
  std::string_view cause;   ///< one plain sentence for the user
  std::string_view action;  ///< of Finding, or empty
};

/// Every reason code there is. Words are never renamed and never reused.
std::span<const Reason> reasons();

/// docs/generated/reason_codes.md.
std::string make_reason_codes_markdown();

}  // namespace mpegflow::retry
