#pragma once

#include "app/parts.h"
#include "cli/worker_order.h"

namespace mpegflow::app {

/// `mpegflow worker`: the worker loop for a server on another machine, until a signal or the server
/// asks it to end. The first signal lets running tasks go on for the drain time of the order, the
/// second gives them back at once. What it had under way when it was killed is given back at its
/// next start. Errors: already_running (another worker has the state directory), those of finding
/// FFmpeg, what the server refuses.
base::Result<void> work(const cli::Config& config, const cli::Environment& environment,
                        const cli::WorkerOrder& order, Parts& parts);

}  // namespace mpegflow::app
