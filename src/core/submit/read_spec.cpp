#include "core/submit/read_spec.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "core/submit/check_spec.h"
#include "core/submit/document.h"
#include "core/submit/field.h"
#include "core/submit/fill_in.h"
#include "core/submit/location.h"
#include "core/submit/read_fields.h"

namespace mpegflow::submit {
namespace json = base::json;
namespace {

/// Puts the preset that the ladder names in its place; it is named exactly from then on.
void expand_ladder(json::object& fields, const ReadContext& context, Reading& reading) {
  const std::string name = base::text_or(fields, "ladder");
  if (name.empty()) return;
  PresetLookup found = find_preset(name, context.own_presets);
  if (found.preset == nullptr)
    return reading.add("ladder", found.fault.code, found.fault.message, found.fault.nearest);
  const Preset& preset = *found.preset;
  const bool is_pinned = fields.contains("ladder_sha256");
  if (is_pinned && base::text_or(fields, "ladder_sha256") != preset.sha256)
    return reading.add("ladder_sha256", FaultCode::conflict,
                       fmt::format("{} here has the sha256 {}; a preset that changes gets another "
                                   "version",
                                   to_reference(preset), preset.sha256));
  const json::value* own = fields.if_contains("renditions");
  const json::value* ready = preset.settings.if_contains("renditions");
  if (is_pinned && own != nullptr && (ready == nullptr || *own != *ready))
    reading.add("renditions", FaultCode::conflict,
                "a job has either a ladder or renditions of its own; expected one of them");
  fields["ladder"] = to_reference(preset);
  fields["ladder_sha256"] = preset.sha256;
  // The canonical form says all there is: what it leaves out is off, whatever the preset has.
  if (!is_pinned || own == nullptr) fill_in(fields, preset.settings);
}

void fill_in_retry(json::object& fields, const json::object& settings) {
  if (settings.empty()) return;
  json::object retry = base::object_or(fields, "retry");
  fill_in(retry, settings);
  fields["retry"] = std::move(retry);
}

/// Gives a spec without faults its final form: highest rendition first.
void complete_spec(JobSpec& spec) {
  std::ranges::stable_sort(spec.renditions, std::ranges::greater{}, &RenditionSpec::height);
  // The output of renditions is a folder, with and without a slash behind it.
  const bool has_slash = spec.output_uri.ends_with('/') && spec.output_uri != "file:///";
  if (makes_renditions(spec) && has_slash) spec.output_uri.pop_back();
}

SpecReading read(const Document& document, const ReadContext& context) {
  SpecReading result;
  result.faults = document.faults;
  const auto add_root_fault = [&](std::string message) {
    result.faults.push_back({.code = FaultCode::wrong_type, .message = std::move(message)});
  };
  if (const auto* object = document.value.if_object()) {
    json::object whole = *object;
    if (!whole.contains("output") && !context.default_output.empty())
      whole["output"] = context.default_output;
    Reading reading(context.working_directory);
    json::object fields = read_fields(job_type(), whole, reading);
    if (!whole.contains("tasks")) expand_ladder(fields, context, reading);
    fill_in_retry(fields, context.retry);
    JobSpec spec = parse_job_spec(fields);
    complete_renditions(spec);
    check_spec(spec, whole, reading);
    result.faults.insert(result.faults.end(), reading.faults().begin(), reading.faults().end());
    complete_spec(spec);
    if (result.faults.empty()) result.spec = std::move(spec);
  } else if (result.faults.empty()) {
    add_root_fault(fmt::format("found {}; expected a map with the keys of a job",
                               describe_found(document.value)));
  }
  for (Fault& fault : result.faults)
    if (fault.line == 0) fault.line = find_line(document, fault.path);
  std::ranges::stable_sort(result.faults, {}, &Fault::line);
  if (result.faults.size() > kMostFaults) {
    result.faults.resize(kMostFaults);
    result.faults.push_back(
        {.code = FaultCode::too_large,
         .message = fmt::format("has more than {} faults; the rest is not listed", kMostFaults)});
  }
  return result;
}

/// A path of the file system as a file URI, whatever bytes it has.
std::string to_uri(std::string_view path, const ReadContext& context) {
  return base::to_file_uri(resolve_path(path, context.working_directory));
}

}  // namespace

SpecReading read_spec(std::string_view text, const ReadContext& context) {
  return read(read_document(text), context);
}

SpecReading read_spec_value(const json::value& value, const ReadContext& context) {
  Document document;
  document.value = value;
  return read(document, context);
}

SpecReading make_ladder_spec(std::string_view ladder, std::string_view input_path,
                             std::string_view output_path, const ReadContext& context) {
  return read_spec_value(json::object{{"ladder", ladder},
                                      {"input", to_uri(input_path, context)},
                                      {"output", to_uri(output_path, context)}},
                         context);
}

base::Result<JobSpec> to_result(SpecReading reading, std::string_view file_name) {
  if (reading.spec) return *std::move(reading.spec);
  std::string text = to_text(reading.faults, file_name);
  if (text.ends_with('\n')) text.pop_back();
  return base::fail(base::ErrorCode::invalid_spec, std::move(text));
}

}  // namespace mpegflow::submit
