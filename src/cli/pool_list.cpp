#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"
#include "cli/pool_text.h"
#include "cli/table.h"
#include "records/parse_records.h"

namespace mpegflow::cli {
namespace {

std::string make_table(const std::vector<store::PoolRow>& pools, const PoolLoads& loads,
                       std::size_t width) {
  Table table({{"POOL"},
               {"MEMORY", Align::right},
               {"NEXT"},
               {"READY", Align::right},
               {"RUNNING", Align::right},
               {"BACKING OFF", Align::right},
               {"HELD", Align::right},
               {"DESCRIPTION", Align::left, true}});
  for (const store::PoolRow& pool : pools) {
    const auto load = [&](const char* state) {
      return fmt::format("{}", count_load(loads, pool.name, state));
    };
    table.add({pool.name, show_memory(pool), pool.next_pool.empty() ? "-" : pool.next_pool,
               load("ready"), load("leased"), load("backing_off"), load("held"), pool.description});
  }
  return table.to_text(width);
}

}  // namespace

ExitCode pool_list(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->list_pools());
  if (arguments.wants_json) {
    print_record(context, record);
    return ExitCode::done;
  }
  PoolLoads loads;
  for (const PoolLoads& one : records::parse_list(record, "pools", records::parse_pool_loads))
    loads.insert(one.begin(), one.end());
  *context.out.stream << make_table(records::parse_list(record, "pools", records::parse_pool),
                                    loads, static_cast<std::size_t>(find_width(context)));
  return ExitCode::done;
}

}  // namespace mpegflow::cli
