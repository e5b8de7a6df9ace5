#pragma once

#include <string_view>

#include "core/command/escape.h"
#include "core/command/file_use.h"
#include "core/command/refusal.h"

namespace mpegflow::command {

/// Adds the files that a filtergraph opens (subtitles, LUTs, logs, …) to `files`. `graph` is the
/// value of the word `word`. Refuses filters that nobody knows, plugins, devices, and files that
/// cannot be told.
Outcome<void> find_filter_files(const MarkedText& graph, std::size_t word, FileList& files);

}  // namespace mpegflow::command
