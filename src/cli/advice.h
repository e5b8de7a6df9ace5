#pragma once

#include <string>

#include "store/rows.h"

namespace mpegflow::cli {

/// What the user can do about a task that did not succeed, in one sentence; empty if nothing is
/// to be done. A job of `mpegflow run` goes on with its command, one of a server with another word.
std::string advise(const store::JobRow& job, const store::TaskRow& task);

}  // namespace mpegflow::cli
