#pragma once

#include <string>
#include <vector>

#include "base/file.h"
#include "cli/context.h"

namespace mpegflow::app {

/// Is the program called by the name ffmpeg (a link to it)?
bool is_called_ffmpeg(const char* program);

/// The ffmpeg along `path` that is not this program; empty if there is none.
base::Path find_other_ffmpeg(const std::string& path);

/// Behaves as ffmpeg with these words (the program first): what is understood runs as a job, its
/// log on standard error, the exit code as FFmpeg's (0, 1, 255). Everything else becomes the real
/// ffmpeg, with one line on standard error that says why.
int run_as_ffmpeg(const std::vector<std::string>& argv, cli::Context& context);

}  // namespace mpegflow::app
