#pragma once

#include <optional>

#include <sys/types.h>

#include "process/local/cgroup.h"
#include "process/local/wire.h"

namespace mpegflow::process {

struct Launched {
  pid_t pid = -1;  ///< bubblewrap or the inner guard; -1 = errno_value tells why not
  int errno_value = 0;
  int channel = -1;            ///< to the inner guard
  bool pid_namespace = false;  ///< the child is the first process of one (not through bubblewrap)
};

/// Starts the inner guard, through bubblewrap if the plan has it, inside `cgroup` if there is one.
Launched launch_inner(const GuardPlan& plan, const std::optional<Cgroup>& cgroup);

}  // namespace mpegflow::process
