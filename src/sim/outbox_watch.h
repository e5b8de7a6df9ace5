#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "sim/receiver.h"
#include "store/store.h"

namespace mpegflow::sim {

/// I12: of everything that is to be told of a job there is one delivery for each who subscribed,
/// of nothing else there is one, one id stands for one message for ever, and in the end each was
/// heard or given up after all its tries.
class OutboxWatch {
 public:
  /// Somebody asked to be told. Without an answer they may be, or not.
  void subscribed(const base::JobId& job, const std::set<std::string>& endpoints, bool is_certain);
  /// An event that is told to those who subscribed before it.
  void expect(const base::JobId& job, std::int64_t seq, std::string_view what);
  /// After a failover: what is to be told is what the events say that are left, to those whose
  /// subscriptions are. The events that come until end_history() were told before, or not.
  void begin_history(store::Store& store, const std::set<base::JobId>& left);
  void end_history() { is_history_ = false; }
  /// After the events of the job were read. Says what is wrong, or nothing.
  std::optional<std::string> look(store::Store& store, const base::JobId& job);
  std::optional<std::string> look_at_end(store::Store& store, const Receiver& receiver);

 private:
  struct Told {
    std::string what;
    std::set<std::string> endpoints;  ///< who must be told
  };
  struct Job {
    std::set<std::string> subscribed, perhaps;
    std::map<std::int64_t, Told> told;  ///< by the number of the event
  };

  std::map<base::JobId, Job> jobs_;
  /// The body of every delivery ever seen, by its id. It outlives failovers: a receiver that heard
  /// a delivery which a failover forgot takes another one of that id for the same.
  std::map<std::string, std::string> bodies_;
  bool is_history_ = false;  ///< who had subscribed when, nobody knows any more
};

}  // namespace mpegflow::sim
