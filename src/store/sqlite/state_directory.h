#pragma once

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"
#include "store/sqlite/connection.h"

namespace mpegflow::store {

/// Makes the directory if needed and refuses what cannot hold a WAL (network file systems).
base::Result<void> prepare_state_directory(const base::Path& directory);

/// Brings the database to our version, or refuses a newer one.
base::Result<void> migrate(Connection& connection, const base::Path& path);

/// The store's clock on one machine: wall time at the first open of a boot, carried on by the
/// steady clock, and never behind what an earlier boot has stored. A step of the wall clock moves
/// no lease.
class BootClock {
 public:
  static base::Result<BootClock> start(Connection& connection, const base::Clock& clock,
                                       const std::string& boot_id);
  base::WallTime now() const { return {clock_->steady().us + offset_us_}; }

 private:
  BootClock(const base::Clock& clock, std::int64_t offset_us)
      : clock_(&clock), offset_us_(offset_us) {}
  const base::Clock* clock_;
  std::int64_t offset_us_;
};

/// Holds the lock file of a state directory for as long as it lives.
class WriteLock {
 public:
  /// `fd` < 0: nothing to lock (in memory).
  static base::Result<WriteLock> take(int fd, const base::Path& path);
  ~WriteLock();
  WriteLock(WriteLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  WriteLock& operator=(WriteLock&&) = delete;

 private:
  explicit WriteLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace mpegflow::store
