#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::command {

/// What a playlist or a manifest has FFmpeg open.
struct ListedFile {
  std::string name;         ///< as it is written; relative names start at the list
  bool is_list = false;     ///< a playlist again
  bool is_pattern = false;  ///< stands for several, as a glob: what only the player counts

  bool operator==(const ListedFile&) const = default;
};

/// Of an HLS playlist: segments, initialisation segments, keys and other playlists; each once.
std::vector<ListedFile> list_hls_files(std::string_view playlist);

/// Of a DASH manifest: segments and initialisation segments of all representations; each once.
std::vector<ListedFile> list_dash_files(std::string_view manifest);

/// Of an HLS key info file: the file of the key, or empty.
std::string find_key_file(std::string_view key_info);

}  // namespace mpegflow::command
