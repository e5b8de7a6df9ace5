#pragma once

#include <memory>
#include <string>

#include "sim/fault_disk.h"

struct sqlite3_vfs;  // NOLINT(readability-identifier-naming): SQLite's

namespace mpegflow::sim {

/// One process's way to a FaultDisk, as a VFS of SQLite. Once the process is dead no call of it
/// changes anything, so that what SQLite does while its connections are taken down has no effect.
class FaultVfs {
 public:
  /// Without shared memory SQLite has no WAL, and all of its state is in the one file.
  enum class Sharing { on, off };
  explicit FaultVfs(FaultDisk& disk, Sharing sharing = Sharing::on);
  /// All connections are closed.
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  const std::string& name() const { return name_; }
  FaultDisk& disk() { return disk_; }
  void kill() { is_dead_ = true; }
  bool has_shared_memory() const { return sharing_ == Sharing::on; }
  bool is_dead() const { return is_dead_ || !disk_.has_power(); }

 private:
  FaultDisk& disk_;
  Sharing sharing_;
  std::string name_;
  bool is_dead_ = false;
  std::unique_ptr<sqlite3_vfs> vfs_;
};

/// Less work per statement: no mutexes, no statistics, no page buffers in advance. Before the first
/// use of SQLite in this program; one thread only.
void make_sqlite_lean();

}  // namespace mpegflow::sim
