#pragma once

#include <cstdint>
#include <string_view>

namespace mpegflow::probe {

/// Reads of numbers from bytes that may end anywhere; what lies past the end reads as zero.
inline std::uint64_t byte_at(std::string_view bytes, std::size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
}

inline std::uint64_t big_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | byte_at(bytes, at + i);
  return value;
}

inline std::uint64_t little_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = count; i > 0; --i) value = value << 8 | byte_at(bytes, at + i - 1);
  return value;
}

inline bool has_at(std::string_view bytes, std::size_t at, std::string_view wanted) {
  return bytes.size() >= at && bytes.substr(at, wanted.size()) == wanted;
}

}  // namespace mpegflow::probe
