#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

/// One memory cgroup per run, version 1 or 2, and the choice of where it may be made. Light enough
/// for the guard.
namespace mpegflow::process {

/// Where cgroups for runs may be made.
struct CgroupParent {
  std::string folder;
  int version = 0;
};

struct CgroupChoice {
  std::optional<CgroupParent> parent;
  std::string detail;  ///< which, or why none and what to do; one line for people
};

/// What the choice looks at; real values by default, a made-up tree in tests.
struct CgroupSurroundings {
  std::string own_cgroups;  ///< text of /proc/self/cgroup
  std::string mounts;       ///< text of /proc/self/mountinfo
};
CgroupSurroundings read_cgroup_surroundings();

/// The folders of the memory controller that this process sits in, version 1 before 2.
std::vector<CgroupParent> list_own_memory_cgroups(const CgroupSurroundings& surroundings);

/// The least memory limit of the cgroups that this process sits in, and of those above; 0 = none.
std::int64_t find_memory_limit(const CgroupSurroundings& surroundings);

/// Tries where a cgroup with a memory limit can really be made: below our own one (so that whatever
/// limits us limits our children too) or, version 2, beside it. A version 2 cgroup that was
/// delegated to us and holds nobody else is turned into a parent: this process moves into a leaf.
CgroupChoice choose_cgroup_parent();

/// Removes empty cgroups left behind by engines that are gone.
void sweep_stale_cgroups(const CgroupParent& parent);

/// "mpegflow-PID-N", unique in this engine.
std::string make_cgroup_name();

/// The cgroup of one run; the destructor does nothing, because the processes in it outlive the
/// object that made it on the way to exec.
class Cgroup {
 public:
  /// Makes the folder and sets the limit (0 = none), or gives nothing.
  static std::optional<Cgroup> make(const std::string& folder, int version,
                                    std::int64_t memory_limit);
  /// The cgroup that someone else made.
  Cgroup(std::string folder, int version) : folder_(std::move(folder)), version_(version) {}

  /// An fd into which a process writes "0" to join; -1 if there is none.
  int open_procs() const;
  std::vector<pid_t> list_pids() const;
  /// How often the kernel's memory killer struck in here.
  std::int64_t count_oom_kills() const;
  void kill_all() const;
  /// True once it is gone; false while processes (or zombies) are in it.
  bool remove() const;

 private:
  std::string folder_;
  int version_;
};

}  // namespace mpegflow::process
