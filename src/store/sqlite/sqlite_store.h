#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"
#include "store/group_store.h"

namespace mpegflow::store {

struct SqliteOptions {
  /// The state directory, made if absent. Empty: in memory, or a database of `vfs` alone.
  base::Path directory;
  const base::Clock* clock = nullptr;  ///< outlives the store
  /// true: apply() commits on the caller's thread, one op each; for the simulator.
  bool is_single_threaded = false;
  int checkpoint_pages = 1000;  ///< so many pages in the WAL are brought over: 4 MB
  /// Pages that SQLite is given in advance, by the first store of the process: 18 MB for many ops.
  int stock_pages = 4096;
  std::string vfs;      ///< empty = the operating system's
  std::string boot_id;  ///< of this boot of the machine
};

/// The store on one machine. Several processes may share a directory: every write transaction and
/// every checkpoint runs under its lock file, and only there. Whoever finds nobody writing carries
/// his op out himself; those who come meanwhile are drained by a thread into one transaction.
/// Answers are given after the COMMIT, which is an fsync (WAL, synchronous=FULL).
class SqliteStore final : public Store, public GroupStore {
 public:
  /// Errors: state_newer, state_unusable (network file system, no permission, not a database),
  /// disk_full.
  static base::Result<std::unique_ptr<SqliteStore>> open(const SqliteOptions& options);
  ~SqliteStore() override;

  base::Result<Answer> apply(const Op& op) override;
  std::vector<base::Result<Answer>> apply_group(const std::vector<Op>& ops) override;
  base::Result<void> read(const std::function<base::Result<void>(Session&)>& read) override;

 private:
  struct State;
  explicit SqliteStore(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The boot id of this machine; empty where the system has none.
std::string read_boot_id();

}  // namespace mpegflow::store
