#pragma once

#include <optional>
#include <string>
#include <vector>

#include "process/process.h"

namespace mpegflow::process {

/// Where things are inside the sandbox.
inline constexpr char kJobFolder[] = "/job";                  ///< the working folder
inline constexpr char kGuardInside[] = "/run/mpegflow/self";  ///< our own executable

/// Whose files the program inside may read.
enum class SandboxUsers {
  own,  ///< only what belongs to our user or is open to all, even if we are root
  all,  ///< what root may read; needs a user namespace at kUserNamespaceFd that maps everyone
};

std::optional<base::Path> find_bubblewrap();

/// The command line of bubblewrap up to and with "--": the system's programs and libraries and the
/// folder of `spec.argv[0]` read-only, the working folder at kJobFolder, the inputs in it, and
/// neither network nor other processes.
std::vector<std::string> make_sandbox_command(const base::Path& bubblewrap,
                                              const base::Path& guard_executable,
                                              const ProcessSpec& spec, SandboxUsers users);

}  // namespace mpegflow::process
