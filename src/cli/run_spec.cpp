#include "cli/run_spec.h"

#include <fmt/format.h>

#include "base/json.h"
#include "cli/ffmpeg_command.h"
#include "cli/own_presets.h"
#include "cli/retry_policies_file.h"
#include "core/submit/read_spec.h"

namespace mpegflow::cli {
namespace {

base::Result<void> check_ladder(const std::string& name, const submit::ReadContext& reading) {
  const submit::PresetLookup found = submit::find_preset(name, reading.own_presets);
  if (found.preset != nullptr) return {};
  const std::string nearest =
      found.fault.nearest.empty()
          ? ""
          : fmt::format("; did you mean {}?", submit::quote(found.fault.nearest));
  return base::fail(
      base::ErrorCode::invalid_argument,
      fmt::format("--ladder: {}{} (mpegflow preset list shows all)", found.fault.message, nearest));
}

}  // namespace

base::Result<RunSpec> read_run_spec(const RunOptions& options, const Context& context) {
  ASSIGN_OR_RETURN(const auto policies,
                   read_retry_policies_file(context.config.retry_policies.text));
  base::json::object retry = submit::settings_of(policies, kLocalTenant);
  if (!options.command_words.empty() || !options.script.empty()) {
    ASSIGN_OR_RETURN(command::CommandJob job, read_command_job(options, context));
    if (options.memory > 0) job.spec.limits.memory = options.memory;
    job.spec.retry = submit::to_retry_spec(retry);
    std::string text = base::to_pretty_json(submit::to_json(job.spec));
    return RunSpec{job.spec, std::move(text), std::move(job)};
  }
  ASSIGN_OR_RETURN(auto presets, read_preset_folder(context));
  const submit::ReadContext reading{context.working_directory.native(), options.output,
                                    std::move(presets), std::move(retry)};
  if (options.spec_file.empty()) {
    RETURN_IF_ERROR(check_ladder(options.ladder, reading));
    ASSIGN_OR_RETURN(submit::JobSpec spec,
                     submit::to_result(submit::make_ladder_spec(options.ladder, options.input,
                                                                options.output, reading),
                                       "command line"));
    if (options.memory > 0) spec.limits.memory = options.memory;
    std::string text = base::to_pretty_json(submit::to_json(spec));
    return RunSpec{std::move(spec), std::move(text)};
  }
  const base::Path file = context.working_directory / options.spec_file;
  auto text = base::read_file(file);
  if (!text)
    return base::fail(text.error().code == base::ErrorCode::not_found
                          ? base::ErrorCode::input_not_found
                          : base::ErrorCode::input_forbidden,
                      fmt::format("the spec cannot be read: {}", text.error().message));
  ASSIGN_OR_RETURN(submit::JobSpec spec,
                   submit::to_result(submit::read_spec(*text, reading), options.spec_file));
  if (options.memory > 0) spec.limits.memory = options.memory;
  return RunSpec{std::move(spec), std::move(*text)};
}

}  // namespace mpegflow::cli
