#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"
#include "cli/table.h"
#include "records/parse_records.h"

namespace mpegflow::cli {
namespace {

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

/// Prints the lane as it stands in the record, with its latest changes.
ExitCode print_lane(const Arguments& arguments, Context& context,
                    const base::json::object& record) {
  if (arguments.wants_json) {
    print_record(context, record);
    return ExitCode::done;
  }
  const store::LaneView lane = records::parse_lane(base::object_or(record, "lane"));
  Table table = make_table();
  add_rows(table, lane);
  *context.out.stream << table.to_text(static_cast<std::size_t>(find_width(context)))
                      << fmt::format(
                             "\nwhile it has something ready in a pool, it is claimed at least "
                             "once in any {} consecutive claims of that pool\n",
                             lane.gap);
  for (const store::LimitChange& change :
       records::parse_list(record, "changes", records::parse_limit_change))
    *context.out.stream << fmt::format("{}  {}  {}\n", base::to_rfc3339(change.at).substr(0, 19),
                                       base::to_printable(change.changed_by),
                                       base::to_printable(change.change));
  return ExitCode::done;
}

}  // namespace

ExitCode lane_list(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->list_lanes());
  if (arguments.wants_json) {
    print_record(context, record);
    return ExitCode::done;
  }
  Table table = make_table();
  for (const store::LaneView& lane : records::parse_list(record, "lanes", records::parse_lane))
    add_rows(table, lane);
  *context.out.stream << table.to_text(static_cast<std::size_t>(find_width(context)));
  return ExitCode::done;
}

ExitCode lane_show(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->show_lane(arguments.lane.name));
  return print_lane(arguments, context, record);
}

ExitCode lane_set(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->set_lane(arguments.lane));
  return print_lane(arguments, context, record);
}

}  // namespace mpegflow::cli
