#include "http/asio/core.h"

#include "http/asio/connection.h"

namespace mpegflow::http {

void Core::add(std::shared_ptr<Connection> connection) {
  const std::scoped_lock lock(mutex_);
  Connection* key = connection.get();
  connections_.emplace(key, std::move(connection));
}

void Core::remove(Connection* connection) {
  std::shared_ptr<Connection> last;  // destroyed without the lock
  const std::scoped_lock lock(mutex_);
  const auto found = connections_.find(connection);
  if (found == connections_.end()) return;
  last = std::move(found->second);
  connections_.erase(found);
  removed_.notify_all();
}

std::vector<std::shared_ptr<Connection>> Core::list() {
  const std::scoped_lock lock(mutex_);
  std::vector<std::shared_ptr<Connection>> all;
  for (const auto& [key, connection] : connections_) all.push_back(connection);
  return all;
}

std::size_t Core::count() {
  const std::scoped_lock lock(mutex_);
  return connections_.size();
}

bool Core::wait_until_empty(base::Micros patience) {
  std::unique_lock lock(mutex_);
  return removed_.wait_for(lock, patience, [this] { return connections_.empty(); });
}

}  // namespace mpegflow::http
