#include "core/submit/schema.h"

#include <cmath>

#include "core/submit/field.h"
#include "core/submit/location.h"
#include "core/submit/placeholder.h"
#include "core/submit/preset.h"
#include "core/submit/quantity.h"
#include "core/submit/read_spec.h"

namespace mpegflow::submit {
namespace json = base::json;
namespace {

json::object make_schema(const Field& field);

/// Validators want signed numbers.
std::int64_t to_count(std::size_t count) {
  return static_cast<std::int64_t>(count);
}

template <class Words>
json::array to_array(const Words& words) {
  json::array array;
  for (const auto& word : words) array.emplace_back(word);
  return array;
}

json::object make_bounded(const Field& field, std::string_view type) {
  json::object schema = {{"type", type}};
  if (std::isfinite(field.minimum)) schema["minimum"] = to_number_value(field.minimum);
  if (std::isfinite(field.maximum)) schema["maximum"] = to_number_value(field.maximum);
  if (field.is_even) schema["multipleOf"] = 2;
  if (!field.choices.empty()) schema["enum"] = to_array(field.choices);
  return schema;
}

json::object make_quantity(const Field& field, std::string_view type, std::string_view pattern) {
  json::array forms;
  if (field.is_zero_allowed) forms.push_back(json::object{{"enum", {0}}});
  forms.push_back(make_bounded(field, type));
  forms.push_back(json::object{{"type", "string"}, {"pattern", pattern}});
  return {{"anyOf", std::move(forms)}};
}

json::object make_location(const Field& field) {
  json::array refused = {json::object{{"pattern", kRemotePattern}},
                         json::object{{"pattern", kNoPathPattern}}};
  return {{"type", "string"},
          {"minLength", 1},
          {"maxLength", to_count(field.most)},
          {"not", json::object{{"anyOf", std::move(refused)}}}};
}

json::object make_arguments(const Field& field) {
  return {{"anyOf",
           {json::object{{"type", "array"},
                         {"items", json::object{{"type", "string"}}},
                         {"minItems", 1},
                         {"maxItems", to_count(field.most)}},
            json::object{{"type", "string"}, {"pattern", "[^ \\t\\r\\n]"}}}}};
}

/// `given_key` is a field that the map around the object gives already.
json::object make_object(const ObjectType& type, std::string_view given_key = {}) {
  const json::object defaults = type.make_defaults();
  json::object properties;
  json::array required;
  for (const Field& field : type.fields) {
    if (field.name == given_key) continue;
    json::object schema = {{"description", field.description}};
    for (auto& entry : make_schema(field)) schema[entry.key()] = entry.value();
    const bool is_plain_default =
        field.presence == Presence::defaulted && field.default_words.empty();
    if (const auto* value = defaults.if_contains(field.name); value != nullptr && is_plain_default)
      schema["default"] = *value;
    properties[field.name] = std::move(schema);
    if (field.presence == Presence::required) required.emplace_back(field.name);
  }
  json::object schema = {{"type", "object"}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = std::move(required);
  schema["properties"] = std::move(properties);
  return schema;
}

/// An object in any of its forms: itself, a text or a boolean that stands for one of its fields.
json::object make_nested(const Field& field, std::string_view given_key = {}) {
  json::object whole = make_object(*field.object, given_key);
  json::array forms;
  if (!field.text_means.empty())
    forms.push_back(make_schema(*find_field(*field.object, field.text_means)));
  if (!field.switch_means.empty())
    forms.push_back(make_schema(*find_field(*field.object, field.switch_means)));
  if (forms.empty()) return whole;
  forms.push_back(std::move(whole));
  return {{"anyOf", std::move(forms)}};
}

json::object make_list(const Field& field) {
  json::object list = {{"type", "array"},
                       {"minItems", 1},
                       {"maxItems", to_count(field.most)},
                       {"items", make_nested(field)}};
  if (field.map_key.empty()) return list;
  json::object map = {{"type", "object"},
                      {"minProperties", 1},
                      {"maxProperties", to_count(field.most)},
                      {"propertyNames", json::object{{"pattern", kKeyPattern}}},
                      {"additionalProperties", make_nested(field, field.map_key)}};
  return {{"anyOf", {std::move(list), std::move(map)}}};
}

json::object make_key(const Field& field) {
  json::object schema = {{"type", "string"}, {"pattern", kKeyPattern}};
  if (!field.reserved.empty()) schema["not"] = json::object{{"enum", to_array(field.reserved)}};
  return schema;
}

/// A word of digits may be written as the number that it looks like.
json::object make_word(const Field& field) {
  json::array words = to_array(field.words);
  for (const std::string_view word : field.words)
    if (word.find_first_not_of("0123456789") == std::string_view::npos)
      words.emplace_back(std::stoll(std::string(word)));
  if (words.size() == field.words.size()) return {{"type", "string"}, {"enum", std::move(words)}};
  return {{"type", json::array{"string", "integer"}}, {"enum", std::move(words)}};
}

json::object make_schema(const Field& field) {
  switch (field.kind) {
    case FieldKind::text: return {{"type", "string"}, {"maxLength", to_count(field.most)}};
    case FieldKind::key: return make_key(field);
    case FieldKind::word: return make_word(field);
    case FieldKind::integer: return make_bounded(field, "integer");
    case FieldKind::number: return make_bounded(field, "number");
    case FieldKind::boolean: return {{"type", "boolean"}};
    case FieldKind::bit_rate: return make_quantity(field, "integer", kBitRatePattern);
    case FieldKind::byte_size: return make_quantity(field, "integer", kByteSizePattern);
    case FieldKind::seconds: return make_quantity(field, "number", kSecondsPattern);
    case FieldKind::start:
      return {{"type", json::array{"string", "number"}}, {"minimum", 0}, {"maxLength", 64}};
    case FieldKind::preset: return {{"type", "string"}, {"pattern", kPresetReferencePattern}};
    case FieldKind::sha256: return {{"type", "string"}, {"pattern", "^[0-9a-f]{64}$"}};
    case FieldKind::input_location:
    case FieldKind::output_location: return make_location(field);
    case FieldKind::arguments: return make_arguments(field);
    case FieldKind::key_list:
      return {{"type", "array"},
              {"maxItems", to_count(field.most)},
              {"uniqueItems", true},
              {"items", json::object{{"type", "string"}, {"pattern", kKeyPattern}}}};
    case FieldKind::text_map:
      return {{"type", "object"},
              {"maxProperties", to_count(field.most)},
              {"propertyNames",
               json::object{{"minLength", 1}, {"maxLength", to_count(field.most_of_key)}}},
              {"additionalProperties",
               json::object{{"type", "string"}, {"maxLength", to_count(field.most_of_text)}}}};
    case FieldKind::object: return make_nested(field);
    case FieldKind::object_list: return make_list(field);
  }
  return {};
}

json::object require(std::string_view name) {
  return {{"required", {name}}};
}

json::object refuse(const json::array& schemas) {
  return {{"not", json::object{{"anyOf", schemas}}}};
}

/// What a ladder or renditions ask of the inputs: there is one.
json::object make_one_input() {
  return {{"anyOf", {require("input"), require("inputs")}},
          {"properties",
           json::object{{"inputs", json::object{{"maxItems", 1}, {"maxProperties", 1}}}}}};
}

/// Exactly one of ladder, renditions and tasks. The canonical form has a ladder with its hash
/// beside what it expands to.
json::array make_modes() {
  const json::object own_or_pinned = {
      {"anyOf", {require("ladder_sha256"), refuse({require("renditions")})}}};
  return {
      json::object{
          {"title", "a ladder"},
          {"allOf",
           {require("ladder"), refuse({require("tasks")}), own_or_pinned, make_one_input()}}},
      json::object{{"title", "renditions"},
                   {"allOf",
                    {require("renditions"),
                     refuse({require("ladder"), require("ladder_sha256"), require("tasks")}),
                     make_one_input()}}},
      json::object{{"title", "tasks"},
                   {"allOf",
                    {require("tasks"), refuse({require("ladder"), require("ladder_sha256"),
                                               require("renditions")})}}},
  };
}

}  // namespace

json::object make_json_schema() {
  json::object schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                         {"title", "mpegflow job spec"},
                         {"description",
                          "What a user asks of mpegflow: sources, what to make of "
                          "them, and where to publish it."}};
  for (auto& entry : make_object(job_type())) schema[entry.key()] = entry.value();
  schema["not"] = json::object{{"required", {"input", "inputs"}}};
  schema["oneOf"] = make_modes();
  return schema;
}

}  // namespace mpegflow::submit
