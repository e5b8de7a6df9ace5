#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mpegflow::verify {

/// A playlist or manifest that a command wrote beside its segments, by which all of them can be
/// read as one file.
struct WrittenPlaylist {
  std::string container;  ///< the demuxer: hls, dash
  bool is_whole = true;   ///< false: it begins after segments that it has dropped

  bool operator==(const WrittenPlaylist&) const = default;
};

/// Reads an HLS media playlist or a DASH manifest. nullopt for what cannot be read so, or not to
/// its end: master playlists, live ones, those of encrypted segments, of subtitles, of key frames
/// alone, and those that speak of other places than their own folder.
std::optional<WrittenPlaylist> read_written_playlist(std::string_view text);

}  // namespace mpegflow::verify
