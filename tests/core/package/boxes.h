#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "checkout/checkout.h"
#include "core/package/segmenter.h"

/// Hand-made boxes and the recorded streams of tests/golden/package.
namespace mpegflow::package::test {

inline std::string big_endian(std::uint64_t value, int width) {
  std::string bytes;
  for (int shift = 8 * (width - 1); shift >= 0; shift -= 8)
    bytes += static_cast<char>(value >> shift & 0xff);
  return bytes;
}

inline std::string u32(std::uint64_t value) {
  return big_endian(value, 4);
}

inline std::string box(std::string_view type, std::string_view payload) {
  return u32(payload.size() + 8) + std::string(type) + std::string(payload);
}

inline std::string full_box(std::string_view type, int version, std::uint32_t flags,
                            std::string_view payload) {
  return box(type, big_endian(static_cast<std::uint64_t>(version), 1) + big_endian(flags, 3) +
                       std::string(payload));
}

inline std::string read_golden(const std::string& name) {
  std::ifstream file(std::string(MPEGFLOW_SOURCE_DIR) + "/tests/golden/package/" + name,
                     std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Output {
  std::vector<Piece> pieces;
  Summary summary;

  bool operator==(const Output&) const = default;
};

/// Feeds `bytes` in chunks of `chunk` (0 = all at once).
inline base::Result<Output> segment(TrackKind kind, std::string_view bytes, SegmentPlan plan,
                                    std::size_t chunk = 0) {
  Segmenter segmenter(kind, plan);
  Output output;
  const std::size_t step = chunk == 0 ? bytes.size() : chunk;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    ASSIGN_OR_RETURN(const auto pieces, segmenter.feed(bytes.substr(at, step)));
    output.pieces.insert(output.pieces.end(), pieces.begin(), pieces.end());
  }
  ASSIGN_OR_RETURN(const auto pieces, segmenter.finish());
  output.pieces.insert(output.pieces.end(), pieces.begin(), pieces.end());
  output.summary = segmenter.summary();
  return output;
}

}  // namespace mpegflow::package::test
