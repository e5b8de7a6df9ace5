#pragma once

#include <functional>
#include <span>
#include <string>

#include "cli/context.h"
#include "cli/exit_codes.h"
#include "cli/grammar/tree.h"
#include "cli/worker_order.h"

namespace mpegflow::cli {

/// Works for a server until a signal asks it to stop, or the server does.
using Work = std::function<base::Result<void>(const Config&, const WorkerOrder&)>;

/// Its grammar, which is not among that of all commands.
grammar::Tree describe_worker_command();

/// Whether these words are `worker` with options, and no look at hosts.
bool is_worker_command(std::span<const std::string> words);

/// mpegflow worker: does the tasks of a server on another machine, until a signal ends it.
ExitCode run_worker_command(std::span<const std::string> words, Context& context, const Work& work);

}  // namespace mpegflow::cli
