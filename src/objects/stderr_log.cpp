#include "objects/stderr_log.h"

#include <algorithm>

#include "base/zstd.h"

namespace mpegflow::objects {
namespace {

// Only so much of a log is in memory at a time, beside what came of it: each piece is a frame of
// its own.
constexpr std::int64_t kPiece = 4 << 20;

}  // namespace

base::Result<std::optional<std::int64_t>> keep_log(ObjectStore& logs, std::string_view key,
                                                   const base::Path& file) {
  const auto identity = base::identify_file(file);
  if (!identity && identity.error().code == base::ErrorCode::not_found)
    return std::optional<std::int64_t>();
  if (!identity) return tl::unexpected(identity.error());
  std::string frames;
  std::int64_t size = 0;
  do {
    ASSIGN_OR_RETURN(const std::string piece,
                     base::read_range(file, size, std::min(kPiece, identity->size - size)));
    frames += base::compress_zstd(piece);
    size += static_cast<std::int64_t>(piece.size());
    if (piece.empty()) break;
  } while (size < identity->size);
  RETURN_IF_ERROR(logs.put_bytes(key, frames));
  return std::optional(size);
}

}  // namespace mpegflow::objects
