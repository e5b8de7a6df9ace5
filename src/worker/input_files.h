#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "protocol/worker_protocol.h"

namespace mpegflow::worker {

/// The inputs of the running tasks: local files, opened in place, hashed once beside the decode and
/// watched for change; or copies of what is elsewhere. Any thread.
class InputFiles {
 public:
  struct Copy {
    base::Path path;
    std::string sha256;
  };
  /// Gives a local copy, which nobody changes.
  using Fetch = std::function<base::Result<Copy>(const protocol::AssignedInput&)>;

  /// Without `fetch`, inputs are files of this machine.
  explicit InputFiles(Fetch fetch = {}) : fetch_(std::move(fetch)) {}
  ~InputFiles() { stop_ = true; }

  /// The local path of an input. Errors: input_not_found, input_forbidden, input_changed (it is not
  /// the file that was submitted).
  base::Result<base::Path> open(const protocol::AssignedInput& input);

  /// Starts hashing in the background unless the hash is known or under way.
  void start_hash(const protocol::AssignedInput& input);

  /// Waits for the hash, then makes sure that the file is still the one that was submitted.
  base::Result<std::string> finish_hash(const protocol::AssignedInput& input);

  /// Ends all hashing under way.
  void stop() { stop_ = true; }

 private:
  std::shared_future<base::Result<std::string>> hash_of(const protocol::AssignedInput& input);

  const Fetch fetch_;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::map<std::string, std::shared_future<base::Result<std::string>>>
      hashes_;  ///< by uri + identity
};

}  // namespace mpegflow::worker
