#pragma once

#include <optional>
#include <string>

#include "base/json.h"
#include "base/room.h"
#include "process/process.h"

namespace mpegflow::worker {

struct Gpu {
  bool is_present = false;
  std::string driver;  ///< version, empty if not known

  bool operator==(const Gpu&) const = default;
};

/// A GPU that an encoder could use: a node of NVIDIA's driver or a render node. `root` is where
/// /dev and /proc are; "/" but in tests.
Gpu find_gpu(const base::Path& root = "/");

/// What was true of the machine around one run.
struct MachineFacts {
  std::optional<base::Room> before, after;  ///< of the scratch disk
  std::int64_t memory_limit = 0;            ///< bytes, 0 = none
  Gpu gpu;
};

/// For the attempt's record.
base::json::object to_json(const MachineFacts& facts, const process::ProcessResult& result);

}  // namespace mpegflow::worker
