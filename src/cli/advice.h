#pragma once

#include <string>

#include "store/rows.h"

namespace mpegflow::cli {

/// What the user can do about a task that did not succeed, in one sentence; empty if nothing is
/// to be done.
std::string advise(const store::TaskRow& task);

}  // namespace mpegflow::cli
