#pragma once

#include "base/file.h"

namespace mpegflow::process {

/// The program that is to stand between the engine and FFmpeg (guard.h). The whole of mpegflow can
/// do it, but two starts of it for each FFmpeg cost more than a short encode; so it carries a small
/// one, which is put into `folder` when it is not there yet. Where that cannot be done, or nothing
/// may be run from there, it is mpegflow itself.
base::Path find_guard(const base::Path& folder);

}  // namespace mpegflow::process
