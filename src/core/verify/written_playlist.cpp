#include "core/verify/written_playlist.h"

#include "base/text.h"

namespace mpegflow::verify {
namespace {

bool has(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

bool is_elsewhere(std::string_view uri) {
  return uri.starts_with('/') || has(uri, "://");
}

std::optional<WrittenPlaylist> read_hls(std::string_view text) {
  if (!has(text, "#EXTINF") || !has(text, "#EXT-X-ENDLIST")) return std::nullopt;
  if (has(text, "#EXT-X-I-FRAMES-ONLY")) return std::nullopt;
  WrittenPlaylist playlist{"hls", true};
  for (const std::string& whole : base::split(text, '\n')) {
    const std::string_view line = base::trim(whole);
    constexpr std::string_view kKey = "#EXT-X-KEY:", kSequence = "#EXT-X-MEDIA-SEQUENCE:";
    if (line.starts_with(kKey) && !has(line, "METHOD=NONE")) return std::nullopt;
    if (line.starts_with(kSequence) && line.substr(kSequence.size()) != "0")
      playlist.is_whole = false;
    if (line.empty() || line.starts_with('#')) continue;
    if (is_elsewhere(line) || line.ends_with(".vtt") || line.ends_with(".webvtt"))
      return std::nullopt;
  }
  return playlist;
}

std::optional<WrittenPlaylist> read_dash(std::string_view text) {
  if (!has(text, "type=\"static\"") || has(text, "<BaseURL>")) return std::nullopt;
  if (has(text, "<ContentProtection")) return std::nullopt;
  return WrittenPlaylist{"dash", true};
}

}  // namespace

std::optional<WrittenPlaylist> read_written_playlist(std::string_view text) {
  const std::string_view start = base::trim(text);
  if (start.starts_with("#EXTM3U")) return read_hls(start);
  if (has(start.substr(0, 1024), "<MPD")) return read_dash(start);
  return std::nullopt;
}

}  // namespace mpegflow::verify
