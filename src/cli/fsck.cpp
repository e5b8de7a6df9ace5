#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "engine/upkeep/check_state.h"

namespace mpegflow::cli {
namespace {

using engine::Fault;

base::json::value text_or_null(const std::string& text) {
  return text.empty() ? base::json::value(nullptr) : base::json::value(base::to_printable(text));
}

base::json::object make_record(const Fault& fault) {
  return {{"kind", engine::to_word(fault.kind)},
          {"place", base::to_printable(fault.place)},
          {"job", text_or_null(fault.job.value)},
          {"what", base::to_printable(fault.what)},
          {"advice", fault.advice},
          {"is_mendable", fault.is_mendable},
          {"is_mended", fault.is_mended},
          {"mended", text_or_null(fault.mended)}};
}

base::json::object make_record(const engine::CheckReport& report, std::int64_t left) {
  base::json::array faults;
  for (const Fault& fault : report.faults) faults.push_back(make_record(fault));
  return {{"is_clean", left == 0},   {"faults_left", left},   {"jobs", report.jobs},
          {"events", report.events}, {"files", report.files}, {"bytes_hashed", report.bytes_hashed},
          {"faults", faults}};
}

void print_fault(Context& context, const Fault& fault) {
  const std::string state = fault.is_mended ? paint(context, context.out, Colour::green, "mended")
                                            : paint(context, context.out, Colour::red, "fault ");
  *context.out.stream << fmt::format("{}  {:<9}  {}\n{:8}{}\n", state, engine::to_word(fault.kind),
                                     base::to_printable(fault.place), "",
                                     base::to_printable(fault.what));
  const std::string& next = fault.mended.empty() ? fault.advice : fault.mended;
  *context.out.stream << fmt::format("{:8}-> {}\n", "", base::to_printable(next));
}

void print_text(Context& context, const engine::CheckReport& report, std::int64_t left) {
  for (const Fault& fault : report.faults) print_fault(context, fault);
  *context.out.stream << fmt::format(
      "{}{} jobs, {} events, {} files ({} hashed): {}\n", report.faults.empty() ? "" : "\n",
      report.jobs, report.events, report.files, base::to_human_bytes(report.bytes_hashed),
      left == 0 ? std::string("no faults") : fmt::format("{} faults", left));
}

}  // namespace

ExitCode fsck(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const engine::LocalState state, context.open_local_state(context.config));
  ASSIGN_OR_REPORT(engine::CheckReport report, engine::check_state(state, {arguments.is_quick}));
  if (arguments.wants_repair) {
    if (const auto done = engine::mend(state, report); !done)
      return report_error(context, arguments, done.error());
  }
  const std::int64_t left = std::ranges::count(report.faults, false, &Fault::is_mended);
  if (arguments.wants_json) print_record(context, make_record(report, left));
  else print_text(context, report, left);
  return left == 0 ? ExitCode::done : ExitCode::damaged;
}

}  // namespace mpegflow::cli
