#include "core/encode/progress_reader.h"

#include <charconv>
#include <utility>

#include "base/text.h"

namespace mpegflow::encode {
namespace {

template <class T>
std::optional<T> parse_number(std::string_view text) {
  text = base::trim(text);
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> parse_speed(std::string_view text) {
  text = base::trim(text);
  if (text.ends_with('x')) text.remove_suffix(1);
  return parse_number<double>(text);
}

}  // namespace

std::optional<Progress> ProgressReader::take(std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const std::string_view key = base::trim(line.substr(0, equals));
  const std::string_view value = base::trim(line.substr(equals + 1));
  if (key == "frame") next_.frame = parse_number<std::int64_t>(value);
  if (key == "fps") next_.fps = parse_number<double>(value);
  if (key == "out_time_us") next_.out_time_us = parse_number<std::int64_t>(value);
  if (key == "total_size") next_.total_size = parse_number<std::int64_t>(value);
  if (key == "speed") next_.speed = parse_speed(value);
  if (key == "dup_frames") next_.dup = parse_number<std::int64_t>(value).value_or(0);
  if (key == "drop_frames") next_.drop = parse_number<std::int64_t>(value).value_or(0);
  if (key != "progress") return std::nullopt;
  next_.end = value == "end";
  return std::exchange(next_, Progress{});
}

}  // namespace mpegflow::encode
