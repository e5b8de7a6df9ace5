#include "cli/grammar/common.h"

#include "base/text.h"

namespace mpegflow::cli::grammar {

void add_json(const Syntax& command, Arguments& arguments) {
  command.flag("--json", arguments.wants_json, "Print a JSON record");
}

void add_state(const Syntax& command, Arguments& arguments) {
  command.option("--state", &arguments.flags.state_directory,
                 "State directory (default: MPEGFLOW_STATE)", "DIRECTORY");
}

void add_sandbox(const Syntax& command, Arguments& arguments) {
  command.option("--sandbox", &arguments.flags.sandbox, "auto, on or off", "MODE");
}

void add_another_way(const Syntax& command, Arguments& arguments) {
  command.option("--pool", &arguments.pool, "Run it in this pool", "POOL");
  command.option("--revision", &arguments.revision, "Run it with this encoder revision (id)",
                 "REVISION");
}

Syntax add_read(const Syntax& parent, Arguments& arguments, const char* name,
                const char* description) {
  const Syntax command = parent.add(name, description);
  add_json(command, arguments);
  add_state(command, arguments);
  return command;
}

Syntax add_ask(const Syntax& parent, Arguments& arguments, const char* name,
               const char* description) {
  const Syntax command = add_read(parent, arguments, name, description);
  command.option("--server", &arguments.server.server,
                 "Ask this server, as in https://host:8443 or unix:///path (default: MPEGFLOW_URL)",
                 "URL");
  command.option("--key-file", &arguments.server.key_file,
                 "File with a key for it (default: the key in MPEGFLOW_KEY)", "FILE");
  command.option("--profile", &arguments.server.profile,
                 "Ask the server of that name in servers.yaml (default: MPEGFLOW_PROFILE)", "NAME");
  return command;
}

tl::unexpected<base::Error> usage(std::string message) {
  return base::fail(base::ErrorCode::invalid_argument, std::move(message));
}

}  // namespace mpegflow::cli::grammar
