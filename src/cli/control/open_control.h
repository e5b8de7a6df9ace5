#pragma once

#include "cli/context.h"
#include "cli/control/control.h"
#include "cli/control/http_control.h"

namespace mpegflow::cli {

/// The server that the settings name, or the state of this machine. `context` outlives it. Errors:
/// those of opening the state; invalid_argument without a key for the server.
base::Result<std::unique_ptr<Control>> open_control(const Context& context);

/// For what a server of this machine's state knows better than the state: that server, if none is
/// named and it answers at its socket; else as open_control.
base::Result<std::unique_ptr<Control>> open_informed_control(const Context& context);

/// The same for what only a server can do: without one in the settings, the one on this machine's
/// own socket.
base::Result<std::unique_ptr<HttpControl>> open_server(const Context& context);

}  // namespace mpegflow::cli
