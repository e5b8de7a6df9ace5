#pragma once

#include <string_view>

#include "base/file.h"

namespace mpegflow::engine {

/// The lock of everything that works on jobs of this identity, in the folder of such locks.
base::Path run_lock_path(const base::Path& folder, std::string_view identity);

/// Takes the lock and writes down by which process; let go of with the file. `already` is what is
/// said where another process has it. Errors: already_running (the message names the pid),
/// state_unusable.
base::Result<base::UniqueFd> take_run_lock(
    const base::Path& path, std::string_view already = "the same command is already running");

}  // namespace mpegflow::engine
