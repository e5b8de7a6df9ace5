#pragma once

#include <string>

#include "core/package/playlist.h"

namespace mpegflow::package {

/// A static MPD over the same segments that the playlists name: one adaptation set per video codec
/// (a player does not switch between codecs) and per audio rendition, segments by number with the
/// exact time line of what was written, and one per rendition of text that is also one file: that
/// is how players of DASH take WebVTT, for segments of it are HLS's own. All URIs are relative to
/// the MPD, whose place is that of the master playlist.
std::string make_dash_manifest(const MasterPlan& plan);

}  // namespace mpegflow::package
