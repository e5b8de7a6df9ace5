#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/probe/probe.h"

namespace mpegflow::package {

/// A text and when it is shown, in milliseconds of the job's time line.
struct Cue {
  std::int64_t start = 0, end = 0;
  std::string settings;  ///< after the times, "align:start"
  std::string text;      ///< lines, without a line break at the end

  bool operator==(const Cue&) const = default;
};

/// Reads a WebVTT file, as FFmpeg writes it. Cues that end before they begin, or before 0, are left
/// out. invalid_argument if it is no WebVTT.
base::Result<std::vector<Cue>> parse_webvtt(std::string_view text);

struct TextSegment {
  std::string name;  ///< "seg_00001.vtt"
  std::string bytes;
  std::int64_t duration_us = 0;

  bool operator==(const TextSegment&) const = default;
};

/// One segment per `duration` (seconds) up to `total` (seconds) or the end of the last cue, which
/// counts for one segment more at most; at least one. A cue that reaches into several is in each of
/// them, with its whole time.
std::vector<TextSegment> make_text_segments(const std::vector<Cue>& cues,
                                            const probe::Rational& duration, double total);

/// All of it in one file, for players that take text whole, as those of DASH do.
std::string make_text_file(const std::vector<Cue>& cues);

/// The media playlist beside them. RFC 8216 lets the target duration of subtitles be their own.
std::string make_text_playlist(const std::vector<TextSegment>& segments);

}  // namespace mpegflow::package
