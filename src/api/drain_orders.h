#pragma once

#include <mutex>
#include <set>
#include <string>

namespace mpegflow::api {

/// Sessions whose workers are asked to drain; for as long as the server runs. Any thread.
class DrainOrders {
 public:
  void ask(const std::string& session);
  /// Whether it was asked.
  bool take_back(const std::string& session);
  bool is_asked(const std::string& session) const;

 private:
  mutable std::mutex mutex_;
  std::set<std::string> asked_;
};

}  // namespace mpegflow::api
