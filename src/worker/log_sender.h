#pragma once

#include <functional>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "protocol/worker_protocol.h"

namespace mpegflow::worker {

/// Sends what running attempts write to standard error, for as long as their server asks for it.
class LogSender {
 public:
  /// A piece of a log, behind its first `from` bytes; gives from where the next one is wanted.
  /// Errors: superseded (it is not wanted any more); any other: it is tried again.
  using Send = std::function<base::Result<std::int64_t>(const protocol::Claim& claim,
                                                        std::int64_t from, std::string_view piece)>;

  /// `scratch` has the attempts' folders.
  LogSender(base::Path scratch, Send send) : scratch_(std::move(scratch)), send_(std::move(send)) {}

  /// What is wanted from now on, instead of what was wanted before. Any thread.
  void want(std::vector<protocol::WantedLog> wanted);
  /// Any thread.
  bool is_wanted() const;

  /// Sends what is there of what is wanted. One thread.
  void run_once();

 private:
  void send(protocol::WantedLog wanted);

  const base::Path scratch_;
  const Send send_;
  mutable std::mutex mutex_;
  std::vector<protocol::WantedLog> wanted_;  ///< guarded by `mutex_`
};

}  // namespace mpegflow::worker
