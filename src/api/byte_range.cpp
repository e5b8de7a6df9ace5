#include "api/byte_range.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "api/problem.h"

namespace mpegflow::api {
namespace {

std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

struct Range {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

/// nullopt: not a range that we know. An empty part has last < first.
std::optional<Range> parse_range(std::string_view text, std::int64_t size) {
  if (!text.starts_with("bytes=")) return std::nullopt;
  text.remove_prefix(6);
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view from = text.substr(0, dash), to = text.substr(dash + 1);
  if (from.empty()) {
    const auto count = parse_number(to);
    if (!count) return std::nullopt;
    return Range{std::max<std::int64_t>(0, size - *count), *count == 0 ? -1 : size - 1};
  }
  const auto first = parse_number(from);
  const auto last = to.empty() ? std::optional(size - 1) : parse_number(to);
  if (!first || !last || (!to.empty() && *last < *first)) return std::nullopt;
  return Range{*first, std::min(*last, size - 1)};
}

}  // namespace

http::Reply cut_range(http::Reply whole, std::string_view range) {
  const auto size = std::ssize(whole.body);
  const auto part = parse_range(range, size);
  if (!part) return whole;
  if (part->first >= size || part->last < part->first) {
    http::Reply reply = make_problem(
        {base::ErrorCode::invalid_argument, fmt::format("there are {} bytes", size)}, 416);
    reply.headers.emplace_back("Content-Range", fmt::format("bytes */{}", size));
    return reply;
  }
  whole.status = 206;
  whole.headers.emplace_back("Content-Range",
                             fmt::format("bytes {}-{}/{}", part->first, part->last, size));
  whole.body = whole.body.substr(static_cast<std::size_t>(part->first),
                                 static_cast<std::size_t>(part->last - part->first + 1));
  return whole;
}

}  // namespace mpegflow::api
