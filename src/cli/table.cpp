#include "cli/table.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include <fmt/format.h>

#include "base/result.h"
#include "base/text.h"

namespace mpegflow::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;

struct Range {
  std::uint32_t first, last;
};

// The blocks that matter for file names; a terminal that thinks otherwise shifts a column.
constexpr std::array<Range, 6> kNoColumns = {{{0x300, 0x36f},
                                              {0x200b, 0x200f},
                                              {0x202a, 0x202e},
                                              {0x2060, 0x2069},
                                              {0x20d0, 0x20f0},
                                              {0xfe00, 0xfe0f}}};
constexpr std::array<Range, 7> kTwoColumns = {{{0x1100, 0x115f},
                                               {0x2e80, 0xa4cf},
                                               {0xac00, 0xd7a3},
                                               {0xf900, 0xfaff},
                                               {0xfe30, 0xfe6f},
                                               {0xff00, 0xff60},
                                               {0x1f300, 0x3fffd}}};

template <std::size_t size>
bool contains(const std::array<Range, size>& ranges, std::uint32_t point) {
  return std::ranges::any_of(
      ranges, [&](const Range& range) { return point >= range.first && point <= range.last; });
}

struct Character {
  std::size_t bytes;
  std::size_t columns;
};

/// The first character of printable text; not empty.
Character first_character(std::string_view text) {
  const auto lead = static_cast<std::uint8_t>(text[0]);
  const std::size_t length = lead < 0x80 ? 1U : lead < 0xe0 ? 2U : lead < 0xf0 ? 3U : 4U;
  if (length == 1 || text.size() < length) return {1, 1};
  std::uint32_t point = lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i)
    point = point << 6U | (static_cast<std::uint8_t>(text[i]) & 0x3fU);
  return {length, contains(kNoColumns, point) ? 0U : contains(kTwoColumns, point) ? 2U : 1U};
}

std::string pad(const std::string& cell, std::size_t width, Align align) {
  const std::size_t used = count_columns(cell);
  const std::string blank(width > used ? width - used : 0, ' ');
  return align == Align::left ? cell + blank : blank + cell;
}

}  // namespace

std::size_t count_columns(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    columns += character.columns;
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string cut_to_columns(std::string_view text, std::size_t columns) {
  if (count_columns(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::size_t bytes = 0;
  for (std::size_t used = 0; bytes < text.size();) {
    const Character character = first_character(text.substr(bytes));
    if (used + character.columns > columns - 1) break;
    used += character.columns;
    bytes += character.bytes;
  }
  return std::string(text.substr(0, bytes)) + "…";
}

void Table::add(std::vector<std::string> cells) {
  base::check(cells.size() == columns_.size(), "a row has a cell per column");
  for (std::string& cell : cells) cell = base::to_printable(cell);
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::measure(std::size_t width) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t widest = count_columns(columns_[i].title);
    for (const auto& row : rows_) widest = std::max(widest, count_columns(row[i]));
    widths.push_back(widest);
  }
  if (width == 0) return widths;
  const std::size_t gaps = kGap * (columns_.size() - 1);
  const auto total = [&] { return std::accumulate(widths.begin(), widths.end(), gaps); };
  while (total() > width) {
    // The widest column that may give way gives first.
    std::size_t* widest = nullptr;
    for (std::size_t i = 0; i < columns_.size(); ++i)
      if (columns_[i].is_flexible && widths[i] > kNarrowest &&
          (widest == nullptr || widths[i] > *widest))
        widest = &widths[i];
    if (widest == nullptr) break;
    --*widest;
  }
  return widths;
}

std::string Table::to_text(std::size_t width) const {
  const std::vector<std::size_t> widths = measure(width);
  std::string text;
  const auto write = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line += std::string(kGap, ' ');
      line += pad(cut_to_columns(cells[i], widths[i]), widths[i], columns_[i].align);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  std::vector<std::string> titles;
  titles.reserve(columns_.size());
  for (const Column& column : columns_) titles.push_back(column.title);
  write(titles);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (std::ranges::find(rules_, i) != rules_.end()) {
      std::vector<std::string> dashes;
      dashes.reserve(widths.size());
      for (const std::size_t one : widths) dashes.emplace_back(one, '-');
      write(dashes);
    }
    write(rows_[i]);
  }
  return text;
}

std::string to_key_values(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::size_t widest = 0;
  for (const auto& [key, value] : pairs) widest = std::max(widest, key.size());
  std::string text;
  for (const auto& [key, value] : pairs)
    text +=
        fmt::format("{:{}}  {}\n", key, widest, value.empty() ? "-" : base::to_printable(value));
  return text;
}

}  // namespace mpegflow::cli
