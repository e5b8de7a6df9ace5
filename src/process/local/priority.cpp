#include "process/local/priority.h"

#include <cstdint>

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace mpegflow::process {
namespace {

constexpr int kLowPriority = 10;
constexpr std::uint64_t kShortSliceNs = 100'000;  // the least that the kernel takes
constexpr std::uint64_t kUsualSlice = 0;

/// As in the kernel's sched/types.h, which glibc does not bring.
struct SchedulingAttributes {
  std::uint32_t size = sizeof(SchedulingAttributes);
  std::uint32_t policy = SCHED_OTHER;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0;  ///< of SCHED_OTHER: the length of a slice
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};

void set_slice(int nice, std::uint64_t slice_ns) {
  SchedulingAttributes attributes;
  attributes.nice = nice;
  attributes.runtime = slice_ns;
  ::syscall(SYS_sched_setattr, 0, &attributes, 0);
}

}  // namespace

void ask_for_short_slices() {
  set_slice(::getpriority(PRIO_PROCESS, 0), kShortSliceNs);
}

void yield_to_engine() {
  set_slice(kLowPriority, kUsualSlice);
  ::setpriority(PRIO_PROCESS, 0, kLowPriority);  // if the call before is not allowed here
  const int fd = ::open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  [[maybe_unused]] const ssize_t written = ::write(fd, "10", 2);
  ::close(fd);
}

}  // namespace mpegflow::process
