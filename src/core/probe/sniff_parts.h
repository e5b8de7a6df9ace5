#pragma once

#include <optional>
#include <string>

#include "core/probe/sniff.h"

// The families that sniff() asks in turn. Each answers only for what it recognises.

namespace mpegflow::probe {

using SniffResult = tl::expected<Sniff, retry::Finding>;

/// A refusal in plain words: the cause of the reason code, then what we saw.
retry::Finding refuse(std::string_view reason, std::string rule, const std::string& seen);

/// Web pages, archives, documents, programs: never media, whatever the name says.
std::optional<retry::Finding> find_foreign_file(const SniffInput& input);

/// Playlists and scripts that make FFmpeg open other files; subtitles; other text.
std::optional<SniffResult> sniff_text(const SniffInput& input);

/// Containers with a fixed signature, with their own idea of how long the file should be.
std::optional<Sniff> sniff_container(const SniffInput& input);

/// Streams without a container: transport and program streams, raw video and audio.
std::optional<Sniff> sniff_raw_stream(const SniffInput& input);

/// Still pictures; refused if the header declares an impossible size.
std::optional<SniffResult> sniff_image(const SniffInput& input);

}  // namespace mpegflow::probe
