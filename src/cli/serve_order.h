#pragma once

#include <functional>
#include <string>
#include <vector>

namespace mpegflow::cli {

/// What a server is asked for beside its settings.
struct ServeOrder {
  bool has_worker = true;
  /// Called once it listens: where.
  std::function<void(const std::vector<std::string>& places)> on_ready;
};

}  // namespace mpegflow::cli
