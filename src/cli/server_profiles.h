#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace mpegflow::cli {

/// A server under a name.
struct ServerProfile {
  std::string url;
  base::Path key_file;  ///< absolute; empty = none

  bool operator==(const ServerProfile&) const = default;
};

/// By name.
using ServerProfiles = std::map<std::string, ServerProfile>;

/// Reads the text of `file`: YAML or JSON, {servers: {NAME: {url: …, key_file: …}}}. A relative key
/// file is beside `file`, "~/" is `home`. The error (invalid_argument) lists every fault with its
/// line.
base::Result<ServerProfiles> parse_server_profiles(std::string_view text, const base::Path& file,
                                                   const base::Path& home);

/// The profile of that name. Errors (invalid_argument): the file cannot be read or is faulty, it
/// has no such name (those that it has are told), or others than its owner may read the key.
base::Result<ServerProfile> find_server_profile(const std::string& name, const base::Path& file,
                                                const base::Path& home);

}  // namespace mpegflow::cli
