#include "core/submit/preset.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

#include <fmt/format.h>

#include "base/sha256.h"
#include "core/submit/check_spec.h"
#include "core/submit/document.h"
#include "core/submit/field.h"
#include "core/submit/placeholder.h"
#include "core/submit/read_fields.h"
#include "core/submit/read_spec.h"

namespace mpegflow::submit {
namespace json = base::json;
namespace {

constexpr std::array<std::string_view, 6> kSettings = {"renditions", "audio",  "packaging",
                                                       "loudness",   "poster", "sprites"};
constexpr std::int64_t kHighestVersion = 999'999;

constexpr std::array<Field, 3> kHead = {{
    {.name = "preset",
     .kind = FieldKind::key,
     .presence = Presence::required,
     .description = "Its name."},
    {.name = "version",
     .kind = FieldKind::integer,
     .presence = Presence::required,
     .description = "Counted up whenever anything of it changes.",
     .minimum = 1,
     .maximum = kHighestVersion},
    {.name = "description", .presence = Presence::required, .description = "One line for people."},
}};

/// The keys of a preset: its head, and the rows of the job's own table that it may set.
const ObjectType& preset_type() {
  static const std::vector<Field> kFields = [] {
    std::vector<Field> fields(kHead.begin(), kHead.end());
    std::ranges::copy_if(job_type().fields, std::back_inserter(fields),
                         [](const Field& field) { return is_preset_setting(field.name); });
    return fields;
  }();
  static const ObjectType kType = {"Preset", kFields, [] { return json::object(); }};
  return kType;
}

/// What it sets, judged as a spec that has nothing else would be, and written out whole.
json::object check_settings(const json::object& document, const json::object& fields,
                            Reading& reading) {
  json::object set;
  for (const auto& entry : fields)
    if (is_preset_setting(entry.key())) set[entry.key()] = entry.value();
  JobSpec spec = parse_job_spec(set);
  complete_renditions(spec);
  check_parts(spec, reading);
  if (!document.contains("renditions") && !spec.audio.enabled)
    reading.add("", FaultCode::missing, "sets neither renditions nor audio; expected one of them");
  json::object settings;
  for (const auto& entry : to_json(spec))
    if (is_preset_setting(entry.key())) settings[entry.key()] = entry.value();
  return settings;
}

}  // namespace

bool is_preset_setting(std::string_view key) {
  return std::ranges::find(kSettings, key) != kSettings.end();
}

std::string to_reference(const Preset& preset) {
  return fmt::format("{}@{}", preset.name, preset.version);
}

std::optional<PresetReference> parse_preset_reference(std::string_view text) {
  const std::size_t at = text.find('@');
  PresetReference reference{std::string(text.substr(0, at)), std::nullopt};
  if (!is_key(reference.name)) return std::nullopt;
  if (at == std::string_view::npos) return reference;
  const std::string_view digits = text.substr(at + 1);
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  const bool is_whole = error == std::errc{} && end == digits.data() + digits.size();
  if (!is_whole || digits.front() == '0' || version < 1 || version > kHighestVersion)
    return std::nullopt;
  reference.version = version;
  return reference;
}

PresetReading read_preset(std::string_view text) {
  const Document document = read_document(text);
  PresetReading result;
  result.faults = document.faults;
  if (const auto* object = document.value.if_object()) {
    Reading reading{std::string()};
    const json::object fields = read_fields(preset_type(), *object, reading);
    Preset preset;
    preset.name = base::text_or(fields, "preset");
    preset.version = base::int_or(fields, "version");
    preset.description = base::text_or(fields, "description");
    preset.settings = check_settings(*object, fields, reading);
    preset.text = text;
    preset.sha256 = base::Sha256::hex_of(text);
    result.faults.insert(result.faults.end(), reading.faults().begin(), reading.faults().end());
    if (result.faults.empty()) result.preset = std::move(preset);
  } else if (result.faults.empty()) {
    result.faults.push_back({.code = FaultCode::wrong_type,
                             .message = fmt::format("found {}; expected a map with the keys of a "
                                                    "preset",
                                                    describe_found(document.value))});
  }
  for (Fault& fault : result.faults)
    if (fault.line == 0) fault.line = find_line(document, fault.path);
  std::ranges::stable_sort(result.faults, {}, &Fault::line);
  return result;
}

}  // namespace mpegflow::submit
