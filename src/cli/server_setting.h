#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/config.h"
#include "cli/server_address.h"

namespace mpegflow::cli {

/// What the command line says of a server.
struct ServerFlags {
  std::optional<std::string> server, key_file, profile;
};

/// Whom a command asks: a server, or the state of this machine.
struct ServerSetting {
  Setting server;    ///< empty = the state of this machine
  Setting key_file;  ///< with the key for it; empty = the one in MPEGFLOW_KEY
  Setting profile;   ///< by which name the server was found; empty = by its own address
  std::string profile_fault = {};  ///< why it was not

  bool is_there() const { return !server.text.empty() || !profile_fault.empty(); }
  ServerAddress address() const;
};

/// --server, --profile, MPEGFLOW_URL, MPEGFLOW_PROFILE, the first that there is; a state that the
/// command line names is closer than a server of the environment. The key goes with the server: a
/// profile's own is not the one of the environment. Reads the file of profiles if one is named.
ServerSetting choose_server(const Environment& environment, const ServerFlags& flags,
                            const Config& config, const base::Path& working_directory);

/// Its settings with their names, as list_settings(); a key itself is never one of them.
std::vector<std::pair<std::string_view, Setting>> list_settings(const ServerSetting& setting,
                                                                const Environment& environment);

/// What does not do of it.
std::vector<ConfigFault> find_faults(const ServerSetting& setting, const Config& config);

}  // namespace mpegflow::cli
