#pragma once

#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "cli/arguments.h"
#include "cli/context.h"
#include "core/retry/user_rules.h"

namespace mpegflow::cli {

/// The rules of a file, none if `file` is empty. Faults are an error (invalid_spec) that lists them
/// all, each with its line.
base::Result<std::vector<retry::UserRule>> read_user_rules_file(const base::Path& file);

/// The file that --rules names, or else MPEGFLOW_RULES.
base::Path rules_path(const Arguments& arguments, const Context& context);

}  // namespace mpegflow::cli
