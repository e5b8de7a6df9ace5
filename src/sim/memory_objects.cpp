#include "sim/memory_objects.h"

namespace mpegflow::sim {

base::Result<void> MemoryObjects::put_file(std::string_view, const base::Path&) {
  return base::fail(base::ErrorCode::internal, "simulated attempts have no files");
}

base::Result<void> MemoryObjects::put_bytes(std::string_view key, std::string_view bytes) {
  if (context_.dies("before put")) return died();
  if (auto storm = context_.strikes(Fault::put_storm))
    storm_until_ = context_.clock.steady() + std::chrono::seconds(storm->between(1, 300));
  if (context_.clock.steady() < storm_until_ || context_.strikes(Fault::put_failed))
    return no_answer();
  if (auto late = context_.strikes(Fault::put_late)) {
    const base::Micros delay = std::chrono::milliseconds(late->between(1, kLatestPut.count()));
    network_.send_later({context_.clock.steady() + delay, "put",
                         [this, kept_key = std::string(key), kept = std::string(bytes)] {
                           context_.note("put {} lands late", kept_key);
                           contents_.insert_or_assign(kept_key, kept);
                         }});
    return no_answer();
  }
  contents_.insert_or_assign(std::string(key), std::string(bytes));
  if (context_.dies("after put")) return died();
  if (context_.strikes(Fault::put_unheard)) return no_answer();
  return {};
}

base::Result<std::string> MemoryObjects::get_bytes(std::string_view key) {
  const auto found = contents_.find(key);
  if (found == contents_.end())
    return base::fail(base::ErrorCode::object_missing, "there is no object " + std::string(key));
  return found->second;
}

base::Result<void> MemoryObjects::get_file(std::string_view, const base::Path&) {
  return base::fail(base::ErrorCode::internal, "simulated attempts have no files");
}

base::Result<std::vector<objects::ObjectInfo>> MemoryObjects::list(std::string_view prefix) {
  std::vector<objects::ObjectInfo> found;
  for (auto at = contents_.lower_bound(prefix); at != contents_.end(); ++at) {
    if (!at->first.starts_with(prefix)) break;
    found.push_back({at->first, static_cast<std::int64_t>(at->second.size())});
  }
  return found;
}

base::Result<void> MemoryObjects::remove(std::string_view key) {
  if (context_.dies("before remove")) return died();
  if (const auto found = contents_.find(key); found != contents_.end()) contents_.erase(found);
  if (context_.dies("after remove")) return died();
  return {};
}

}  // namespace mpegflow::sim
