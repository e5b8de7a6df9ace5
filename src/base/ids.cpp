#include "base/ids.h"

#include <array>
#include <cstdint>

#include <sys/random.h>

#include "base/result.h"
#include "base/sha256.h"

namespace mpegflow::base {
namespace {

std::string to_base32(const std::array<std::uint8_t, 16>& bytes) {
  static constexpr std::string_view kAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string text;
  unsigned int bits = 0;
  int held = 2;  // 130 bits in 26 characters: two leading zero bits.
  for (const std::uint8_t byte : bytes) {
    bits = (bits << 8U) | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += kAlphabet[(bits >> static_cast<unsigned>(held)) & 31U];
    }
  }
  return text;
}

}  // namespace

unsigned long long SystemEntropy::draw() {
  unsigned long long bits = 0;
  check(getrandom(&bits, sizeof bits, 0) == static_cast<ssize_t>(sizeof bits),
        "getrandom gives 8 bytes");
  return bits;
}

std::string make_id(long long now_us, Entropy& entropy) {
  std::array<std::uint8_t, 16> bytes{};
  const auto millis = static_cast<std::uint64_t>(now_us / 1000);
  for (unsigned i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(millis >> (40 - 8 * i));
  const std::uint64_t low = entropy.draw();
  const std::uint64_t high = entropy.draw();
  for (unsigned i = 0; i < 8; ++i) bytes[6 + i] = static_cast<std::uint8_t>(low >> (8 * i));
  for (unsigned i = 0; i < 2; ++i) bytes[14 + i] = static_cast<std::uint8_t>(high >> (8 * i));
  return to_base32(bytes);
}

std::string derive_id(std::string_view text) {
  const Sha256::Digest digest = Sha256::of(text);
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = digest[i];
  return to_base32(bytes);
}

}  // namespace mpegflow::base
