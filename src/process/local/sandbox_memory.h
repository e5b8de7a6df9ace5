#pragma once

#include <optional>

#include "base/file.h"
#include "process/local/sandbox.h"

namespace mpegflow::process {

/// What a trial of the sandbox depends on.
struct SandboxTrial {
  base::Path bubblewrap;
  base::Path executable;  ///< ours, which runs inside
};

/// A trial costs as much as a short encode, so what it has shown is kept for the next process: of
/// the same boot, user and programs. nullopt if nothing is known, or `file` is empty. A setting of
/// the kernel may have changed since: whoever is let down by it tries anew.
std::optional<SandboxUsers> recall_sandbox(const base::Path& file, const SandboxTrial& trial);
/// Without it the next process tries again, so a failure is of no matter.
void remember_sandbox(const base::Path& file, const SandboxTrial& trial, SandboxUsers users);
void forget_sandbox(const base::Path& file);

}  // namespace mpegflow::process
