#include "api/drain_orders.h"

namespace mpegflow::api {

void DrainOrders::ask(const std::string& session) {
  const std::scoped_lock lock(mutex_);
  asked_.insert(session);
}

bool DrainOrders::take_back(const std::string& session) {
  const std::scoped_lock lock(mutex_);
  return asked_.erase(session) > 0;
}

bool DrainOrders::is_asked(const std::string& session) const {
  const std::scoped_lock lock(mutex_);
  return asked_.contains(session);
}

}  // namespace mpegflow::api
