#include "worker/written_watch.h"

#include <array>
#include <cstring>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace mpegflow::worker {
namespace {

// Who writes must close, at the latest when it ends, so nothing need be told of each write.
constexpr std::uint32_t kEvents =
    IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;

}  // namespace

WrittenWatch::WrittenWatch(const base::Path& file)
    : name_(file.filename()),
      events_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      over_(::eventfd(0, EFD_CLOEXEC)) {
  if (!events_.is_open()) return;
  watch_ = ::inotify_add_watch(events_.get(), file.parent_path().c_str(), kEvents);
  if (watch_ < 0) events_ = base::UniqueFd();
}

void WrittenWatch::wait() {
  if (!over_.is_open()) is_closed_ = is_changed_ = true;  // nobody could tell of the end
  while (!is_closed_) {
    std::array<pollfd, 2> fds{pollfd{over_.get(), POLLIN, 0}, pollfd{events_.get(), POLLIN, 0}};
    if (::poll(fds.data(), fds.size(), -1) < 0) continue;
    if (fds[0].revents != 0) return;
    while (read_events()) continue;
  }
}

void WrittenWatch::end() {
  ::eventfd_write(over_.get(), 1);
  // Nothing comes any more. The kernel lets go of a watch in its own time, and to close the last
  // one that it has not let go of waits for that, which takes 10 to 20 ms: better long before.
  if (events_.is_open()) ::inotify_rm_watch(events_.get(), watch_);
}

bool WrittenWatch::is_as_it_was() {
  // What began at the end has seen all.
  if (!is_closed_) return true;
  while (read_events()) continue;
  return !is_changed_;
}

/// False if there are none for now.
bool WrittenWatch::read_events() {
  alignas(inotify_event) std::array<char, 4096> bytes;
  const ssize_t count = ::read(events_.get(), bytes.data(), bytes.size());
  for (ssize_t at = 0; at < count;) {
    inotify_event event{};
    std::memcpy(&event, bytes.data() + at, sizeof event);
    const char* name = bytes.data() + at + sizeof event;
    at += static_cast<ssize_t>(sizeof event + event.len);
    if ((event.mask & IN_Q_OVERFLOW) != 0) is_changed_ = true;
    if (event.len == 0 || name_ != name) continue;
    if (is_closed_) is_changed_ = true;
    else if ((event.mask & IN_CLOSE_WRITE) != 0) is_closed_ = true;
  }
  return count > 0;
}

}  // namespace mpegflow::worker
