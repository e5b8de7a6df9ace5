#pragma once

#include <string>
#include <vector>

#include "base/file.h"

namespace mpegflow::e2e {

/// A clip of four seconds, 320x180 at 25 frames a second, H.264 and AAC; made once per program.
/// `extension` says the container: "mp4" (index at the end), "mkv", "ts", "h264" (video alone).
const base::Path& make_clip(const std::string& extension = "mp4");
/// The same as an MP4 with its index at the front.
const base::Path& make_faststart_clip();

/// The bytes of a file; the test fails if it cannot be read.
std::string read_bytes(const base::Path& file);

/// What `ffmpeg -v error` with these arguments makes; the test fails if it fails.
void run_ffmpeg(const std::vector<std::string>& arguments);

}  // namespace mpegflow::e2e
