#include "process/local/process_tree.h"

#include <array>
#include <cstdlib>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mpegflow::process {

namespace {

std::string proc_path(pid_t pid, std::string_view file) {
  std::string path = "/proc/";
  path += std::to_string(pid);
  path += '/';
  path += file;
  return path;
}

/// The numeric names in a folder: pids in /proc, threads in /proc/PID/task.
std::vector<pid_t> list_numbers(const std::string& folder) {
  std::vector<pid_t> numbers;
  const std::unique_ptr<DIR, int (*)(DIR*)> handle(::opendir(folder.c_str()), ::closedir);
  if (!handle) return numbers;
  while (const dirent* entry = ::readdir(handle.get())) {
    const int number = std::atoi(entry->d_name);
    if (number > 0) numbers.push_back(number);
  }
  return numbers;
}

/// The whitespace-separated numbers of `text`, from its start to the first thing that is none.
template <std::size_t n>
std::array<std::int64_t, n> read_numbers(const char* text) {
  std::array<std::int64_t, n> numbers{};
  for (std::int64_t& number : numbers) {
    char* end = nullptr;
    number = std::strtoll(text, &end, 10);
    if (end == text) break;
    text = end;
  }
  return numbers;
}

void append_children(pid_t pid, pid_t thread, std::vector<pid_t>& pids) {
  const std::string text =
      read_kernel_file(proc_path(pid, "task/" + std::to_string(thread) + "/children"));
  const char* at = text.c_str();
  for (char* end = nullptr;; at = end) {
    const long long child = std::strtoll(at, &end, 10);
    if (end == at) return;
    pids.push_back(static_cast<pid_t>(child));
  }
}

std::int64_t read_anonymous_bytes(pid_t pid) {
  static const std::int64_t page = ::sysconf(_SC_PAGESIZE);
  const std::string text = read_kernel_file(proc_path(pid, "statm"));
  const auto [size, resident, shared] = read_numbers<3>(text.c_str());
  return (resident - shared) * page;
}

std::int64_t read_cpu_us(pid_t pid) {
  static const std::int64_t tick_us = 1'000'000 / ::sysconf(_SC_CLK_TCK);
  const std::string text = read_kernel_file(proc_path(pid, "stat"));
  // The second field, a name in parentheses, may hold anything; the state letter follows it.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos || name_end + 4 > text.size()) return 0;
  const auto fields = read_numbers<14>(text.c_str() + name_end + 4);  // from field 4, ppid
  return (fields[10] + fields[11] + fields[12] + fields[13]) * tick_us;
}

std::int64_t read_io_bytes(pid_t pid) {
  const std::string text = read_kernel_file(proc_path(pid, "io"));
  std::int64_t sum = 0;
  // Not wchar: a program that hangs may still write the same progress report again and again.
  for (const std::string_view key : {"rchar: ", "\nwrite_bytes: "}) {
    const std::size_t at = text.find(key);
    if (at != std::string::npos) sum += std::atoll(text.c_str() + at + key.size());
  }
  return sum;
}

}  // namespace

std::string read_kernel_file(const std::string& path, std::size_t limit) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  std::string text;
  std::array<char, 4096> buffer;
  while (text.size() < limit) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ::close(fd);
  return text;
}

std::vector<pid_t> list_descendants(pid_t root, ThreadsLookedAt threads) {
  std::vector<pid_t> found;
  const auto look_at = [&](pid_t pid) {
    if (threads == ThreadsLookedAt::main_only) return append_children(pid, pid, found);
    for (const pid_t thread : list_numbers(proc_path(pid, "task")))
      append_children(pid, thread, found);
  };
  look_at(root);
  for (std::size_t i = 0; i < found.size(); ++i) look_at(found[i]);
  return found;
}

TreeSample sample_processes(const std::vector<pid_t>& pids, IoCounted io) {
  TreeSample sample;
  for (const pid_t pid : pids) {
    sample.anonymous_bytes += read_anonymous_bytes(pid);
    sample.cpu_us += read_cpu_us(pid);
    if (io == IoCounted::yes) sample.io_bytes += read_io_bytes(pid);
  }
  return sample;
}

void kill_descendants(pid_t root) {
  for (const pid_t pid : list_descendants(root, ThreadsLookedAt::all)) ::kill(pid, SIGKILL);
}

std::vector<pid_t> find_processes_with_variable(std::string_view assignment) {
  std::vector<pid_t> found;
  std::string wanted(1, '\0');
  wanted += assignment;
  wanted += '\0';
  for (const pid_t pid : list_numbers("/proc")) {
    const std::string environment = '\0' + read_kernel_file(proc_path(pid, "environ"));
    if (environment.find(wanted) != std::string::npos) found.push_back(pid);
  }
  return found;
}

std::vector<pid_t> find_processes_writing_below(std::string_view folder) {
  std::vector<pid_t> found;
  const std::string start = std::string(folder) + '/';
  std::array<char, 4096> target{};
  for (const pid_t pid : list_numbers("/proc")) {
    const std::string link = proc_path(pid, "fd/2");
    const ssize_t size = ::readlink(link.c_str(), target.data(), target.size());
    if (size > 0 &&
        std::string_view(target.data(), static_cast<std::size_t>(size)).starts_with(start))
      found.push_back(pid);
  }
  return found;
}

std::vector<pid_t> find_processes_writing_to(dev_t device, ino_t inode) {
  std::vector<pid_t> found;
  for (const pid_t pid : list_numbers("/proc")) {
    struct stat status {};
    if (::stat(proc_path(pid, "fd/2").c_str(), &status) == 0 && status.st_dev == device &&
        status.st_ino == inode)
      found.push_back(pid);
  }
  return found;
}

}  // namespace mpegflow::process
