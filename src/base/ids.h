#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace mpegflow::base {

/// An identifier that cannot be mixed up with another kind. Empty means "none".
template <class Tag>
struct Id {
  std::string value;

  Id() = default;
  explicit Id(std::string text) : value(std::move(text)) {}
  bool empty() const { return value.empty(); }
  auto operator<=>(const Id&) const = default;
};

using JobId = Id<struct JobTag>;
using TaskId = Id<struct TaskTag>;
using ClaimId = Id<struct ClaimTag>;
using SessionId = Id<struct SessionTag>;
using RequestId = Id<struct RequestTag>;
using EncoderRevisionId = Id<struct EncoderRevisionTag>;  ///< sha256, hex

/// Where random ids and random draws come from. Real: the kernel. Simulated: the seed.
class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual unsigned long long draw() = 0;  ///< 64 uniform bits.
};

class SystemEntropy final : public Entropy {
 public:
  unsigned long long draw() override;
};

/// 26 characters of Crockford base 32 (lower case): time first, so ids sort by creation, then 80
/// random bits.
std::string make_id(long long now_us, Entropy& entropy);

/// The same 26 characters from a hash of `text`: the id of something that must get the same id
/// whoever makes it.
std::string derive_id(std::string_view text);

}  // namespace mpegflow::base
