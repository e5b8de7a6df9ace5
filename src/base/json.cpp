#include "base/json.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace mpegflow::base {
namespace {

void write_canonical(const json::value& value, std::string& out) {
  if (const auto* object = value.if_object()) {
    std::vector<const json::key_value_pair*> members;
    for (const auto& member : *object) members.push_back(&member);
    std::ranges::sort(members, {}, [](const json::key_value_pair* member) {
      return std::string_view(member->key());
    });
    out += '{';
    for (const char* separator = ""; const auto* member : members) {
      out += separator;
      separator = ",";
      out += json::serialize(json::value(member->key()));
      out += ':';
      write_canonical(member->value(), out);
    }
    out += '}';
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (const char* separator = ""; const auto& item : *array) {
      out += separator;
      separator = ",";
      write_canonical(item, out);
    }
    out += ']';
  } else {
    out += json::serialize(value);
  }
}

void write_pretty(const json::value& value, std::size_t depth, std::string& out) {
  const std::string indent(2 * depth, ' ');
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += "{";
    for (const char* separator = "\n"; const auto& member : *object) {
      out +=
          fmt::format("{}{}  {}: ", separator, indent, json::serialize(json::value(member.key())));
      separator = ",\n";
      write_pretty(member.value(), depth + 1, out);
    }
    out += fmt::format("\n{}}}", indent);
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    out += "[";
    for (const char* separator = "\n"; const auto& item : *array) {
      out += fmt::format("{}{}  ", separator, indent);
      separator = ",\n";
      write_pretty(item, depth + 1, out);
    }
    out += fmt::format("\n{}]", indent);
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

Result<json::value> parse_json(std::string_view text, std::string_view what) {
  boost::system::error_code error;
  json::stream_parser parser;
  const std::size_t used = parser.write_some(text.data(), text.size(), error);
  if (!error) parser.finish(error);
  if (!error && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos)
    error = json::error::extra_data;
  if (error) {
    const auto line = 1 + std::ranges::count(text.substr(0, used), '\n');
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} is not valid JSON near line {}: {}", what, line, error.message()));
  }
  return parser.release();
}

std::string to_canonical_json(const json::value& value) {
  std::string out;
  write_canonical(value, out);
  return out;
}

std::string to_pretty_json(const json::value& value) {
  std::string out;
  write_pretty(value, 0, out);
  out += '\n';
  return out;
}

std::string text_or(const json::object& object, std::string_view key, std::string_view fallback) {
  const auto* value = object.if_contains(key);
  return std::string(value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                            : fallback);
}

std::int64_t int_or(const json::object& object, std::string_view key, std::int64_t fallback) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) return fallback;
  if (value->is_int64()) return value->get_int64();
  if (value->is_double()) return static_cast<std::int64_t>(value->get_double());
  return fallback;
}

double double_or(const json::object& object, std::string_view key, double fallback) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) return fallback;
  if (value->is_double()) return value->get_double();
  if (value->is_int64()) return static_cast<double>(value->get_int64());
  return fallback;
}

bool bool_or(const json::object& object, std::string_view key, bool fallback) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_bool() ? value->get_bool() : fallback;
}

json::object object_or(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_object() ? value->get_object() : json::object{};
}

json::array array_or(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->get_array() : json::array{};
}

}  // namespace mpegflow::base
