#include "base/zstd.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>
#include <zstd.h>

namespace mpegflow::base {

std::string compress_zstd(std::string_view bytes) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                     &ZSTD_freeCCtx);
  check(context != nullptr, "zstd gives a context");
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(context.get(), out.data(), out.size(), bytes.data(), bytes.size());
  check(ZSTD_isError(size) == 0U, "zstd compresses whatever fits into memory");
  out.resize(size);
  return out;
}

Result<std::string> decompress_zstd(std::string_view frames, std::size_t most) {
  const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream(ZSTD_createDStream(),
                                                                          &ZSTD_freeDStream);
  check(stream != nullptr, "zstd gives a stream");
  std::string out;
  std::string chunk(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer in{frames.data(), frames.size(), 0};
  std::size_t missing = 0;  // 0 = a frame just ended
  for (bool is_full = false; in.pos < in.size || is_full;) {
    ZSTD_outBuffer piece{chunk.data(), chunk.size(), 0};
    missing = ZSTD_decompressStream(stream.get(), &piece, &in);
    if (ZSTD_isError(missing) != 0U)
      return fail(ErrorCode::io_failed,
                  fmt::format("the compressed bytes are damaged: {}", ZSTD_getErrorName(missing)));
    if (out.size() + piece.pos > most)
      return fail(ErrorCode::io_failed,
                  fmt::format("the compressed bytes hold more than {} bytes", most));
    out.append(chunk.data(), piece.pos);
    is_full = piece.pos == piece.size && missing != 0;
  }
  if (missing != 0 || frames.empty())
    return fail(ErrorCode::io_failed, "the compressed bytes are cut short");
  return out;
}

}  // namespace mpegflow::base
