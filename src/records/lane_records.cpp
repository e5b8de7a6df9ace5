#include "records/records.h"

namespace mpegflow::records {
namespace {

base::json::value number_or_null(std::optional<std::int64_t> number) {
  return number ? base::json::value(*number) : base::json::value(nullptr);
}

base::json::value micros_or_null(std::optional<base::Micros> micros) {
  return micros ? base::json::value(micros->count()) : base::json::value(nullptr);
}

}  // namespace

base::json::object to_record(const store::LaneInPool& lane) {
  return {{"pool", lane.pool},
          {"reserved", lane.reserved},
          {"cap", number_or_null(lane.cap)},
          {"ready", lane.ready},
          {"capped", lane.capped},
          {"running", lane.running},
          {"waited_p50_us", micros_or_null(lane.waited_p50)},
          {"waited_p95_us", micros_or_null(lane.waited_p95)}};
}

base::json::object to_record(const store::LaneView& lane) {
  base::json::array pools;
  for (const store::LaneInPool& pool : lane.pools) pools.push_back(to_record(pool));
  return {{"name", lane.name},         {"weight", lane.weight},           {"claimed_in", lane.gap},
          {"reserved", lane.reserved}, {"cap", number_or_null(lane.cap)}, {"pools", pools}};
}

base::json::object to_record(const store::LimitChange& change) {
  base::json::object record{{"number", change.number},
                            {"changed_by", change.changed_by},
                            {"change", parse_column(change.change)}};
  add_time(record, "at", change.at);
  return record;
}

std::int64_t count_load(const PoolLoads& loads, const std::string& pool, const std::string& state) {
  const auto found = loads.find({pool, state});
  return found == loads.end() ? 0 : found->second;
}

base::json::object to_record(const store::PoolRow& pool, const PoolLoads& loads) {
  base::json::object record = to_record(pool);
  base::json::object tasks;
  for (const char* state : {"ready", "leased", "backing_off", "capped", "held", "cancelling"})
    tasks[state] = count_load(loads, pool.name, state);
  record["tasks"] = tasks;
  return record;
}

}  // namespace mpegflow::records
