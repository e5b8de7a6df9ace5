#include "worker/waiting_process.h"

#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mpegflow::worker {
namespace {

/// Appends what is there; false at the end.
bool read_some(int fd, std::string& text) {
  std::array<char, 65536> bytes;
  const ssize_t count = ::read(fd, bytes.data(), bytes.size());
  if (count > 0) text.append(bytes.data(), static_cast<std::size_t>(count));
  return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

}  // namespace

WaitingProcess::WaitingProcess(const TaskRun& run, EncoderCommand command, const std::string& gate,
                               base::Path log)
    : run_(run),
      command_(std::move(command)),
      gate_(run.folder / gate),
      log_(std::move(log)),
      over_(::eventfd(0, EFD_CLOEXEC)) {
  if (!over_.is_open() || ::mkfifo(gate_.c_str(), 0600) != 0) return;
  ended_ = std::async(std::launch::async, [this] {
    auto done = run_beside(run_, command_, log_, stop_);
    ::eventfd_write(over_.get(), 1);
    return done;
  });
}

WaitingProcess::~WaitingProcess() {
  stop_.trigger();
  if (ended_.valid()) ended_.wait();
}

std::optional<EncoderRun> WaitingProcess::let_go() {
  if (!ended_.valid()) return std::nullopt;
  std::string text;
  bool is_stopped = false;
  // Not blocking: a process that never comes to its gate must not keep us there.
  const base::UniqueFd gate(::open(gate_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  for (bool is_open = gate.is_open(); is_open;) {
    std::array<pollfd, 3> fds{pollfd{gate.get(), POLLIN, 0}, pollfd{over_.get(), POLLIN, 0},
                              pollfd{is_stopped ? -1 : run_.stop.fd(), POLLIN, 0}};
    if (::poll(fds.data(), fds.size(), -1) < 0) continue;
    if (fds[2].revents != 0) {
      is_stopped = true;
      stop_.trigger();
    }
    // A FIFO that nobody has opened yet is neither readable nor at its end.
    if (fds[0].revents != 0) is_open = read_some(gate.get(), text);
    else if (fds[1].revents != 0) is_open = false;
    if (command_.output_limit > 0 && std::ssize(text) > command_.output_limit) return std::nullopt;
  }
  auto done = ended_.get();
  if (!done || text.empty() || is_stopped) return std::nullopt;
  done->process.stdout_text = std::move(text);
  return *std::move(done);
}

}  // namespace mpegflow::worker
