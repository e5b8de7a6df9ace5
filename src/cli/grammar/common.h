#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/grammar/syntax.h"

namespace mpegflow::cli::grammar {

/// Options that many commands have.
void add_json(const Syntax& command, Arguments& arguments);
void add_state(const Syntax& command, Arguments& arguments);
void add_sandbox(const Syntax& command, Arguments& arguments);
/// --pool and --revision of what is to be tried in another way.
void add_another_way(const Syntax& command, Arguments& arguments);
/// A command that looks at the state, with --json and --state.
Syntax add_read(const Syntax& parent, Arguments& arguments, const char* name,
                const char* description);

/// The same for a command that also asks a server, with --server, --key-file and
/// --profile.
Syntax add_ask(const Syntax& parent, Arguments& arguments, const char* name,
               const char* description);

tl::unexpected<base::Error> usage(std::string message);

}  // namespace mpegflow::cli::grammar
