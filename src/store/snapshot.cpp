#include "store/snapshot.h"

namespace mpegflow::store {
namespace {

class Snapshot final : public Store {
 public:
  explicit Snapshot(Session& session) : session_(session) {}

  base::Result<Answer> apply(const Op&) override {
    base::check(false, "nothing is changed on a snapshot");
    return base::fail(base::ErrorCode::internal, "unreachable");
  }
  base::Result<void> read(const std::function<base::Result<void>(Session&)>& read) override {
    return read(session_);
  }

 private:
  Session& session_;
};

}  // namespace

base::Result<void> read_at_once(Store& store,
                                const std::function<base::Result<void>(Store&)>& reads) {
  return store.read([&](Session& session) {
    Snapshot snapshot(session);
    return reads(snapshot);
  });
}

}  // namespace mpegflow::store
