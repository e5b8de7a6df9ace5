#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/own_presets.h"
#include "cli/spec_file.h"
#include "cli/table.h"

namespace mpegflow::cli {
namespace {

constexpr std::string_view kBuiltIn = "built in";

base::json::object make_record(const submit::Preset& preset, std::string_view origin) {
  return {{"preset", preset.name},
          {"version", preset.version},
          {"description", base::to_printable(preset.description)},
          {"origin", base::to_printable(origin)},
          {"sha256", preset.sha256}};
}

base::json::object make_record(const submit::OwnPreset& own) {
  if (own.reading.preset) return make_record(*own.reading.preset, own.file);
  return {{"origin", base::to_printable(own.file)},
          {"faults", submit::to_json(own.reading.faults)}};
}

std::string find_origin(const submit::Preset& preset, const std::vector<submit::OwnPreset>& own) {
  for (const submit::OwnPreset& one : own)
    if (one.reading.preset == preset) return one.file;
  return std::string(kBuiltIn);
}

}  // namespace

ExitCode preset_list(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto own, read_preset_folder(context));
  if (arguments.wants_json) {
    base::json::array records;
    for (const submit::Preset& preset : submit::built_in_presets())
      records.push_back(make_record(preset, kBuiltIn));
    for (const submit::OwnPreset& one : own) records.push_back(make_record(one));
    print_record(context, base::json::object{{"presets", records}});
    return ExitCode::done;
  }
  Table table({{"PRESET"}, {"WHAT IT IS", Align::left, true}, {"FROM"}});
  for (const submit::Preset& preset : submit::built_in_presets())
    table.add({to_reference(preset), preset.description, std::string(kBuiltIn)});
  for (const submit::OwnPreset& one : own)
    if (one.reading.preset)
      table.add({to_reference(*one.reading.preset), one.reading.preset->description, one.file});
    else
      table.add({"-", fmt::format("at fault: {}", one.reading.faults.front().message), one.file});
  *context.out.stream << table.to_text(static_cast<std::size_t>(find_width(context)));
  return ExitCode::done;
}

ExitCode preset_show(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto own, read_preset_folder(context));
  const submit::PresetLookup found = submit::find_preset(arguments.preset, own);
  if (found.preset == nullptr) {
    const std::string nearest =
        found.fault.nearest.empty()
            ? ""
            : fmt::format("; did you mean {}?", submit::quote(found.fault.nearest));
    return report_error(context, arguments,
                        {base::ErrorCode::not_found, found.fault.message + nearest});
  }
  const std::string origin = find_origin(*found.preset, own);
  if (arguments.wants_json) {
    base::json::object record = make_record(*found.preset, origin);
    record["settings"] = found.preset->settings;
    print_record(context, base::json::object{{"preset", record}});
    return ExitCode::done;
  }
  *context.out.stream << fmt::format("# {}, {}\n# sha256 {}\n", to_reference(*found.preset),
                                     base::to_printable(origin), found.preset->sha256)
                      << found.preset->text;
  return ExitCode::done;
}

ExitCode preset_check(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(std::string text,
                   read_document_bytes(context.working_directory / arguments.file));
  const base::Path path = arguments.file;
  const auto checked = submit::read_own_presets({{path.filename().native(), std::move(text)}});
  const submit::PresetReading& reading = checked.front().reading;
  const std::string name = base::to_printable(arguments.file);
  if (arguments.wants_json) {
    base::json::value preset(nullptr);
    if (reading.preset) preset = make_record(*reading.preset, path.filename().native());
    print_record(context, base::json::object{{"is_valid", reading.preset.has_value()},
                                             {"faults", submit::to_json(reading.faults)},
                                             {"preset", preset}});
  } else if (reading.preset) {
    *context.out.stream << fmt::format("{}: no faults; it is {}, sha256 {}\n", name,
                                       to_reference(*reading.preset), reading.preset->sha256);
  } else {
    *context.out.stream << submit::to_text(reading.faults, name);
  }
  return reading.preset ? ExitCode::done : ExitCode::spec_invalid;
}

}  // namespace mpegflow::cli
