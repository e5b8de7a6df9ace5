#pragma once

#include "app/parts.h"
#include "cli/serve_order.h"

namespace mpegflow::app {

/// `mpegflow serve`: engine, keeper, sender, API and (if it is to have one) a worker, on the state
/// directory of the config, until a signal asks for a stop; then what waits is answered and what
/// runs is given back. Errors: already_running (another server has the state directory, or
/// somebody listens there), those of opening the parts.
base::Result<void> serve(const cli::Config& config, const cli::Environment& environment,
                         const cli::ServeOrder& order, Parts& parts);

}  // namespace mpegflow::app
