#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/records.h"
#include "cli/table.h"
#include "engine/upkeep/litter.h"

namespace mpegflow::cli {
namespace {

using engine::Litter;

struct Sum {
  std::int64_t things = 0, bytes = 0;
};

bool has_failed(const Litter& one) {
  return !one.problem.empty();
}
bool goes(const Litter& one) {
  return one.judgement.may_go && !has_failed(one);
}
bool stays(const Litter& one) {
  return !one.judgement.may_go;
}

Sum add_up(const std::vector<Litter>& litter, bool (*which)(const Litter&)) {
  Sum sum;
  for (const Litter& one : litter) {
    if (!which(one)) continue;
    sum.things += one.count;
    sum.bytes += one.bytes;
  }
  return sum;
}

std::string_view find_action(const Litter& one, bool is_dry_run) {
  if (has_failed(one)) return "failed";
  if (stays(one)) return "kept";
  return is_dry_run ? "would_collect" : "collected";
}

base::json::object make_record(const Litter& one, bool is_dry_run) {
  base::json::object record{
      {"kind", engine::to_word(one.kind)},
      {"action", find_action(one, is_dry_run)},
      {"place", base::to_printable(one.place)},
      {"count", one.count},
      {"bytes", one.bytes},
      {"job", one.job.empty() ? base::json::value(nullptr) : base::json::value(one.job.value)},
      {"why", one.judgement.why},
      {"problem", one.problem.empty() ? base::json::value(nullptr)
                                      : base::json::value(base::to_printable(one.problem))}};
  add_time(record, "kept_until", one.judgement.kept_until);
  return record;
}

base::json::object make_record(const Sum& sum) {
  return {{"count", sum.things}, {"bytes", sum.bytes}};
}

void print_json(Context& context, const std::vector<Litter>& litter, bool is_dry_run,
                base::Micros grace) {
  base::json::array items;
  for (const Litter& one : litter) items.push_back(make_record(one, is_dry_run));
  print_record(context, base::json::object{{"is_dry_run", is_dry_run},
                                           {"grace_us", grace.count()},
                                           {"collected", make_record(add_up(litter, goes))},
                                           {"kept", make_record(add_up(litter, stays))},
                                           {"failed", make_record(add_up(litter, has_failed))},
                                           {"items", items}});
}

std::string explain(const Litter& one) {
  if (has_failed(one)) return one.problem;
  if (!one.judgement.kept_until) return one.judgement.why;
  return fmt::format("{}; goes from {} on", one.judgement.why,
                     base::to_rfc3339(*one.judgement.kept_until).substr(0, 16));
}

void print_text(Context& context, const std::vector<Litter>& litter, bool is_dry_run) {
  Table table({{"ACTION"},
               {"WHAT"},
               {"SIZE", Align::right},
               {"PLACE", Align::left, true},
               {"WHY", Align::left, true}});
  for (const Litter& one : litter) {
    const std::string action(find_action(one, is_dry_run));
    table.add({action == "would_collect" ? "would go" : action,
               std::string(engine::to_word(one.kind)),
               one.kind == engine::LitterKind::requests ? std::to_string(one.count)
                                                        : base::to_human_bytes(one.bytes),
               one.place, explain(one)});
  }
  if (!table.empty())
    *context.out.stream << table.to_text(static_cast<std::size_t>(find_width(context))) << "\n";
  const Sum gone = add_up(litter, goes), kept = add_up(litter, stays);
  *context.out.stream << fmt::format(
      "{} {} ({}), {} kept for now ({})\n", is_dry_run ? "would collect" : "collected", gone.things,
      base::to_human_bytes(gone.bytes), kept.things, base::to_human_bytes(kept.bytes));
  if (const Sum failed = add_up(litter, has_failed); failed.things > 0)
    *context.err.stream << fmt::format(
        "mpegflow: {} could not be removed; run gc again after "
        "mending what the list says\n",
        failed.things);
}

}  // namespace

ExitCode gc(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const engine::LocalState state, context.open_local_state(context.config));
  engine::LitterOptions options;
  options.grace = upkeep::parse_age(arguments.grace).value_or(upkeep::kDefaultGrace);
  options.keep_history = context.config.keep_history();
  options.keep_logs = context.config.keep_logs();
  ASSIGN_OR_REPORT(std::vector<Litter> litter, engine::find_litter(state, options));
  if (!arguments.is_dry_run) {
    if (const auto done = engine::collect_litter(state, options, litter); !done)
      return report_error(context, arguments, done.error());
  }
  if (arguments.wants_json) print_json(context, litter, arguments.is_dry_run, options.grace);
  else print_text(context, litter, arguments.is_dry_run);
  return std::ranges::any_of(litter, has_failed) ? ExitCode::state_failed : ExitCode::done;
}

}  // namespace mpegflow::cli
