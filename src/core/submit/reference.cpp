#include <set>

#include <fmt/format.h>

#include "core/submit/field.h"
#include "core/submit/preset_set.h"
#include "core/submit/schema.h"

namespace mpegflow::submit {
namespace json = base::json;
namespace {

std::string describe_default(const Field& field, const json::object& defaults) {
  if (field.presence == Presence::required) return "**required**";
  if (!field.default_words.empty()) return std::string(field.default_words);
  const auto* value = defaults.if_contains(field.name);
  if (field.presence == Presence::optional || value == nullptr) return "–";
  if (field.kind == FieldKind::object) return "see below";
  if (value->is_number()) return fmt::format("`{}`", to_plain_text(value->to_number<double>()));
  if (value->is_string())
    return fmt::format("`{}`",
                       std::string_view(value->get_string().data(), value->get_string().size()));
  return fmt::format("`{}`", json::serialize(*value));
}

std::string escape_cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? "\\|" : std::string(1, c);
  return escaped;
}

void write_table(const ObjectType& type, std::string& out) {
  const json::object defaults = type.make_defaults();
  out += "| key | value | default | what it is |\n|---|---|---|---|\n";
  for (const Field& field : type.fields) {
    out +=
        fmt::format("| `{}` | {} | {} | {} |\n", field.name, escape_cell(describe_expected(field)),
                    describe_default(field, defaults), escape_cell(field.description));
  }
}

/// The objects that the fields of `type` hold, each once, with what is in them.
void write_objects(const ObjectType& type, std::set<const ObjectType*>& written, std::string& out) {
  for (const Field& field : type.fields) {
    if (field.object == nullptr || !written.insert(field.object).second) continue;
    out += fmt::format("\n### {}\n\n", field.object->title);
    write_table(*field.object, out);
    write_objects(*field.object, written, out);
  }
}

void write_presets(std::string& out) {
  out +=
      "\n### Presets\n\nFor `ladder`; `mpegflow preset show NAME` prints one. See "
      "[presets.md](presets.md).\n\n| preset | what it is |\n|---|---|\n";
  for (const Preset& preset : built_in_presets())
    out += fmt::format("| `{}` | {} |\n", to_reference(preset), escape_cell(preset.description));
}

}  // namespace

std::string make_reference_markdown() {
  std::string out = "## Keys\n\n";
  write_table(job_type(), out);
  std::set<const ObjectType*> written;
  write_objects(job_type(), written, out);
  write_presets(out);
  return out;
}

}  // namespace mpegflow::submit
