#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "core/queue/job_state.h"

namespace mpegflow::store {

/// The little of a job that the changes of its tasks ask for.
struct JobHead {
  queue::JobStanding standing;
  std::string tenant;
  std::int64_t priority = 0;
  base::EncoderRevisionId encoder_revision;
  std::int64_t event_seq = 0;  ///< of the last event
  std::string event_hash;
  std::optional<std::int64_t> start_us;  ///< its tasks begin no earlier
  std::int64_t hop_after_us = 0;         ///< 0 = they stay in their queue
  bool has_news = false;                 ///< events that the job's row does not tell yet
};

/// Who holds a lease.
struct Holder {
  std::string host;
  base::EncoderRevisionId encoder_revision;
  std::vector<std::string> pools;
  std::int64_t memory_bytes = 0;  ///< 0 = it does not say
};

/// How a lane stands in one pool.
struct LaneStanding {
  std::int64_t weight = 0, reserved = 0;
  std::optional<std::int64_t> cap;
  std::int64_t ready = 0, running = 0, parked = 0;
  std::int64_t vtime = 0;
  std::int64_t grants = 0;
};

struct PoolStanding {
  std::int64_t wheel_position = 0, slots = 0, busy = 0;
  std::vector<std::string> lanes;  ///< in the order of the wheel
};

/// What is to be added to the counts of a lane in a pool, of a tenant there, and of a pool.
struct LaneChange {
  std::int64_t ready = 0, running = 0, parked = 0, grants = 0;
  std::int64_t vtime = 0;  ///< raised to this, if it is lower
};
struct TenantChange {
  std::int64_t admitted = 0, running = 0, parked = 0;
  std::optional<std::int64_t> finish = {};
};
struct PoolChange {
  std::int64_t slots = 0, busy = 0;
  std::optional<std::int64_t> wheel_position = {};
};

using LaneKey = std::pair<std::string, std::string>;  ///< pool, lane
using TenantKey = std::pair<LaneKey, std::string>;    ///< and tenant

struct LoadChanges {
  std::map<LaneKey, LaneChange> lanes;
  std::map<TenantKey, TenantChange> tenants;
  std::map<std::string, PoolChange> pools;
};

/// What a transaction has read, and counted without having written it yet: each row is read once
/// and written once, however many tasks its ops move. The heads are of one op, the rest holds until
/// the transaction ends. Only store/ops/job_head, holder and loads look in here, and
/// run_op(), which takes back what an op that failed has left.
struct Work {
  std::map<base::JobId, JobHead> heads;
  std::map<base::SessionId, Holder> holders;
  // As the tables have it, without what is in `changes`.
  std::map<LaneKey, LaneStanding> lanes;
  std::map<std::string, PoolStanding> pools;
  std::map<TenantKey, std::int64_t> finishes;
  std::map<std::string, bool> is_limited;  ///< whether the tenant has caps
  LoadChanges changes;
};

}  // namespace mpegflow::store
