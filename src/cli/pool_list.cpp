#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/pool_text.h"
#include "cli/table.h"
#include "store/reads.h"

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
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  ASSIGN_OR_REPORT(const auto pools, store::list_pools(*store));
  ASSIGN_OR_REPORT(const auto loads, store::count_pool_loads(*store));
  if (!arguments.wants_json) {
    *context.out.stream << make_table(pools, loads, static_cast<std::size_t>(find_width(context)));
    return ExitCode::done;
  }
  base::json::array records;
  for (const store::PoolRow& pool : pools) records.push_back(to_record(pool, loads));
  print_record(context, base::json::object{{"pools", records}});
  return ExitCode::done;
}

}  // namespace mpegflow::cli
