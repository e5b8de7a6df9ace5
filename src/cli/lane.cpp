#include <algorithm>
#include <array>

#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/records.h"
#include "cli/table.h"
#include "store/lanes.h"

namespace mpegflow::cli {
namespace {

constexpr std::int64_t kShownChanges = 20;

std::string show_cap(std::optional<std::int64_t> cap) {
  return cap ? std::to_string(*cap) : "none";
}

std::string show_wait(std::optional<base::Micros> wait) {
  return wait ? base::to_human(*wait) : "-";
}

Table make_table() {
  return Table({{"LANE"},
                {"POOL"},
                {"WEIGHT", Align::right},
                {"BOUND", Align::right},
                {"RESERVED", Align::right},
                {"CAP", Align::right},
                {"READY", Align::right},
                {"CAPPED", Align::right},
                {"RUNNING", Align::right},
                {"WAIT P50", Align::right},
                {"WAIT P95", Align::right}});
}

void add_rows(Table& table, const store::LaneView& lane) {
  if (lane.pools.empty())
    table.add({lane.name, "-", std::to_string(lane.weight), std::to_string(lane.gap),
               std::to_string(lane.reserved), show_cap(lane.cap), "0", "0", "0", "-", "-"});
  for (const store::LaneInPool& pool : lane.pools)
    table.add({lane.name, pool.pool, std::to_string(lane.weight), std::to_string(lane.gap),
               std::to_string(pool.reserved), show_cap(pool.cap), std::to_string(pool.ready),
               std::to_string(pool.capped), std::to_string(pool.running),
               show_wait(pool.waited_p50), show_wait(pool.waited_p95)});
}

base::Result<store::LaneView> find_lane(store::Store& store, const std::string& name) {
  ASSIGN_OR_RETURN(const auto lanes, store::list_lanes(store));
  const auto found = std::ranges::find(lanes, name, &store::LaneView::name);
  if (found != lanes.end()) return *found;
  std::string names;
  for (const store::LaneView& lane : lanes) names += (names.empty() ? "" : ", ") + lane.name;
  return base::fail(
      base::ErrorCode::not_found,
      fmt::format("there is no lane \"{}\" (there is: {})", base::to_printable(name), names));
}

/// Prints the lane as it stands now, with its latest changes.
ExitCode print_lane(const Arguments& arguments, Context& context, store::Store& store) {
  ASSIGN_OR_REPORT(const auto lane, find_lane(store, arguments.lane.name));
  ASSIGN_OR_REPORT(const auto changes,
                   store::list_limit_changes(store, "lane " + lane.name, kShownChanges));
  if (arguments.wants_json) {
    base::json::array records;
    for (const store::LimitChange& change : changes) records.push_back(to_record(change));
    print_record(context, base::json::object{{"lane", to_record(lane)}, {"changes", records}});
    return ExitCode::done;
  }
  Table table = make_table();
  add_rows(table, lane);
  *context.out.stream << table.to_text(static_cast<std::size_t>(find_width(context)))
                      << fmt::format(
                             "\nwhile it has something ready in a pool, it is claimed at least "
                             "once in any {} consecutive claims of that pool\n",
                             lane.gap);
  for (const store::LimitChange& change : changes)
    *context.out.stream << fmt::format("{}  {}  {}\n", base::to_rfc3339(change.at).substr(0, 19),
                                       base::to_printable(change.changed_by), change.change);
  return ExitCode::done;
}

/// user@host, as far as it is known.
std::string find_user(const Context& context) {
  const auto user = context.environment.find("USER");
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host.fill('\0');
  return fmt::format("{}@{}",
                     user == context.environment.end() ? std::to_string(getuid()) : user->second,
                     host.data());
}

}  // namespace

ExitCode lane_list(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  ASSIGN_OR_REPORT(const auto lanes, store::list_lanes(*store));
  if (arguments.wants_json) {
    base::json::array records;
    for (const store::LaneView& lane : lanes) records.push_back(to_record(lane));
    print_record(context, base::json::object{{"lanes", records}});
    return ExitCode::done;
  }
  Table table = make_table();
  for (const store::LaneView& lane : lanes) add_rows(table, lane);
  *context.out.stream << table.to_text(static_cast<std::size_t>(find_width(context)));
  return ExitCode::done;
}

ExitCode lane_show(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  return print_lane(arguments, context, *store);
}

ExitCode lane_set(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  const LaneOptions& options = arguments.lane;
  ASSIGN_OR_REPORT(const auto lane, find_lane(*store, options.name));
  ASSIGN_OR_REPORT(const auto answer, store->execute(store::SetLane{
                                          lane.name, options.pool, options.weight, options.reserved,
                                          options.cap, find_user(context)}));
  (void)answer;
  return print_lane(arguments, context, *store);
}

}  // namespace mpegflow::cli
