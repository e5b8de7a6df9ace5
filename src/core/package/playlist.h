#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/package/summary.h"

namespace mpegflow::package {

/// EXT-X-TARGETDURATION, whole seconds: the longest segment, rounded, at least 1. RFC 8216 wants
/// the same in all media playlists of a master playlist, so ask for all of them at once.
std::int64_t find_target_duration(std::span<const Summary> renditions);

/// A VOD media playlist (version 7) beside init.mp4 and the segments.
std::string make_media_playlist(const Summary& summary, std::int64_t target_duration);

/// A playlist of the key frames alone: byte ranges into the same segments.
std::string make_iframe_playlist(const Summary& summary, std::int64_t target_duration);

struct Variant {
  std::string uri;  ///< of its media playlist, relative to the master: "1080p/index.m3u8"
  Summary summary;
  std::string iframes_uri = {};  ///< of its I-frame playlist, or empty
};

struct AudioRendition {
  std::string uri;
  std::string name;      ///< for people, "English"
  std::string language;  ///< RFC 5646, empty if unknown
  Summary summary;
  bool is_default = true;
  bool is_autoselect = true;
  std::string characteristics = {};  ///< "public.accessibility.describes-video"
};

struct SubtitleRendition {
  std::string uri;
  std::string name;
  std::string language;
  bool is_default = false;
  bool is_autoselect = true;
  bool is_forced = false;
  std::string characteristics = {};
  std::string file_uri = {};  ///< all of it as one file, or empty
  std::int64_t file_bytes = 0;
};

struct MasterPlan {
  std::vector<Variant> variants;
  std::vector<AudioRendition> audio;  ///< one group; without variants the first is the only one
  std::vector<SubtitleRendition> subtitles;  ///< one group
  std::int64_t target_duration = 0;          ///< that of the media playlists
};

/// The master playlist, highest peak bit rate first; every number from what was written.
std::string make_master_playlist(const MasterPlan& plan);

/// `path` as a relative URI reference: all but unreserved characters and '/' are percent-encoded.
std::string to_relative_uri(std::string_view path);

}  // namespace mpegflow::package
