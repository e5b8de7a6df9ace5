#include "protocol/wire/fields.h"

#include "base/text.h"

namespace mpegflow::protocol::wire {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

/// The length of the UTF-8 sequence that `text` begins with; 0 if it begins with none.
std::size_t length_of_first(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length)
    if (base::is_valid_utf8(text.substr(0, length))) return length;
  return 0;
}

}  // namespace

std::string to_utf8(std::string_view bytes) {
  if (base::is_valid_utf8(bytes)) return std::string(bytes);
  std::string text;
  while (!bytes.empty()) {
    const std::size_t length = length_of_first(bytes);
    text += length > 0 ? bytes.substr(0, length) : kReplacement;
    bytes.remove_prefix(length > 0 ? length : 1);
  }
  return text;
}

base::json::value write_value(const std::string& value) {
  return base::json::value(to_utf8(value));
}

void read_value(Reading& reading, const base::json::value& from, std::string& to) {
  const auto* text = from.if_string();
  if (text == nullptr) return reading.expect("a string");
  to.assign(text->data(), text->size());
}

void read_value(Reading& reading, const base::json::value& from, bool& to) {
  const auto* value = from.if_bool();
  if (value == nullptr) return reading.expect("true or false");
  to = *value;
}

void read_value(Reading& reading, const base::json::value& from, std::int64_t& to) {
  const auto* value = from.if_int64();
  if (value == nullptr) return reading.expect("a whole number");
  to = *value;
}

void read_value(Reading& reading, const base::json::value& from, double& to) {
  if (const auto* whole = from.if_int64()) to = static_cast<double>(*whole);
  else if (const auto* large = from.if_uint64()) to = static_cast<double>(*large);
  else if (const auto* value = from.if_double()) to = *value;
  else reading.expect("a number");
}

void read_value(Reading& reading, const base::json::value& from, base::json::object& to) {
  const auto* object = from.if_object();
  if (object == nullptr) return reading.expect("an object");
  to = *object;
}

void read_value(Reading& reading, const base::json::value& from, base::Micros& to) {
  std::int64_t count = 0;
  read_value(reading, from, count);
  to = base::Micros(count);
}

void read_value(Reading& reading, const base::json::value& from, base::WallTime& to) {
  read_value(reading, from, to.us);
}

}  // namespace mpegflow::protocol::wire
