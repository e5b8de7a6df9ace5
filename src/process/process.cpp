#include "process/process.h"

#include <cerrno>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace mpegflow::process {

std::string_view to_word(EndedBy ended_by) {
  switch (ended_by) {
    case EndedBy::itself: return "itself";
    case EndedBy::stop: return "stop";
    case EndedBy::deadline: return "deadline";
    case EndedBy::no_progress: return "no_progress";
    case EndedBy::memory_limit: return "memory_limit";
    case EndedBy::output_limit: return "output_limit";
    case EndedBy::guard_lost: return "guard_lost";
  }
  return "itself";
}

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  base::check(event_.is_open(), "no file descriptor is left for a stop signal");
}

void StopSignal::trigger() {
  const std::uint64_t one = 1;
  // Never read, so it stays readable; the only failure is a counter that is full, hence triggered.
  while (::write(event_.get(), &one, sizeof one) < 0 && errno == EINTR) continue;
}

bool StopSignal::is_triggered() const {
  pollfd event{event_.get(), POLLIN, 0};
  return ::poll(&event, 1, 0) > 0;
}

void StopSignal::allow_until(base::SteadyTime moment) {
  const std::scoped_lock lock(mutex_);
  allowed_until_us_ = moment.us;
  for (std::atomic<std::int64_t>* place : places_) *place = moment.us;
}

void StopSignal::keep_current(std::atomic<std::int64_t>* place) const {
  const std::scoped_lock lock(mutex_);
  *place = allowed_until_us_.load();
  places_.insert(place);
}

void StopSignal::let_go(std::atomic<std::int64_t>* place) const {
  const std::scoped_lock lock(mutex_);
  places_.erase(place);
}

}  // namespace mpegflow::process
