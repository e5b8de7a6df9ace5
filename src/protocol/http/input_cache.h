#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "base/file.h"
#include "base/time.h"
#include "protocol/http/worker_objects.h"
#include "protocol/worker_protocol.h"

namespace mpegflow::protocol {

struct InputCacheOptions {
  base::Path folder;  ///< this process's alone; emptied at first
  std::int64_t most_bytes = std::int64_t{50} << 30;
};

/// Local copies of inputs that are somewhere else, each fetched once and hashed while it comes, for
/// all tasks that need it. Copies that nobody asked for lately make room for new ones. Any thread.
class InputCache {
 public:
  struct Copy {
    base::Path path;
    std::string sha256;
    std::int64_t size = 0;
    base::SteadyTime used;
  };

  InputCache(InputCacheOptions options, WorkerFiles& files, const base::Clock& clock)
      : options_(std::move(options)), files_(files), clock_(clock) {}

  /// Errors: those of the server (input_not_found, input_changed, …), input_changed if the bytes
  /// are not those with the hash that the job knows.
  base::Result<Copy> fetch(const AssignedInput& input);

 private:
  base::Result<Copy> download(const AssignedInput& input, const base::Path& path);
  void make_room();

  InputCacheOptions options_;
  WorkerFiles& files_;
  const base::Clock& clock_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::map<std::string, Copy> copies_;  ///< by what the input is
  std::set<std::string> under_way_;
};

}  // namespace mpegflow::protocol
