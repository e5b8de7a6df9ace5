#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/doctor_checks.h"
#include "cli/output.h"

namespace mpegflow::cli {
namespace {

Colour colour_of(CheckState state) {
  switch (state) {
    case CheckState::ok: return Colour::green;
    case CheckState::warning: return Colour::yellow;
    case CheckState::failed: return Colour::red;
  }
  return Colour::plain;
}

void print_checks(Context& context, const std::vector<Check>& checks) {
  std::size_t widest = 0;
  for (const Check& check : checks) widest = std::max(widest, check.name.size());
  for (const Check& check : checks) {
    const std::string state = fmt::format("{:<7}", to_word(check.state));
    *context.out.stream << paint(context, context.out, colour_of(check.state), state)
                        << fmt::format("  {:<{}}  {}\n", base::to_printable(check.name), widest,
                                       base::to_printable(check.detail));
    if (!check.advice.empty())
      *context.out.stream << fmt::format("{:{}}-> {}\n", "", widest + 11,
                                         base::to_printable(check.advice));
  }
}

base::json::array make_records(const std::vector<Check>& checks) {
  base::json::array records;
  for (const Check& check : checks) {
    const base::json::value advice =
        check.advice.empty() ? base::json::value(nullptr) : base::json::value(check.advice);
    records.push_back(base::json::object{{"name", check.name},
                                         {"state", to_word(check.state)},
                                         {"detail", check.detail},
                                         {"advice", advice}});
  }
  return records;
}

}  // namespace

ExitCode doctor(const Arguments& arguments, Context& context) {
  const std::vector<Check> checks =
      judge_machine(context.look_around(context.config), context.config.sandbox_mode());
  const bool is_fine = std::ranges::none_of(
      checks, [](const Check& check) { return check.state == CheckState::failed; });
  if (arguments.wants_json) {
    print_record(context,
                 base::json::object{{"is_ready", is_fine}, {"checks", make_records(checks)}});
  } else {
    print_checks(context, checks);
    *context.out.stream << (is_fine ? "\nthis machine can run jobs\n"
                                    : "\nthis machine cannot run jobs yet\n");
  }
  return is_fine ? ExitCode::done : ExitCode::unavailable;
}

}  // namespace mpegflow::cli
