#pragma once

#include <string>
#include <vector>

#include "core/plan/task_params.h"
#include "core/probe/probe.h"

namespace mpegflow::plan {

/// A stream of the source that becomes a rendition of its own, and what players are told of it.
struct ChosenTrack {
  int stream_index = 0;
  TrackParams track;

  bool operator==(const ChosenTrack&) const = default;
};

/// All sound that can be decoded, the main one first with the key "audio", the others as
/// "audio-LANGUAGE" or "audio-NUMBER"; none of the keys is in `taken`. Names are unique.
std::vector<ChosenTrack> choose_audio(const probe::Probe& probe,
                                      const std::vector<std::string>& taken);

/// All subtitles that are text, with keys like "subtitles-en"; none is on by default.
std::vector<ChosenTrack> choose_subtitles(const probe::Probe& probe,
                                          const std::vector<std::string>& taken);

/// Text, not pictures of text.
bool is_text(const probe::SubtitleStream& stream);

}  // namespace mpegflow::plan
