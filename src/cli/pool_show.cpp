#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/pool_text.h"
#include "cli/table.h"
#include "store/reads.h"

namespace mpegflow::cli {

ExitCode pool_show(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  ASSIGN_OR_REPORT(const auto pools, store::list_pools(*store));
  const auto pool = std::ranges::find(pools, arguments.pool, &store::PoolRow::name);
  if (pool == pools.end())
    return report_error(
        context, arguments,
        {base::ErrorCode::not_found,
         fmt::format("there is no pool \"{}\"; mpegflow pool list shows those there are",
                     base::to_printable(arguments.pool))});
  ASSIGN_OR_REPORT(const auto loads, store::count_pool_loads(*store));
  if (arguments.wants_json) {
    print_record(context, to_record(*pool, loads));
    return ExitCode::done;
  }
  const auto load = [&](const char* state) {
    return fmt::format("{}", count_load(loads, pool->name, state));
  };
  *context.out.stream << to_key_values({{"pool", pool->name},
                                        {"description", pool->description},
                                        {"memory per task", show_memory(*pool)},
                                        {"next pool", pool->next_pool},
                                        {"ready", load("ready")},
                                        {"running", load("leased")},
                                        {"backing off", load("backing_off")},
                                        {"held", load("held")}});
  return ExitCode::done;
}

}  // namespace mpegflow::cli
