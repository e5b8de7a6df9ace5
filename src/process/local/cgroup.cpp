#include "process/local/cgroup.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "process/local/process_tree.h"

namespace mpegflow::process {

namespace {

constexpr std::string_view kNamePrefix = "mpegflow-";

bool write_kernel_file(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error = errno;
  ::close(fd);
  errno = error;
  return written;
}

/// The words of `text` up to any byte of `separators`.
std::vector<std::string> cut_at(std::string_view text, std::string_view separators) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

bool has_word(std::string_view text, std::string_view word, std::string_view separators) {
  for (const std::string& each : cut_at(text, separators))
    if (each == word) return true;
  return false;
}

/// `path` of /proc/self/cgroup as a folder below `mount_point`, which shows the hierarchy from
/// `mount_root` on.
std::string locate(std::string_view mount_point, std::string_view mount_root,
                   std::string_view path) {
  if (mount_root != "/" && path.starts_with(mount_root)) path.remove_prefix(mount_root.size());
  std::string folder(mount_point);
  if (!path.empty() && path != "/") folder += path;
  return folder;
}

std::optional<std::string> find_own_path(const std::string& own_cgroups, int version) {
  for (const std::string& line : cut_at(own_cgroups, "\n")) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool matches =
        version == 1 ? has_word(controllers, "memory", ",") : line.starts_with("0::");
    if (matches) return line.substr(second + 1);
  }
  return std::nullopt;
}

bool can_make_limited_child(const CgroupParent& parent) {
  const std::string folder = parent.folder + "/" + make_cgroup_name();
  const auto trial = Cgroup::make(folder, parent.version, std::int64_t{1} << 40);
  return trial && trial->remove();
}

/// Moves this process into a leaf of its own version 2 cgroup so that memory limits may be given to
/// other leaves: a version 2 cgroup that hands out controllers must hold no process itself.
bool become_parent(const std::string& folder) {
  if (!has_word(read_kernel_file(folder + "/cgroup.controllers"), "memory", " \n")) return false;
  const std::string self = std::to_string(::getpid());
  if (cut_at(read_kernel_file(folder + "/cgroup.procs"), "\n") != std::vector{self}) return false;
  const std::string leaf = folder + "/mpegflow.engine";
  if (::mkdir(leaf.c_str(), 0755) != 0 && errno != EEXIST) return false;
  if (!write_kernel_file(leaf + "/cgroup.procs", self)) return false;
  if (write_kernel_file(folder + "/cgroup.subtree_control", "+memory")) return true;
  write_kernel_file(folder + "/cgroup.procs", self);
  ::rmdir(leaf.c_str());
  return false;
}

std::optional<CgroupParent> try_version_2(const CgroupParent& own) {
  if (can_make_limited_child(own)) return own;
  const std::size_t slash = own.folder.rfind('/');
  CgroupParent above{own.folder.substr(0, slash), 2};
  if (::access((above.folder + "/cgroup.procs").c_str(), W_OK) == 0 &&
      can_make_limited_child(above) &&
      has_word(read_kernel_file(above.folder + "/cgroup.subtree_control"), "memory", " \n"))
    return above;
  if (become_parent(own.folder) && can_make_limited_child(own)) return own;
  return std::nullopt;
}

}  // namespace

CgroupSurroundings read_cgroup_surroundings() {
  return {read_kernel_file("/proc/self/cgroup"),
          read_kernel_file("/proc/self/mountinfo", std::size_t{4} << 20)};
}

std::vector<CgroupParent> list_own_memory_cgroups(const CgroupSurroundings& surroundings) {
  std::vector<CgroupParent> found;
  for (const int version : {1, 2}) {
    const auto path = find_own_path(surroundings.own_cgroups, version);
    if (!path) continue;
    for (const std::string& line : cut_at(surroundings.mounts, "\n")) {
      const std::size_t dash = line.find(" - ");
      if (dash == std::string::npos) continue;
      const auto left = cut_at(line.substr(0, dash), " ");
      const auto right = cut_at(line.substr(dash + 3), " ");
      if (left.size() < 5 || right.size() < 3) continue;
      const bool matches = version == 1 ? right[0] == "cgroup" && has_word(right[2], "memory", ",")
                                        : right[0] == "cgroup2";
      if (!matches) continue;
      found.push_back({locate(left[4], left[3], *path), version});
      break;
    }
  }
  return found;
}

