#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

/// Looking at and ending processes through /proc. Light enough for the guard.
namespace mpegflow::process {

/// Up to `limit` bytes of a file of /proc or of a cgroup; empty if it cannot be read.
std::string read_kernel_file(const std::string& path, std::size_t limit = 65536);

enum class ThreadsLookedAt {
  main_only,  ///< cheap; misses what a second thread forked
  all,
};

/// All descendants of `root`, without it.
std::vector<pid_t> list_descendants(pid_t root, ThreadsLookedAt threads);

struct TreeSample {
  std::int64_t anonymous_bytes = 0;
  std::int64_t cpu_us = 0;
  std::int64_t io_bytes = 0;  ///< read, and written to files, so far; only if asked for
};

enum class IoCounted { no, yes };

/// The sum over `pids`; those that are gone meanwhile count nothing.
TreeSample sample_processes(const std::vector<pid_t>& pids, IoCounted io);

/// Sends SIGKILL to every descendant of `root`. Call again until nothing is left: a process may
/// fork between the look and the shot.
void kill_descendants(pid_t root);

/// The processes whose environment has the variable `assignment` ("HOME=/x/y").
std::vector<pid_t> find_processes_with_variable(std::string_view assignment);

/// The processes whose standard error is a file below `folder`: guards and programs of attempts in
/// there, whoever started them.
std::vector<pid_t> find_processes_writing_below(std::string_view folder);

/// The processes whose standard error is this file.
std::vector<pid_t> find_processes_writing_to(dev_t device, ino_t inode);

}  // namespace mpegflow::process
