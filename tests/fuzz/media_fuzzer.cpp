// What FFmpeg and ffprobe write: boxes of fragmented MP4, probes, subtitles.

#include <optional>
#include <vector>

#include "core/package/box.h"
#include "core/package/segmenter.h"
#include "core/package/webvtt.h"
#include "core/probe/probe.h"
#include "fuzz_input.h"

namespace {

using namespace mpegflow;

/// Whole and cut in two must give the same pieces, or both none.
void cut(package::TrackKind kind, std::string_view bytes) {
  const auto run = [&](std::size_t at) -> std::optional<std::vector<package::Piece>> {
    package::Segmenter segmenter(kind, {.duration = {2, 1}}, {.max_segment_bytes = 1 << 20});
    std::vector<package::Piece> pieces;
    for (const std::string_view part : {bytes.substr(0, at), bytes.substr(at)}) {
      auto more = segmenter.feed(part);
      if (!more) return std::nullopt;
      pieces.insert(pieces.end(), more->begin(), more->end());
    }
    return pieces;
  };
  fuzz::require(run(0) == run(bytes.size() / 2));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto [choice, text] = fuzz::split_choice(data, size);
  switch (choice % 5) {
    case 0: cut(package::TrackKind::video, text); break;
    case 1: cut(package::TrackKind::audio, text); break;
    case 2: package::read_boxes(text); break;
    case 3: package::parse_webvtt(text); break;
    default:
      if (const auto read = probe::parse_ffprobe(text, "mov", 1000))
        fuzz::require(probe::parse_probe(probe::to_json(*read)) == *read);
  }
  return 0;
}
