#include <algorithm>

#include "cli/commands.h"
#include "cli/completion_script.h"
#include "cli/worker_command.h"

namespace mpegflow::cli {

ExitCode completion(const Arguments& arguments, Context& context) {
  grammar::Tree root = describe_commands();
  // `worker` alone is a command, too, with options of its own.
  const grammar::Tree own = describe_worker_command();
  const auto worker = std::ranges::find(root.commands, own.name, &grammar::Tree::name);
  worker->parameters = own.parameters;
  *context.out.stream << make_completion(root, arguments.shell);
  return ExitCode::done;
}

}  // namespace mpegflow::cli
