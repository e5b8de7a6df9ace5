#include "core/package/box.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace mpegflow::package {
namespace {

constexpr std::size_t kMaxChildren = 4096;
constexpr std::uint64_t kMaxHeaderBoxBytes = 16 << 20;

bool is_kept_type(BoxType type) {
  return type == box_type("ftyp") || type == box_type("moov") || type == box_type("moof") ||
         type == box_type("mdat");
}

/// Payload and header size of the box at the start of `field`; false if it does not fit.
bool read_size(FieldReader& field, std::uint64_t& payload_size, BoxType& type) {
  std::uint64_t size = field.u32();
  std::uint64_t header = 8;
  type = field.u32();
  if (size == 1) {
    size = field.u64();
    header = 16;
  }
  payload_size = size - header;
  return field.ok() && size >= header;
}

}  // namespace

std::string to_letters(BoxType type) {
  std::string letters;
  for (int shift = 24; shift >= 0; shift -= 8) letters += static_cast<char>(type >> shift & 0xff);
  return base::to_printable(letters);
}

std::string_view FieldReader::take(std::size_t count) {
  if (count > rest_.size()) {
    ok_ = false;
    rest_ = {};
    return {};
  }
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::uint64_t FieldReader::number(std::size_t width) {
  std::uint64_t value = 0;
  for (const char byte : take(width)) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

tl::unexpected<base::Error> fail_stream(std::string message) {
  return base::fail(base::ErrorCode::output_invalid,
                    "the encoder's fragmented MP4 is not usable: " + std::move(message));
}

base::Result<std::vector<Box>> read_boxes(std::string_view bytes) {
  std::vector<Box> boxes;
  FieldReader field(bytes);
  while (!field.rest().empty()) {
    Box box;
    std::uint64_t size = 0;
    if (!read_size(field, size, box.type) || size > field.rest().size())
      return fail_stream("a box is larger than the one around it");
    if (boxes.size() == kMaxChildren) return fail_stream("a box holds too many boxes");
    box.payload = field.take(size);
    boxes.push_back(box);
  }
  return boxes;
}

const Box* find_box(const std::vector<Box>& boxes, BoxType type) {
  const auto found = std::ranges::find(boxes, type, &Box::type);
  return found == boxes.end() ? nullptr : &*found;
}

base::Result<std::string_view> read_path(std::string_view bytes, const std::vector<BoxType>& path) {
  for (const BoxType type : path) {
    ASSIGN_OR_RETURN(const auto boxes, read_boxes(bytes));
    const Box* box = find_box(boxes, type);
    if (box == nullptr) return fail_stream(fmt::format("box '{}' is missing", to_letters(type)));
    bytes = box->payload;
  }
  return bytes;
}

base::Result<void> TopLevelReader::feed(std::string_view bytes, const OnBox& on_box) {
  while (true) {
    if (!in_payload_) {
      ASSIGN_OR_RETURN(in_payload_, read_header(bytes));
      if (!in_payload_) return {};
    }
    const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(missing_, bytes.size()));
    if (is_kept_) box_.payload.append(bytes.substr(0, take));
    bytes.remove_prefix(take);
    missing_ -= take;
    position_ += static_cast<std::int64_t>(take);
    if (missing_ > 0) return {};
    in_payload_ = false;
    RETURN_IF_ERROR(on_box(std::exchange(box_, {})));
  }
}

base::Result<void> TopLevelReader::finish() const {
  if (in_payload_)
    return fail_stream(fmt::format("it ends {} bytes before the end of box '{}'", missing_,
                                   to_letters(box_.type)));
  if (!header_.empty()) return fail_stream("it ends inside the header of a box");
  return {};
}

/// True once the header of the next box is whole.
base::Result<bool> TopLevelReader::read_header(std::string_view& bytes) {
  const auto fill = [&](std::size_t wanted) {
    const std::size_t take = std::min(wanted - header_.size(), bytes.size());
    header_.append(bytes.substr(0, take));
    bytes.remove_prefix(take);
    return header_.size() == wanted;
  };
  if (header_.size() < 8 && !fill(8)) return false;
  if (header_.starts_with(std::string_view("\0\0\0\1", 4)) && !fill(16)) return false;
  FieldReader field(header_);
  if (!read_size(field, missing_, box_.type))
    return fail_stream(fmt::format("box '{}' at byte {} has an impossible size",
                                   to_letters(box_.type), position_));
  box_.offset = position_;
  box_.header_size = static_cast<std::int64_t>(header_.size());
  position_ += box_.header_size;
  header_.clear();
  is_kept_ = is_kept_type(box_.type);
  RETURN_IF_ERROR(check_size());
  return true;
}

base::Result<void> TopLevelReader::check_size() const {
  const std::uint64_t limit = !is_kept_ ? std::uint64_t{1} << 60
                              : box_.type == box_type("mdat")
                                  ? static_cast<std::uint64_t>(max_mdat_bytes_)
                                  : kMaxHeaderBoxBytes;
  if (missing_ <= limit) return {};
  return fail_stream(fmt::format("box '{}' claims {} bytes, more than the limit of {}",
                                 to_letters(box_.type), missing_, limit));
}

}  // namespace mpegflow::package
