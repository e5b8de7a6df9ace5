#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/config.h"
#include "cli/server_address.h"

namespace mpegflow::cli {

/// What the command line says of a server.
struct ServerFlags {
  std::optional<std::string> server, key_file;
};

/// Whom a command asks: a server, or the state of this machine.
struct ServerSetting {
  Setting server;    ///< empty = the state of this machine
  Setting key_file;  ///< with the key for it; empty = the one in MPEGFLOW_KEY

  bool is_there() const { return !server.text.empty(); }
  ServerAddress address() const;
};

/// A state that the command line names is closer than a server of the environment.
ServerSetting choose_server(const Environment& environment, const ServerFlags& flags,
                            const Config& config, const base::Path& working_directory);

/// What does not do of it.
std::vector<ConfigFault> find_faults(const ServerSetting& setting, const Config& config);

}  // namespace mpegflow::cli
