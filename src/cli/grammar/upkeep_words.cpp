#include <fmt/format.h>

#include "base/text.h"
#include "cli/grammar/common.h"
#include "cli/grammar/families.h"
#include "core/upkeep/retention.h"

namespace mpegflow::cli::grammar {
namespace {

void add_gc(const Syntax& root, Arguments& arguments) {
  const Syntax gc = add_read(root, arguments, "gc", "Remove what nobody needs any more");
  gc.flag("--dry-run", arguments.is_dry_run, "Only say what would be removed, and why");
  gc.option("--grace", &arguments.grace,
            "How long a worker that nobody hears may still write (default 48h)", "AGE");
  gc.option("--keep-history", &arguments.flags.retention_history,
            "Remove jobs that are over for longer: 90d, or forever", "AGE");
  gc.option("--keep-logs", &arguments.flags.retention_logs,
            "Remove logs of jobs that are over for longer: 90d, or forever", "AGE");
}

void add_fsck(const Syntax& root, Arguments& arguments) {
  const Syntax fsck =
      add_read(root, arguments, "fsck", "Check that the state is what it promises to be");
  fsck.flag("--quick", arguments.is_quick, "Compare sizes, hash nothing");
  fsck.flag("--repair", arguments.wants_repair, "Mend what needs no guessing");
}

void add_config(const Syntax& root, Arguments& arguments) {
  const Syntax config = root.add_noun("config", "Look at settings");
  const Syntax show =
      add_ask(config, arguments, "show", "Show every setting and where it comes from");
  show.option("-j,--jobs", &arguments.flags.jobs, "Encoders at once", "N");
  add_sandbox(show, arguments);
}

}  // namespace

void add_upkeep(const Syntax& root, Arguments& arguments) {
  add_sandbox(add_read(root, arguments, "doctor", "Check whether this machine has what jobs need"),
              arguments);
  add_gc(root, arguments);
  add_fsck(root, arguments);
  add_config(root, arguments);
  add_json(root.add("version", "Print the version"), arguments);
  root.add("completion", "Print what completes the words of mpegflow in a shell")
      .required_choice("SHELL", &arguments.shell, "bash, zsh or fish", {"bash", "zsh", "fish"});
  root.add("help", "Print help: help job show").word("COMMAND", &arguments.words, "A command");
}

base::Result<void> finish_gc(const Arguments& arguments) {
  if (!upkeep::parse_age(arguments.grace))
    return usage(fmt::format("--grace {} is not an age; write {}", base::quote(arguments.grace),
                             upkeep::kAgeForm));
  return {};
}

}  // namespace mpegflow::cli::grammar
