#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::encode {

/// The names in what `ffmpeg -LIST` prints, in its order, whatever the version; LIST is one of
/// encoders, decoders, filters, muxers, demuxers, bsfs, protocols, hwaccels. A format with several
/// names ("mov,mp4,m4a") gives each.
std::vector<std::string> parse_capability_list(std::string_view list, std::string_view text);

/// The families in what `fc-list : family` prints, sorted, each once.
std::vector<std::string> parse_font_families(std::string_view text);

/// Whether a log says of something that it is not there, so that it matters what the build has.
bool names_something_missing(std::string_view stderr_text);

}  // namespace mpegflow::encode
