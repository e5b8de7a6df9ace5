#pragma once

#include <string>

#include "core/package/playlist.h"

namespace mpegflow::package {

/// A static MPD over the same segments that the playlists name: one adaptation set per video codec
/// (a player does not switch between codecs) and per audio rendition, segments by number with the
/// exact time line of what was written. All URIs are relative to the MPD, whose place is that of
/// the master playlist.
std::string make_dash_manifest(const MasterPlan& plan);

}  // namespace mpegflow::package
