#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/log.h"
#include "core/upkeep/retention.h"

namespace mpegflow::cli {

/// Environment variables as they were when the program started.
using Environment = std::map<std::string, std::string>;

enum class Origin { built_in, profile, environment, flag };
std::string_view to_word(Origin origin);  ///< default, profile, environment, flag

/// What somebody chose, and where. `text` is kept as it was given, so that a bad value can be
/// shown.
struct Setting {
  std::string text;
  Origin origin = Origin::built_in;
  std::string source;  ///< "MPEGFLOW_STATE", "--state"; empty for a default

  bool operator==(const Setting&) const = default;
};

enum class SandboxMode { automatic, on, off };

struct ConfigFault {
  std::string_view setting;  ///< "jobs"
  Origin origin = Origin::built_in;
  std::string message;  ///< what was found where, and what was expected
};

/// An address and a port to listen at.
struct ListenAddress {
  std::string address;
  std::uint16_t port = 0;

  bool operator==(const ListenAddress&) const = default;
};

/// Every setting of a command. No file is read: flags win over the environment, that wins over the
/// defaults. The typed readers hold once validate() found nothing.
struct Config {
  Setting state_directory;
  Setting ffmpeg;   ///< a path, or a name to look for in PATH
  Setting ffprobe;  ///< the same
  Setting sandbox;
  Setting jobs;               ///< encoders at once
  Setting presets;            ///< folder of the user's own
  Setting servers;            ///< a file of servers with names
  Setting rules;              ///< a file of the user's own rules for logs; empty = none
  Setting retry_policies;     ///< a file of the deployment's retry policies; empty = none
  Setting log_level;          ///< debug, info, warn, error, off
  Setting alerts_command;     ///< a command line; empty = none
  Setting alerts_url;         ///< of a web server; empty = none
  Setting retention_history;  ///< how long jobs are kept that are over
  Setting retention_logs;     ///< the same of their logs alone
  Setting log_format;         ///< console or json
  Setting listen;             ///< of serve: addresses with commas; empty = none
  Setting socket;             ///< of serve: of its local socket; empty = in the state directory
  Setting roots;              ///< of serve: folders with colons
  Setting host_names;         ///< of serve: names with commas
  Setting tls_certificate;    ///< of serve: a file; empty = no TLS
  Setting tls_key;

  /// Every fault at once.
  std::vector<ConfigFault> validate() const;

  base::Path presets_path() const { return presets.text; }
  base::Path state_path() const { return state_directory.text; }
  SandboxMode sandbox_mode() const;
  std::int64_t encoders_at_once() const;
  base::LogLevel level() const;
  /// The same for a service, whose log is all that it shows: info where nobody says otherwise.
  base::LogLevel service_level() const;
  /// Who is told of what becomes of jobs, as the store keeps it.
  std::vector<std::string> alert_endpoints() const;
  upkeep::Keep keep_history() const;
  upkeep::Keep keep_logs() const;
  base::Path socket_path() const;
  std::vector<ListenAddress> listen_addresses() const;
  std::vector<base::Path> root_folders() const;
  std::vector<std::string> names_of_host() const;
};

/// All settings with their names, in the order in which they are shown.
std::vector<std::pair<std::string_view, const Setting*>> list_settings(const Config& config);

/// What the command line says of settings.
struct ConfigFlags {
  std::optional<std::string> state_directory, sandbox, jobs, retention_history, retention_logs;
  std::optional<std::string> log_format, listen, socket, roots, host_names, tls_certificate,
      tls_key;
};

/// `working_directory` makes relative paths absolute; `cores` is the default of jobs.
Config make_config(const Environment& environment, const ConfigFlags& flags,
                   const base::Path& working_directory, unsigned cores);

}  // namespace mpegflow::cli
