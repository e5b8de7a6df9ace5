#include "cli/grammar/common.h"
#include "cli/grammar/families.h"

namespace mpegflow::cli::grammar {

void add_workers(const Syntax& root, Arguments& arguments) {
  const Syntax worker = root.add_noun("worker", "Look at the hosts that do the work");
  add_ask(worker, arguments, "list", "List the hosts, and which get no tasks");
  const Syntax show = add_ask(worker, arguments, "show", "Show a host");
  const Syntax drain = add_ask(worker, arguments, "drain",
                               "Let the workers of a host finish what they have, and end");
  const Syntax quarantine =
      add_ask(worker, arguments, "quarantine", "Give a host no more tasks; what it runs goes on");
  quarantine.required_option("--why", &arguments.why, "Kept on record with who says so", "TEXT");
  const Syntax release = add_ask(worker, arguments, "release",
                                 "Give a host tasks again: end its quarantine or its drain");
  release.option("--why", &arguments.why, "Kept on record with who says so", "TEXT");
  for (const Syntax& command : {show, drain, quarantine, release})
    command.required_word("HOST", &arguments.host,
                          "Its name, the id of one of its workers, or the start of one");
}

}  // namespace mpegflow::cli::grammar
