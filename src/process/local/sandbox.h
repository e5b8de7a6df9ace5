#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "process/process.h"

namespace mpegflow::process {

/// Where things are inside the sandbox.
inline constexpr char kJobFolder[] = "/job";                  ///< the working folder
inline constexpr char kGuardInside[] = "/run/mpegflow/self";  ///< our own executable
inline constexpr char kInputsInside[] = "/run/mpegflow/inputs";

/// Whose files the program inside may read.
enum class SandboxUsers {
  own,  ///< only what belongs to our user or is open to all, even if we are root
  all,  ///< what root may read; needs a user namespace at kUserNamespaceFd that maps everyone
};

std::optional<base::Path> find_bubblewrap();

/// More inputs than these are shown by their folders, and stand in the working folder as links:
/// each file that is bound costs bubblewrap a look at all the others, and it takes no more than
/// 3000.
inline constexpr std::size_t kMostBoundInputs = 200;
/// Of so many inputs: each folder that holds one, and where it is inside. Empty if each is bound.
std::map<base::Path, base::Path> list_shown_folders(const ProcessSpec& spec);
/// The file itself, whatever links lead to it.
base::Path find_file_itself(const base::Path& path);

/// The command line of bubblewrap up to and with "--": the system's programs and libraries and the
/// folder of `spec.argv[0]` read-only, the working folder at kJobFolder, the inputs in it, the
/// devices of `spec` that are there, and neither network nor other processes.
std::vector<std::string> make_sandbox_command(const base::Path& bubblewrap,
                                              const base::Path& guard_executable,
                                              const ProcessSpec& spec, SandboxUsers users);

}  // namespace mpegflow::process
