#include "cli/server_address.h"

#include "http/client.h"

namespace mpegflow::cli {

std::optional<ServerAddress> parse_server(std::string_view text) {
  constexpr std::string_view kSocket = "unix://";
  if (text.starts_with(kSocket)) {
    const std::string_view path = text.substr(kSocket.size());
    if (!path.starts_with('/') || path.size() == 1) return std::nullopt;
    return ServerAddress{"http://localhost", std::string(path)};
  }
  if (!http::is_web_url(std::string(text))) return std::nullopt;
  while (text.ends_with('/')) text.remove_suffix(1);
  const std::size_t host = text.find("://") + 3;
  if (host >= text.size() || text.find('/', host) != std::string_view::npos) return std::nullopt;
  return ServerAddress{std::string(text), ""};
}

}  // namespace mpegflow::cli
