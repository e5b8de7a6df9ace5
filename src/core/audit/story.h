#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "core/audit/event_bytes.h"
#include "core/queue/task_state.h"

namespace mpegflow::audit {

/// An event as a store keeps it: the bytes, and what its columns say of them.
struct StoredEvent {
  Event columns;  ///< without the body
  std::string bytes;
  std::string hash;
};

/// A job's story, read from its first event on and held against itself: numbers without a gap, each
/// event naming the hash of the one before, hashes that are those of the bytes, columns that say
/// what the bytes say, and moves of tasks that the state table has.
class Story {
 public:
  struct TaskEnd {
    queue::TaskState state = queue::TaskState::blocked;
    std::int64_t fence = 0;
  };

  explicit Story(base::JobId job) : job_(std::move(job)) {}

  /// The next event. What is wrong with it is added to faults().
  void follow(const StoredEvent& event);

  const std::vector<std::string>& faults() const { return faults_; }
  std::int64_t last_seq() const { return seq_; }
  const std::string& last_hash() const { return hash_; }
  const std::string& last_kind() const { return kind_; }
  /// Where the story leaves a task; one that it does not name is blocked still.
  TaskEnd find_end(const base::TaskId& task) const;

 private:
  void blame(std::int64_t seq, std::string_view what);
  void compare_columns(const StoredEvent& event, const base::json::object& record);
  void follow_task(const StoredEvent& event, const base::json::object& body);

  base::JobId job_;
  std::int64_t seq_ = 0;
  std::string hash_, kind_;
  std::map<base::TaskId, TaskEnd> tasks_;
  std::vector<std::string> faults_;
};

}  // namespace mpegflow::audit
