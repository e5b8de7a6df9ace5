#pragma once

#include <string>
#include <string_view>

namespace mpegflow::retry {

/// What makes two dead tasks the same trouble.
struct Signature {
  std::string bucket;
  std::string reason;
  std::string rule;
  std::string pattern;  ///< the cause without what differs from one to the next
  std::string kind;     ///< of the task
  std::string encoder_revision;

  bool operator==(const Signature&) const = default;
};

/// `cause` without its numbers, paths and hexadecimal words: <n>, <path>, <hex>. A number that is
/// part of a name (h264) stays.
std::string to_pattern(std::string_view cause);

/// The name of the group: 16 hexadecimal digits.
std::string hash_signature(const Signature& signature);

}  // namespace mpegflow::retry
