#include "cli/control/open_control.h"

#include <filesystem>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/control/local_control.h"
#include "cli/output.h"

namespace mpegflow::cli {
namespace {

/// On a socket of this machine the user needs none.
base::Result<std::string> find_token(const Context& context, const ServerAddress& server) {
  std::string token = find_variable(context, "MPEGFLOW_KEY");
  if (const std::string& file = context.server.key_file.text; !file.empty()) {
    ASSIGN_OR_RETURN(token, base::read_file(file));
    if (base::trim(token).empty())
      return base::fail(base::ErrorCode::invalid_argument,
                        fmt::format("{} is empty; expected the key that mpegflow key create prints",
                                    base::to_printable(file)));
  }
  token = base::trim(token);
  if (!token.empty() || !server.socket.empty()) return token;
  return base::fail(base::ErrorCode::invalid_argument,
                    "the server " + server.url +
                        " needs a key: set MPEGFLOW_KEY, or give --key-file FILE; on the server, "
                        "mpegflow key create makes one");
}

}  // namespace

base::Result<std::unique_ptr<HttpControl>> open_server(const Context& context) {
  ServerAddress server{"http://localhost", context.config.socket_path().native()};
  if (context.server.is_there()) server = context.server.address();
  ASSIGN_OR_RETURN(std::string token, find_token(context, server));
  return std::make_unique<HttpControl>(std::move(server), std::move(token), *context.http);
}

base::Result<std::unique_ptr<Control>> open_control(const Context& context) {
  if (!context.server.is_there()) return LocalControl::open(context);
  ASSIGN_OR_RETURN(std::unique_ptr<Control> server, open_server(context));
  return server;
}

base::Result<std::unique_ptr<Control>> open_informed_control(const Context& context) {
  std::error_code ignored;
  if (!context.server.is_there() &&
      std::filesystem::exists(context.config.socket_path(), ignored)) {
    ASSIGN_OR_RETURN(std::unique_ptr<HttpControl> server, open_server(context));
    if (server->is_there()) return server;
  }
  return open_control(context);
}

}  // namespace mpegflow::cli
