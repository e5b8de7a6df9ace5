#pragma once

#include <string>

#include "cli/records.h"

namespace mpegflow::cli {

/// "4.29 GB", or "-" if the pool does not tell.
std::string show_memory(const store::PoolRow& pool);

}  // namespace mpegflow::cli
