#pragma once

#include <string>

#include "cli/context.h"

namespace mpegflow::cli {

/// Who gives the command, for the record of who changed what: user@host, as far as it is known.
std::string find_user(const Context& context);

}  // namespace mpegflow::cli
