#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"
#include "core/submit/placeholder.h"
#include "core/submit/quantity.h"
#include "records/parse_records.h"

namespace mpegflow::cli {
namespace {

constexpr std::size_t kLongestDescription = 256;

base::Result<std::string> check_next(const std::vector<store::PoolRow>& pools,
                                     const std::string& name, const std::string& next) {
  if (next == "none" || next.empty()) return std::string();
  if (next == name)
    return base::fail(base::ErrorCode::invalid_argument,
                      fmt::format("pool {} cannot follow itself", name));
  if (std::ranges::find(pools, next, &store::PoolRow::name) != pools.end()) return next;
  return base::fail(base::ErrorCode::not_found,
                    fmt::format("there is no pool \"{}\" to go on to; make it first: mpegflow pool "
                                "set {}",
                                base::to_printable(next), base::to_printable(next)));
}

/// The pool as it stands, or a new one, with what the words change.
base::Result<store::PoolRow> make_pool(const std::vector<store::PoolRow>& pools,
                                       const std::string& name, const PoolWords& words) {
  if (!submit::is_key(name))
    return base::fail(
        base::ErrorCode::invalid_argument,
        fmt::format("\"{}\" is no name for a pool; expected at most 64 letters, digits, - "
                    "and _, first a letter or digit",
                    base::to_printable(name)));
  const auto found = std::ranges::find(pools, name, &store::PoolRow::name);
  store::PoolRow pool = found == pools.end() ? store::PoolRow{name, 0, {}, {}} : *found;
  if (words.memory) {
    const auto bytes = submit::parse_byte_size(*words.memory);
    if (!bytes)
      return base::fail(base::ErrorCode::invalid_argument,
                        fmt::format("--memory \"{}\" is not a size; write 4GiB or 500MB, or 0",
                                    base::to_printable(*words.memory)));
    pool.memory_per_task_bytes = *bytes;
  }
  if (words.next) {
    ASSIGN_OR_RETURN(pool.next_pool, check_next(pools, name, *words.next));
  }
  if (words.description) pool.description = *words.description;
  if (pool.description.size() > kLongestDescription || !base::is_valid_utf8(pool.description))
    return base::fail(base::ErrorCode::invalid_argument,
                      "--description takes at most 256 bytes of UTF-8");
  return pool;
}

}  // namespace

ExitCode pool_set(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto there, control->list_pools());
  ASSIGN_OR_REPORT(const auto pool,
                   make_pool(records::parse_list(there, "pools", records::parse_pool),
                             arguments.pool, arguments.pool_words));
  ASSIGN_OR_REPORT(const auto record, control->set_pool(pool));
  if (arguments.wants_json) print_record(context, record);
  else *context.out.stream << "pool " << pool.name << " is set\n";
  return ExitCode::done;
}

}  // namespace mpegflow::cli
