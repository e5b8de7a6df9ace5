#pragma once

#include <string>
#include <vector>

#include "base/time.h"

namespace mpegflow::cli {

/// For whom a worker works, and how, beside its settings.
struct WorkerOrder {
  std::string server;  ///< "https://mpegflow.example:8443", without a path
  std::string token;
  std::vector<std::string> pools;
  base::Micros drain_time{0};  ///< for what runs when a stop is asked for
  /// Asked again and again whether this machine is about to be taken away; empty: nobody is.
  std::vector<std::string> notice_command;
  std::int64_t min_free_bytes = 0;  ///< with less room it takes no tasks; 0: whatever there is
};

}  // namespace mpegflow::cli
