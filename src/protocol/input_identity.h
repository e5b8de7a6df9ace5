#pragma once

#include <string>

#include "base/file.h"

namespace mpegflow::protocol {

/// A file identity as it stands on a job's input row and as a worker compares it.
std::string to_text(const base::FileIdentity& identity);

}  // namespace mpegflow::protocol
