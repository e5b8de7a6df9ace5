#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace mpegflow::package {

/// The four letters that name a box, as the number they are in the file.
using BoxType = std::uint32_t;

constexpr BoxType box_type(const char (&letters)[5]) {
  BoxType type = 0;
  for (int i = 0; i < 4; ++i) type = type << 8 | static_cast<unsigned char>(letters[i]);
  return type;
}

/// The letters of `type`, safe to print.
std::string to_letters(BoxType type);

/// Reads big-endian fields one after another. Past the end every field is 0 and ok() stays false:
/// a parser reads all it wants and asks once.
class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u24() { return static_cast<std::uint32_t>(number(3)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  std::int32_t i32() { return static_cast<std::int32_t>(u32()); }
  std::int64_t i64() { return static_cast<std::int64_t>(u64()); }
  std::string_view take(std::size_t count);
  void skip(std::size_t count) { take(count); }
  std::string_view rest() const { return rest_; }
  bool ok() const { return ok_; }

 private:
  std::uint64_t number(std::size_t width);

  std::string_view rest_;
  bool ok_ = true;
};

struct Box {
  BoxType type = 0;
  std::string_view payload;  ///< after the header
};

/// The boxes that `bytes` consists of; an error if they do not fill it exactly, or are too many.
base::Result<std::vector<Box>> read_boxes(std::string_view bytes);

/// The payload of the first box of that type, or nullptr.
const Box* find_box(const std::vector<Box>& boxes, BoxType type);

/// Follows `path` through plain containers; an error names the box that is missing.
base::Result<std::string_view> read_path(std::string_view bytes, const std::vector<BoxType>& path);

/// Whatever an encoder wrote that we cannot use.
tl::unexpected<base::Error> fail_stream(std::string message);

/// A whole box of the file's top level.
struct TopLevelBox {
  BoxType type = 0;
  std::int64_t offset = 0;       ///< of its header, from the start of the stream
  std::int64_t header_size = 0;  ///< 8 or 16
  std::string payload;
};

/// Cuts a stream into top-level boxes however it is chunked. Keeps the bytes of ftyp, moov, moof
/// and mdat, at most one box at a time and never more than has really arrived; skips all others.
class TopLevelReader {
 public:
  using OnBox = std::function<base::Result<void>(TopLevelBox box)>;

  explicit TopLevelReader(std::int64_t max_mdat_bytes) : max_mdat_bytes_(max_mdat_bytes) {}

  base::Result<void> feed(std::string_view bytes, const OnBox& on_box);
  /// An error if the stream ended inside a box.
  base::Result<void> finish() const;

 private:
  base::Result<bool> read_header(std::string_view& bytes);
  base::Result<void> check_size() const;

  std::int64_t max_mdat_bytes_;
  std::int64_t position_ = 0;  ///< bytes consumed so far
  std::string header_;
  TopLevelBox box_;
  std::uint64_t missing_ = 0;  ///< payload bytes still to come
  bool in_payload_ = false;
  bool is_kept_ = false;
};

}  // namespace mpegflow::package
