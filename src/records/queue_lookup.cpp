#include "records/queue_lookup.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "core/submit/fault.h"
#include "records/records.h"
#include "store/reads.h"

namespace mpegflow::records {
namespace {

constexpr std::int64_t kLatestChanges = 20;

template <class Row>
std::vector<std::string> names_of(const std::vector<Row>& rows) {
  std::vector<std::string> names;
  for (const Row& row : rows) names.push_back(base::to_printable(row.name));
  return names;
}

base::Error no_such(std::string_view kind, const std::string& name,
                    const std::vector<std::string>& names) {
  return {base::ErrorCode::not_found,
          fmt::format("there is no {} \"{}\" (there are: {})", kind,
                      base::to_printable(name.substr(0, 200)), submit::join_words(names))};
}

}  // namespace

base::Result<base::json::object> describe_lane(store::Store& store, const std::string& name) {
  ASSIGN_OR_RETURN(const auto lanes, store::list_lanes(store));
  const auto lane = std::ranges::find(lanes, name, &store::LaneView::name);
  if (lane == lanes.end()) return tl::unexpected(no_such("lane", name, names_of(lanes)));
  ASSIGN_OR_RETURN(const auto changes,
                   store::list_limit_changes(store, "lane " + name, kLatestChanges));
  return base::json::object{{"lane", to_record(*lane)}, {"changes", to_records(changes)}};
}

base::Result<void> check_lane_and_pool(store::Store& store, const std::string& lane,
                                       const std::string& pool) {
  ASSIGN_OR_RETURN(const auto lanes, store::list_lanes(store));
  const auto found = std::ranges::find(lanes, lane, &store::LaneView::name);
  if (found == lanes.end()) return tl::unexpected(no_such("lane", lane, names_of(lanes)));
  if (pool.empty()) return {};
  ASSIGN_OR_RETURN(const auto pools, store::list_pools(store));
  if (std::ranges::find(found->pools, pool, &store::LaneInPool::pool) != found->pools.end() ||
      std::ranges::find(pools, pool, &store::PoolRow::name) != pools.end())
    return {};
  return tl::unexpected(no_such("pool", pool, names_of(pools)));
}

base::Result<base::json::object> describe_pools(store::Store& store) {
  ASSIGN_OR_RETURN(const auto pools, store::list_pools(store));
  ASSIGN_OR_RETURN(const auto loads, store::count_pool_loads(store));
  base::json::array list;
  for (const store::PoolRow& pool : pools) list.push_back(to_record(pool, loads));
  return base::json::object{{"pools", std::move(list)}};
}

base::Result<base::json::object> describe_pool(store::Store& store, const std::string& name) {
  ASSIGN_OR_RETURN(const auto pools, store::list_pools(store));
  const auto pool = std::ranges::find(pools, name, &store::PoolRow::name);
  if (pool == pools.end()) return tl::unexpected(no_such("pool", name, names_of(pools)));
  ASSIGN_OR_RETURN(const auto loads, store::count_pool_loads(store));
  return to_record(*pool, loads);
}

}  // namespace mpegflow::records
