#include "base/time.h"

#include <ctime>

#include <fmt/format.h>

namespace mpegflow::base {

std::string to_rfc3339(WallTime time) {
  const std::int64_t seconds = time.us >= 0 ? time.us / 1'000'000 : (time.us - 999'999) / 1'000'000;
  const auto whole = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&whole, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     time.us - seconds * 1'000'000);
}

namespace {

/// Takes so many digits and what must follow them off the text.
std::optional<int> take_number(std::string_view& text, std::size_t digits,
                               std::string_view followers) {
  if (text.size() < digits + (followers.empty() ? 0 : 1)) return std::nullopt;
  int number = 0;
  for (const char digit : text.substr(0, digits)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + (digit - '0');
  }
  text.remove_prefix(digits);
  if (followers.empty()) return number;
  if (followers.find(text.front()) == std::string_view::npos) return std::nullopt;
  text.remove_prefix(1);
  return number;
}

/// ".25" → 250000; nothing if there is no fraction.
std::int64_t take_fraction(std::string_view& text) {
  std::int64_t us = 0;
  if (text.empty() || text.front() != '.') return us;
  text.remove_prefix(1);
  for (std::int64_t unit = 100'000; !text.empty() && text.front() >= '0' && text.front() <= '9';
       unit /= 10) {
    us += (text.front() - '0') * unit;
    text.remove_prefix(1);
  }
  return us;
}

/// Seconds east of Greenwich, of what must be the rest of the text.
std::optional<std::int64_t> take_offset(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const std::int64_t sign = text.front() == '+' ? 1 : -1;
  text.remove_prefix(1);
  const auto hours = take_number(text, 2, ":");
  const auto minutes = hours ? take_number(text, 2, "") : std::nullopt;
  if (!minutes || !text.empty() || *hours > 23 || *minutes > 59) return std::nullopt;
  return sign * (*hours * 3600 + *minutes * 60);
}

}  // namespace

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  const auto year = take_number(text, 4, "-");
  const auto month = year ? take_number(text, 2, "-") : std::nullopt;
  const auto day = month ? take_number(text, 2, "Tt ") : std::nullopt;
  const auto hour = day ? take_number(text, 2, ":") : std::nullopt;
  const auto minute = hour ? take_number(text, 2, ":") : std::nullopt;
  const auto second = minute ? take_number(text, 2, "") : std::nullopt;
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  std::tm parts{};
  parts.tm_year = *year - 1900;
  parts.tm_mon = *month - 1;
  parts.tm_mday = *day;
  parts.tm_hour = *hour;
  parts.tm_min = *minute;
  parts.tm_sec = *second;
  const std::int64_t fraction_us = take_fraction(text);
  const auto offset = take_offset(text);
  if (!offset || *month < 1 || *month > 12) return std::nullopt;
  const std::int64_t seconds = timegm(&parts);
  // timegm mends what is no day of the month; then it is not what was written.
  if (parts.tm_mday != *day) return std::nullopt;
  return WallTime{(seconds - *offset) * 1'000'000 + fraction_us};
}

std::string to_human(Micros duration) {
  const double seconds = static_cast<double>(duration.count()) / 1e6;
  if (seconds < 10) return fmt::format("{:.2f} s", seconds);
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const std::int64_t whole = duration.count() / 1'000'000;
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
}

WallTime SystemClock::now() const {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return {now.tv_sec * 1'000'000 + now.tv_nsec / 1000};
}

SteadyTime SystemClock::steady() const {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return {now.tv_sec * 1'000'000 + now.tv_nsec / 1000};
}

}  // namespace mpegflow::base
