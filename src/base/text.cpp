#include "base/text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <numeric>

#include <fmt/format.h>

namespace mpegflow::base {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0U);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

/// Length of the UTF-8 sequence at the front of `bytes`, 0 if there is none.
std::size_t utf8_length(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  const std::uint8_t lead = at(0);
  std::size_t length = 0;
  std::uint32_t point = 0;
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) length = 2, point = lead & 0x1fU;
  else if (lead >= 0xe0 && lead <= 0xef) length = 3, point = lead & 0x0fU;
  else if (lead >= 0xf0 && lead <= 0xf4) length = 4, point = lead & 0x07U;
  else return 0;
  if (bytes.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xc0U) != 0x80U) return 0;
    point = (point << 6U) | (at(i) & 0x3fU);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  return overlong || surrogate || point > 0x10ffff ? 0 : length;
}

}  // namespace

std::optional<std::string> find_nearest_word(std::string_view text,
                                             std::span<const std::string_view> words) {
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(2, text.size() / 3) + 1;
  for (const std::string_view word : words) {
    const std::size_t distance = edit_distance(text, word);
    if (distance < best_distance && distance < word.size()) {
      best_distance = distance;
      best = std::string(word);
    }
  }
  return best;
}

bool is_valid_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string quote(std::string_view bytes) {
  return "\"" + to_printable(bytes) + "\"";
}

std::string to_printable(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    const auto lead = static_cast<std::uint8_t>(bytes[0]);
    if (length == 0 || (length == 1 && (lead < 0x20 || lead == 0x7f))) {
      out += lead == '\n'   ? "\\n"
             : lead == '\t' ? "\\t"
             : lead == '\r' ? "\\r"
                            : fmt::format("\\x{:02x}", lead);
      bytes.remove_prefix(1);
    } else if (length == 2 && lead == 0xc2 &&
               static_cast<std::uint8_t>(bytes[1]) < 0xa0) {  // C1 control characters
      out += fmt::format("\\x{:02x}\\x{:02x}", lead, static_cast<std::uint8_t>(bytes[1]));
      bytes.remove_prefix(2);
    } else {
      out += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return out;
}

std::string encode_percent(std::string_view bytes, std::string_view kept) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string text;
  for (const char c : bytes)
    if (kUnreserved.find(c) != std::string_view::npos || kept.find(c) != std::string_view::npos)
      text += c;
    else text += fmt::format("%{:02X}", static_cast<std::uint8_t>(c));
  return text;
}

std::string to_file_uri(std::string_view path) {
  return "file://" + encode_percent(path, "/");
}

std::optional<std::string> parse_file_uri(std::string_view uri) {
  if (!uri.starts_with("file://")) return std::nullopt;
  uri.remove_prefix(7);
  if (uri.starts_with("localhost/")) uri.remove_prefix(9);
  if (!uri.starts_with('/')) return std::nullopt;
  std::string path;
  for (std::size_t i = 0; i < uri.size(); ++i) {
    if (uri[i] != '%') {
      path += uri[i];
      continue;
    }
    unsigned byte = 0;
    if (i + 2 >= uri.size()) return std::nullopt;
    const auto [end, error] = std::from_chars(uri.data() + i + 1, uri.data() + i + 3, byte, 16);
    if (error != std::errc{} || end != uri.data() + i + 3 || byte == 0) return std::nullopt;
    path += static_cast<char>(byte);
    i += 2;
  }
  return path;
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return lower;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t start = 0;;) {
    const std::size_t end = text.find(separator, start);
    parts.emplace_back(text.substr(start, end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string to_human_bytes(long long bytes) {
  static constexpr std::array<std::string_view, 5> kUnits = {"B", "kB", "MB", "GB", "TB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 999.95 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

}  // namespace mpegflow::base
