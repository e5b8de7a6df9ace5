#include "cli/dead_letter_choice.h"

#include <charconv>
#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "base/text.h"
#include "core/submit/quantity.h"

namespace mpegflow::cli {
namespace {

constexpr std::int64_t kMostPerMinute = 100'000;

bool says_which(const DeadLetterWords& words) {
  return words.is_all || !words.reason.empty() || !words.bucket.empty() || !words.lane.empty() ||
         !words.tenant.empty() || !words.revision.empty() || !words.since.empty();
}

}  // namespace

std::optional<std::int64_t> parse_rate(std::string_view text) {
  if (text.ends_with("/min")) text.remove_suffix(4);
  std::int64_t rate = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (rate < 1 || rate > kMostPerMinute) return std::nullopt;
  return rate;
}

std::optional<base::WallTime> parse_since(std::string_view text, base::WallTime now) {
  if (const auto seconds = submit::parse_seconds(text))
    return base::WallTime{now.us - static_cast<std::int64_t>(*seconds * 1e6)};
  unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  int length = 0;
  const std::string copy(text);
  const int fields = std::sscanf(copy.c_str(), "%4u-%2u-%2u%nT%2u:%2u:%2uZ%n", &year, &month, &day,
                                 &length, &hour, &minute, &second, &length);
  const bool is_whole = (fields == 3 || fields == 6) && length == static_cast<int>(copy.size());
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day));
  if (!is_whole || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return base::WallTime{
      (((days * 24 + hour) * 60 + minute) * 60 + static_cast<std::int64_t>(second)) * 1'000'000};
}

base::Result<DeadLetterWish> read_choice(const Arguments& arguments, base::WallTime now) {
  const DeadLetterWords& words = arguments.letters;
  if (arguments.letter.empty() && !says_which(words))
    return base::fail(
        base::ErrorCode::invalid_argument,
        "which dead letters? Give a group or a task of mpegflow dlq list, a filter (--reason, "
        "--bucket, --lane, --tenant, --of-revision, --since), or --all");
  DeadLetterWish wish;
  wish.letter = arguments.letter;
  wish.reason = words.reason;
  wish.bucket = words.bucket;
  wish.lane = words.lane;
  wish.tenant = words.tenant;
  wish.of_revision = words.revision;
  wish.is_all = words.is_all;
  wish.pool = arguments.pool;
  wish.revision = arguments.revision;
  if (!words.since.empty()) {
    wish.since = parse_since(words.since, now);
    if (!wish.since)
      return base::fail(
          base::ErrorCode::invalid_argument,
          fmt::format("--since \"{}\" is no time; write 2026-01-31T12:00:00Z, 2026-01-31, or 2h "
                      "for two hours ago",
                      base::to_printable(words.since)));
  }
  if (words.rate.empty()) return wish;
  const auto rate = parse_rate(words.rate);
  if (!rate)
    return base::fail(base::ErrorCode::invalid_argument,
                      fmt::format("--rate \"{}\" is no rate; write 30/min, from 1 to {}",
                                  base::to_printable(words.rate), kMostPerMinute));
  wish.rate_per_minute = *rate;
  return wish;
}

}  // namespace mpegflow::cli
