#include "core/upkeep/retention.h"

#include <charconv>

namespace mpegflow::upkeep {
namespace {

// A thousand years: far below where microseconds overflow.
constexpr std::int64_t kMostSeconds = std::int64_t{1000} * 366 * 86'400;

std::optional<std::int64_t> seconds_of(std::string_view unit) {
  if (unit == "s") return 1;
  if (unit == "m") return 60;
  if (unit == "h") return 3'600;
  if (unit == "d") return 86'400;
  if (unit == "w") return 604'800;
  return std::nullopt;
}

}  // namespace

std::optional<base::Micros> parse_age(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (number == 0 && unit.empty()) return base::Micros(0);
  const auto seconds = seconds_of(unit);
  if (!seconds || number > kMostSeconds / *seconds) return std::nullopt;
  return std::chrono::seconds(number * *seconds);
}

std::optional<Keep> parse_keep(std::string_view text) {
  if (text == "forever") return Keep();
  const auto age = parse_age(text);
  if (!age) return std::nullopt;
  return Keep(age);
}

}  // namespace mpegflow::upkeep
