#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace mpegflow::fuzz {

/// What libFuzzer gives: the first byte says which parser is meant, the rest is for it.
inline std::pair<unsigned, std::string_view> split_choice(const std::uint8_t* data,
                                                          std::size_t size) {
  if (size == 0) return {0, {}};
  return {data[0], {reinterpret_cast<const char*>(data + 1), size - 1}};
}

/// A rule of a parser that must hold whatever it is given.
inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace mpegflow::fuzz
