#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/group_store.h"
#include "store/store.h"

namespace mpegflow::api {

/// What can be counted of a server, in the form of Prometheus. Any thread.
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// An op that was applied, and how long it took until it was durable.
  void count(const store::Op& op, const base::Result<store::Answer>& answer, base::Micros took,
             base::WallTime now);

  /// Everything as text; depths are read from the store now.
  base::Result<std::string> write(store::Store& store);

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

/// A store that counts what passes through it.
class CountedStore final : public store::Store, public store::GroupStore {
 public:
  CountedStore(store::Store& inner, Metrics& metrics, const base::Clock& clock)
      : inner_(inner), metrics_(metrics), clock_(clock) {}

  base::Result<store::Answer> apply(const store::Op& op) override;
  std::vector<base::Result<store::Answer>> apply_group(const std::vector<store::Op>& ops) override;
  base::Result<void> read(const std::function<base::Result<void>(store::Session&)>& read) override {
    return inner_.read(read);
  }

 private:
  store::Store& inner_;
  Metrics& metrics_;
  const base::Clock& clock_;
};

}  // namespace mpegflow::api
