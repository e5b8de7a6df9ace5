#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::cli {

/// Columns that `text` (UTF-8, printable) takes on a terminal: combining marks none, East Asian
/// wide characters and emoji two.
std::size_t count_columns(std::string_view text);

/// `text` in at most `columns`, cut text ends in "…".
std::string cut_to_columns(std::string_view text, std::size_t columns);

enum class Align { left, right };

struct Column {
  std::string title;
  Align align = Align::left;
  bool is_flexible = false;  ///< is cut when the table is too wide
};

/// Aligned columns. Cells are made printable here: whatever stands in a file name, no escape
/// sequence of it reaches the terminal.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// As many cells as columns.
  void add(std::vector<std::string> cells);
  /// A line of dashes; what follows is a total.
  void add_rule() { rules_.push_back(rows_.size()); }
  bool empty() const { return rows_.empty(); }

  /// One line per row, titles first; `width` 0 = as wide as it needs. Only flexible columns give
  /// way.
  std::string to_text(std::size_t width) const;

 private:
  std::vector<std::size_t> measure(std::size_t width) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> rules_;
};

/// "key  value" lines; keys padded to the longest. Values are made printable, empty ones shown as
/// "-".
std::string to_key_values(const std::vector<std::pair<std::string, std::string>>& pairs);

}  // namespace mpegflow::cli
