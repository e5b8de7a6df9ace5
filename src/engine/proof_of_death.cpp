#include "engine/proof_of_death.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>

#include "base/file.h"

namespace mpegflow::engine {
namespace {

/// A lock file that may not be opened proves nothing.
bool is_lock_free(const std::string& path) {
  const base::UniqueFd fd(open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd.is_open()) return errno == ENOENT;
  return flock(fd.get(), LOCK_EX | LOCK_NB) == 0;
}

}  // namespace

std::string find_proof_of_death(const store::SessionRow& session, const Machine& machine,
                                const std::string& own_lock) {
  if (!machine.host.empty() && session.host != machine.host) return "";
  if (session.boot_id != machine.boot_id) return "the machine was started anew since";
  if (session.lock_path.empty()) return "";
  if (session.lock_path == own_lock || is_lock_free(session.lock_path))
    return "its process is gone: its lock file is free";
  return "";
}

}  // namespace mpegflow::engine
