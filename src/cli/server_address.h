#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mpegflow::cli {

/// Where a server is.
struct ServerAddress {
  std::string url;     ///< "https://host:8443", without a path
  std::string socket;  ///< of this machine, to be asked there instead; empty = none

  bool operator==(const ServerAddress&) const = default;
};

/// "http://…", "https://…" or "unix:///path"; nullopt if it is none of them or has a path.
std::optional<ServerAddress> parse_server(std::string_view text);

}  // namespace mpegflow::cli
