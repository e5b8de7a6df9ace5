#include "process/local/priority.h"

#include <cstdint>

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace mpegflow::process {
namespace {

/// A nice value, also as text: nothing may be formatted before exec.
struct Niceness {
  int value;
  char text[2];
};
constexpr Niceness kLow = {10, {'1', '0'}};
constexpr Niceness kLowest = {19, {'1', '9'}};
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

void yield(const Niceness& niceness) {
  set_slice(niceness.value, kUsualSlice);
  ::setpriority(PRIO_PROCESS, 0, niceness.value);  // if the call before is not allowed here
  const int fd = ::open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  [[maybe_unused]] const ssize_t written = ::write(fd, niceness.text, sizeof niceness.text);
  ::close(fd);
}

}  // namespace

void ask_for_short_slices() {
  set_slice(::getpriority(PRIO_PROCESS, 0), kShortSliceNs);
}

void ask_for_small_pages() {
  ::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
}

void allow_huge_pages() {
  ::prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
}

void yield_to_engine() {
  yield(kLow);
}

void yield_to_all() {
  yield(kLowest);
}

void step_back() {
  ::setpriority(PRIO_PROCESS, 0, kLowest.value);
}

}  // namespace mpegflow::process
