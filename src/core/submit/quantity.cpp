#include "core/submit/quantity.h"

#include <charconv>
#include <cmath>
#include <span>

#include "base/text.h"

namespace mpegflow::submit {
namespace {

struct Unit {
  std::string_view word;
  double factor;
};

constexpr Unit kBitUnits[] = {{"", 1}, {"k", 1e3}, {"K", 1e3}, {"M", 1e6}, {"G", 1e9}};
constexpr Unit kByteUnits[] = {{"", 1},
                               {"B", 1},
                               {"kB", 1e3},
                               {"KB", 1e3},
                               {"MB", 1e6},
                               {"GB", 1e9},
                               {"TB", 1e12},
                               {"KiB", 1024},
                               {"MiB", 1024.0 * 1024},
                               {"GiB", 1024.0 * 1024 * 1024},
                               {"TiB", 1024.0 * 1024 * 1024 * 1024}};
constexpr Unit kTimeUnits[] = {{"", 1}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}};

/// Takes digits from the front of `text`; how many there were.
std::size_t take_digits(std::string_view& text) {
  std::size_t count = 0;
  while (count < text.size() && base::is_digit(text[count])) ++count;
  text.remove_prefix(count);
  return count;
}

std::optional<double> parse_number_with_unit(std::string_view text, std::span<const Unit> units) {
  std::string_view rest = text;
  const std::size_t whole = take_digits(rest);
  if (whole < 1 || whole > 15) return std::nullopt;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    const std::size_t fraction = take_digits(rest);
    if (fraction < 1 || fraction > 9) return std::nullopt;
  }
  double number = 0;
  std::from_chars(text.data(), rest.data(), number);
  if (rest.starts_with(' ')) rest.remove_prefix(1);
  for (const Unit& unit : units)
    // Thousandths are divided by, not multiplied: 500 × 0.001 is not exactly a half.
    if (rest == unit.word) return unit.factor < 1 ? number / 1000 : number * unit.factor;
  return std::nullopt;
}

std::optional<std::int64_t> round_to_whole(std::optional<double> number) {
  if (!number || *number > 9e18) return std::nullopt;
  return std::llround(*number);
}

}  // namespace

std::optional<std::int64_t> parse_bit_rate(std::string_view text) {
  return round_to_whole(parse_number_with_unit(text, kBitUnits));
}

std::optional<std::int64_t> parse_byte_size(std::string_view text) {
  return round_to_whole(parse_number_with_unit(text, kByteUnits));
}

std::optional<double> parse_seconds(std::string_view text) {
  return parse_number_with_unit(text, kTimeUnits);
}

}  // namespace mpegflow::submit
