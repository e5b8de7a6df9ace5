#pragma once

#include <string>

#include "store/rows.h"

namespace mpegflow::engine {

/// What tells this machine, since it was started, from others.
struct Machine {
  std::string host;     ///< empty = every session is taken for one of this machine
  std::string boot_id;  ///< of this boot
};

/// Why the worker process of a session is dead for sure; empty if it may be alive. `own_lock` is a
/// lock file that this process holds: nobody else can.
std::string find_proof_of_death(const store::SessionRow& session, const Machine& machine,
                                const std::string& own_lock);

}  // namespace mpegflow::engine
