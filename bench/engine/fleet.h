#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/time.h"
#include "engine/change_signal.h"
#include "protocol/in_process.h"
#include "store/sqlite/sqlite_store.h"

namespace mpegflow::bench {

/// A real store on disk with the real worker protocol over it, in this process: everything but
/// FFmpeg. The folder is emptied first unless it is to be shared.
class Fleet {
 public:
  explicit Fleet(base::Path folder, bool is_shared = false);
  ~Fleet();

  /// A job of `renditions` tasks that need nothing and, if there is more than one, a last task that
  /// needs them all.
  base::JobId submit(int renditions = 1);
  void submit_many(std::int64_t count);
  base::SessionId open_session();
  std::vector<protocol::Assignment> claim(const base::SessionId& session, std::int64_t count = 1,
                                          base::Micros wait = base::Micros(0));
  void commit(const protocol::Assignment& assignment);

  /// `consumers` threads, each submitting a job, then claiming and committing one task at a time
  /// as long as there are any, for so many seconds. Jobs finished per second.
  double live(double seconds, int consumers, int renditions = 1);

  store::SqliteStore& store() { return *store_; }
  engine::ChangeSignal& changes() { return changes_; }

 private:
  base::Path folder_;
  bool is_shared_;
  base::SystemClock clock_;
  base::SystemEntropy entropy_;
  engine::ChangeSignal changes_;
  std::unique_ptr<store::SqliteStore> store_;
  std::unique_ptr<protocol::InProcessProtocol> protocol_;
};

}  // namespace mpegflow::bench
