#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "base/result.h"

namespace mpegflow::base {

namespace json = boost::json;

/// Parses one JSON document; the error names the place (`what` says whose document it is). Never
/// throws.
Result<json::value> parse_json(std::string_view text, std::string_view what);

/// The canonical bytes of a value: keys sorted, no white space. What is hashed or compared is
/// always this form.
std::string to_canonical_json(const json::value& value);

/// Two-space indented, keys in the order they were put in, ends with a newline: for people and
/// golden files.
std::string to_pretty_json(const json::value& value);

/// Reading fields of records that we wrote ourselves: a missing or ill-typed field gives the
/// default.
std::string text_or(const json::object& object, std::string_view key,
                    std::string_view fallback = {});
std::int64_t int_or(const json::object& object, std::string_view key, std::int64_t fallback = 0);
double double_or(const json::object& object, std::string_view key, double fallback = 0);
bool bool_or(const json::object& object, std::string_view key, bool fallback = false);
/// The object or array under `key`, or an empty one.
json::object object_or(const json::object& object, std::string_view key);
json::array array_or(const json::object& object, std::string_view key);

}  // namespace mpegflow::base
