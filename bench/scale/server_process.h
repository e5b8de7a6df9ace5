#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

#include "base/file.h"

namespace mpegflow::bench {

/// A real `mpegflow serve --no-worker` with a state and a log below `folder`.
class ServerProcess {
 public:
  /// `ttl`: MPEGFLOW_WORKER_TTL.
  ServerProcess(std::string program, base::Path folder, std::string ttl);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  /// On the port of its last start, if there was one; ends the program if it does not come up.
  void start();
  /// Returns when it is gone.
  void stop(int signal);

  std::uint16_t port() const { return port_; }
  std::string token() const;
  /// Of the user's processor time so far, with that of the kernel.
  double cpu_seconds() const;
  /// Resident memory of its own: not of files.
  double anonymous_mb() const;
  double resident_mb() const;

 private:
  double status_mb(const std::string& field) const;

  std::string program_;
  base::Path folder_;
  std::string ttl_;
  std::uint16_t port_ = 0;
  pid_t pid_ = 0;
};

/// Says it and ends the program.
[[noreturn]] void give_up(const std::string& why);

}  // namespace mpegflow::bench