std::int64_t find_memory_limit(const CgroupSurroundings& surroundings) {
  std::int64_t least = 0;
  for (const CgroupParent& own : list_own_memory_cgroups(surroundings)) {
    const char* file = own.version == 1 ? "/memory.limit_in_bytes" : "/memory.max";
    // What limits a cgroup limits all below it; folders above the mount have no such file.
    for (std::string folder = own.folder; !folder.empty(); folder.erase(folder.rfind('/'))) {
      // "max" is no number; version 1 says so with one that no machine has.
      const std::int64_t limit = std::atoll(read_kernel_file(folder + file).c_str());
      if (limit > 0 && (least == 0 || limit < least)) least = limit;
    }
  }
  return least;
}

CgroupChoice choose_cgroup_parent() {
  const auto own_cgroups = list_own_memory_cgroups(read_cgroup_surroundings());
  for (const CgroupParent& own : own_cgroups) {
    const auto parent = own.version == 1
                            ? (can_make_limited_child(own) ? std::optional(own) : std::nullopt)
                            : try_version_2(own);
    if (!parent) continue;
    sweep_stale_cgroups(*parent);
    return {parent, "version " + std::to_string(parent->version) + ", below " + parent->folder};
  }
  if (own_cgroups.empty())
    return {std::nullopt,
            "no memory cgroup is mounted here; memory is limited by sampling and RLIMIT_DATA"};
  return {std::nullopt, "no cgroup with a memory limit may be made below " +
                            own_cgroups.front().folder +
                            "; run as a systemd service with Delegate=memory, or hand the folder "
                            "over with chown. Memory is limited by sampling and RLIMIT_DATA"};
}

void sweep_stale_cgroups(const CgroupParent& parent) {
  const std::unique_ptr<DIR, int (*)(DIR*)> handle(::opendir(parent.folder.c_str()), ::closedir);
  if (!handle) return;
  while (const dirent* entry = ::readdir(handle.get())) {
    const std::string_view name = entry->d_name;
    if (!name.starts_with(kNamePrefix)) continue;
    const int pid = std::atoi(entry->d_name + kNamePrefix.size());
    const bool engine_is_gone = pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH;
    if (engine_is_gone) ::rmdir((parent.folder + "/" + entry->d_name).c_str());
  }
}

std::string make_cgroup_name() {
  static std::atomic<std::uint64_t> next{0};
  return std::string(kNamePrefix) + std::to_string(::getpid()) + "-" + std::to_string(next++);
}

std::optional<Cgroup> Cgroup::make(const std::string& folder, int version,
                                   std::int64_t memory_limit) {
  if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) return std::nullopt;
  Cgroup cgroup(folder, version);
  const std::string limit = std::to_string(memory_limit);
  bool limited = memory_limit == 0;
  if (memory_limit > 0 && version == 1) {
    limited = write_kernel_file(folder + "/memory.limit_in_bytes", limit);
    write_kernel_file(folder + "/memory.memsw.limit_in_bytes", limit);  // absent without swap
  }
  if (memory_limit > 0 && version == 2) {
    limited = write_kernel_file(folder + "/memory.max", limit);
    write_kernel_file(folder + "/memory.swap.max", "0");
    write_kernel_file(folder + "/memory.oom.group", "1");
  }
  if (limited) return cgroup;
  cgroup.remove();
  return std::nullopt;
}

int Cgroup::open_procs() const {
  return ::open((folder_ + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC);
}

std::vector<pid_t> Cgroup::list_pids() const {
  std::vector<pid_t> pids;
  for (const std::string& line : cut_at(read_kernel_file(folder_ + "/cgroup.procs"), "\n"))
    if (const int pid = std::atoi(line.c_str()); pid > 0) pids.push_back(pid);
  return pids;
}

std::int64_t Cgroup::count_oom_kills() const {
  const std::string text =
      read_kernel_file(folder_ + (version_ == 1 ? "/memory.oom_control" : "/memory.events"));
  for (const std::string& line : cut_at(text, "\n"))
    if (line.starts_with("oom_kill ")) return std::atoll(line.c_str() + std::strlen("oom_kill "));
  return 0;
}

void Cgroup::kill_all() const {
  if (version_ == 2 && write_kernel_file(folder_ + "/cgroup.kill", "1")) return;
  for (const pid_t pid : list_pids()) ::kill(pid, SIGKILL);
}

bool Cgroup::remove() const {
  return ::rmdir(folder_.c_str()) == 0 || errno == ENOENT;
}

}  // namespace mpegflow::process
