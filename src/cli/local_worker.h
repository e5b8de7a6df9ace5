#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/ids.h"
#include "base/result.h"
#include "protocol/progress_board.h"
#include "store/rows.h"

namespace mpegflow::cli {

/// One job to be worked on by this process.
struct WorkOrder {
  base::JobId job;
  base::Path scratch;     ///< the job's hidden folder beside its output
  std::string lock_path;  ///< held by this process
  store::EncoderRevisionRow encoder;
  std::int64_t slots = 1;
  /// Gets what the job's FFmpegs say on standard error, as it comes, from the worker's threads.
  std::function<void(std::string_view)> show_log = {};
};

/// The worker, keeper and engine of `mpegflow run`, in this process; made by the app. stop() may be
/// called from any thread, the rest from one.
class LocalWorker {
 public:
  virtual ~LocalWorker() = default;

  /// Cleans up after dead runs of the job, then works on it.
  virtual base::Result<void> start() = 0;
  /// Ends running processes; their claims are given back.
  virtual void stop() = 0;
  /// Waits until all is quiet; the trouble that ended the work early, if any.
  virtual base::Result<void> join() = 0;
  virtual bool has_failed() const = 0;
  /// Asks the store about every claim now, not when the next heartbeat is due.
  virtual void beat_soon() = 0;
  virtual std::vector<protocol::TaskProgress> progress() const = 0;
  /// Returns when something changed in the store, or after `timeout`.
  virtual void wait_for_change(base::Micros timeout) = 0;
  /// Removes what is not needed once the job is over: everything, or all but committed outputs that
  /// a later run goes on from.
  virtual base::Result<void> clean_up() = 0;
};

}  // namespace mpegflow::cli
