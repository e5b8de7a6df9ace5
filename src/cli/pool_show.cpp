#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"
#include "cli/pool_text.h"
#include "cli/table.h"
#include "records/parse_records.h"

namespace mpegflow::cli {

ExitCode pool_show(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->list_pools());
  const base::json::array pools = base::array_or(record, "pools");
  const auto found = std::ranges::find_if(pools, [&](const base::json::value& one) {
    return one.is_object() && base::text_or(one.get_object(), "name") == arguments.pool;
  });
  if (found == pools.end())
    return report_error(
        context, arguments,
        {base::ErrorCode::not_found,
         fmt::format("there is no pool \"{}\"; mpegflow pool list shows those there are",
                     base::to_printable(arguments.pool))});
  if (arguments.wants_json) {
    print_record(context, *found);
    return ExitCode::done;
  }
  const store::PoolRow pool = records::parse_pool(found->get_object());
  const PoolLoads loads = records::parse_pool_loads(found->get_object());
  const auto load = [&](const char* state) {
    return fmt::format("{}", count_load(loads, pool.name, state));
  };
  *context.out.stream << to_key_values({{"pool", pool.name},
                                        {"description", pool.description},
                                        {"memory per task", show_memory(pool)},
                                        {"next pool", pool.next_pool},
                                        {"ready", load("ready")},
                                        {"running", load("leased")},
                                        {"backing off", load("backing_off")},
                                        {"held", load("held")}});
  return ExitCode::done;
}

}  // namespace mpegflow::cli
