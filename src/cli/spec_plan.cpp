#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/plan_text.h"
#include "cli/spec_file.h"
#include "core/plan/plan.h"

namespace mpegflow::cli {
namespace {

base::Result<plan::Probes> probe_inputs(const submit::JobSpec& spec, const Context& context) {
  plan::Probes probes;
  for (const submit::InputSpec& input : spec.inputs) {
    const auto path = base::parse_file_uri(input.uri);
    if (!path)
      return base::fail(base::ErrorCode::input_invalid,
                        fmt::format("input {} is not a file of this machine", input.key));
    ASSIGN_OR_RETURN(probes[input.key], context.probe_input(context.config, *path));
  }
  return probes;
}

/// A spec of raw tasks alone needs no look at its inputs.
base::Result<std::vector<plan::PlannedTask>> plan_all(const submit::JobSpec& spec,
                                                      const Context& context) {
  std::vector<plan::PlannedTask> tasks = plan::plan_static(spec);
  if (!submit::makes_renditions(spec)) return tasks;
  ASSIGN_OR_RETURN(const plan::Probes probes, probe_inputs(spec, context));
  ASSIGN_OR_RETURN(const encode::EncoderFacts encoder, context.find_encoder(context.config));
  auto expansion = plan::plan_expansion(spec, probes, encoder);
  if (!expansion) {
    const retry::Finding& finding = expansion.error();
    return base::fail(finding.status == retry::FindingStatus::failed_spec
                          ? base::ErrorCode::invalid_spec
                          : base::ErrorCode::input_invalid,
                      finding.reason + ": " + finding.cause);
  }
  tasks.insert(tasks.end(), expansion->begin(), expansion->end());
  return tasks;
}

}  // namespace

ExitCode spec_plan(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(SpecFile file, read_spec_file(arguments.file, arguments.output, context));
  ASSIGN_OR_REPORT(const submit::JobSpec spec,
                   submit::to_result(std::move(file.reading), base::to_printable(arguments.file)));
  ASSIGN_OR_REPORT(const auto tasks, plan_all(spec, context));
  base::json::array notes;
  for (const std::string& note : find_notes(tasks)) notes.emplace_back(note);
  if (arguments.format == "json")
    print_record(context, base::json::object{{"plan_version", plan::kPlanVersion},
                                             {"spec", submit::to_json(spec)},
                                             {"notes", notes},
                                             {"tasks", to_plan_records(tasks)}});
  else
    *context.out.stream << (arguments.format == "dot" ? to_plan_dot(tasks) : to_plan_text(tasks));
  return ExitCode::done;
}

}  // namespace mpegflow::cli
