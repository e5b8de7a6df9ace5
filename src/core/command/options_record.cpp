#include "core/command/options_record.h"

#include "base/json.h"

namespace mpegflow::command {

std::string options_file(const base::EncoderRevisionId& revision) {
  return "options-" + revision.value + ".json";
}

std::string to_text(const BinaryOptions& options) {
  base::json::object takes_value;
  for (const auto& [name, takes] : options.takes_value) takes_value[name] = takes;
  base::json::array library;
  for (const std::string& name : options.library_options) library.emplace_back(name);
  return base::to_canonical_json(
      base::json::object{{"takes_value", std::move(takes_value)}, {"library", std::move(library)}});
}

BinaryOptions parse_binary_options(std::string_view text) {
  BinaryOptions options;
  const auto value = base::parse_json(text, "options of FFmpeg");
  if (!value || !value->is_object()) return options;
  const base::json::object& record = value->get_object();
  for (const auto& [name, takes_value] : base::object_or(record, "takes_value"))
    if (takes_value.is_bool()) options.takes_value[std::string(name)] = takes_value.get_bool();
  for (const auto& name : base::array_or(record, "library"))
    if (name.is_string()) options.library_options.emplace(name.get_string());
  return options;
}

}  // namespace mpegflow::command
