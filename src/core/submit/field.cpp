#include "core/submit/field.h"

#include <array>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "core/submit/fault.h"

namespace mpegflow::submit {
namespace json = base::json;
namespace {

/// A bound in the largest unit that leaves it whole: 10k, 16MiB.
std::string describe_bound(const Field& field, double bound) {
  static constexpr std::array<std::string_view, 4> kBits = {"", "k", "M", "G"};
  static constexpr std::array<std::string_view, 5> kBytes = {"", "KiB", "MiB", "GiB", "TiB"};
  std::span<const std::string_view> units;
  if (field.kind == FieldKind::bit_rate) units = kBits;
  if (field.kind == FieldKind::byte_size) units = kBytes;
  const double step = field.kind == FieldKind::byte_size ? 1024 : 1000;
  std::size_t unit = 0;
  for (; unit + 1 < units.size() && std::fmod(bound, step) == 0; ++unit) bound /= step;
  return to_plain_text(bound) + std::string(units.empty() ? "" : units[unit]);
}

std::string describe_bounds(const Field& field) {
  std::string text;
  if (std::isfinite(field.minimum) && std::isfinite(field.maximum)) {
    text = fmt::format(" from {} to {}", describe_bound(field, field.minimum),
                       describe_bound(field, field.maximum));
  }
  if (field.kind == FieldKind::seconds) text += " seconds";
  return field.is_zero_allowed ? text + ", or 0 for none" : text;
}

std::string describe_choices(const Field& field) {
  std::vector<std::string> choices;
  for (const std::int64_t choice : field.choices) choices.push_back(fmt::format("{}", choice));
  return choices.size() == 1 ? choices[0] : "one of " + join_words(choices);
}

std::string describe_words(const Field& field) {
  const std::vector<std::string> words(field.words.begin(), field.words.end());
  return words.size() == 1 ? words[0] : "one of " + join_words(words);
}

std::string describe_object(const Field& field) {
  if (!field.text_means.empty()) return fmt::format("a path, or a map with {}", field.text_means);
  return field.switch_means.empty() ? "a map" : "true, false or a map";
}

std::string describe_list(const Field& field) {
  return field.map_key.empty() ? fmt::format("a list of 1 to {} maps", field.most)
                               : fmt::format("a list or a map of 1 to {} entries", field.most);
}

}  // namespace

const Field* find_field(const ObjectType& type, std::string_view name) {
  for (const Field& field : type.fields)
    if (field.name == name) return &field;
  return nullptr;
}

std::string to_plain_text(double number) {
  if (std::abs(number) < 1e15 && number == std::trunc(number))
    return fmt::format("{}", static_cast<std::int64_t>(number));
  return fmt::format("{}", number);
}

json::value to_number_value(double number) {
  if (std::abs(number) < 1e15 && number == std::trunc(number))
    return static_cast<std::int64_t>(number);
  return number;
}

std::string describe_expected(const Field& field) {
  switch (field.kind) {
    case FieldKind::text: return fmt::format("text of at most {} characters", field.most);
    case FieldKind::key:
      return "a key of at most 64 letters, digits, - and _, first a letter or digit";
    case FieldKind::word: return describe_words(field);
    case FieldKind::integer:
      if (!field.choices.empty()) return describe_choices(field);
      return (field.is_even ? "an even whole number" : "a whole number") + describe_bounds(field);
    case FieldKind::number: return "a number" + describe_bounds(field);
    case FieldKind::boolean: return "true or false";
    case FieldKind::bit_rate: return "bits such as 5M, 800k or 800000," + describe_bounds(field);
    case FieldKind::byte_size: return "bytes such as 2GiB or 500MB," + describe_bounds(field);
    case FieldKind::seconds: return "a time such as 6, 6s, 500ms or 1h," + describe_bounds(field);
    case FieldKind::start:
      return "a time such as 10m or 2h, or a moment such as 2030-01-31T12:00:00Z";
    case FieldKind::preset: return "the name of a preset, such as hls-h264 or hls-h264@1";
    case FieldKind::sha256: return "64 hex digits";
    case FieldKind::input_location: return "the path of a local file";
    case FieldKind::output_location: return "the path of a local file or folder";
    case FieldKind::arguments:
      return fmt::format("a list of 1 to {} arguments, or one command line", field.most);
    case FieldKind::key_list: return "a list of keys";
    case FieldKind::text_map: return fmt::format("a map of at most {} texts", field.most);
    case FieldKind::object: return describe_object(field);
    case FieldKind::object_list: return describe_list(field);
  }
  return "";
}

}  // namespace mpegflow::submit
