#include "store/session.h"

#include "store/ops/work.h"

namespace mpegflow::store {

Session::Session() : work_(std::make_unique<Work>()) {}
Session::~Session() = default;

std::int64_t Row::number(std::size_t column) const {
  const auto* number = std::get_if<std::int64_t>(&cells_.at(column));
  base::check(number != nullptr, "the column holds a number");
  return *number;
}

const std::string& Row::text(std::size_t column) const {
  const auto* text = std::get_if<std::string>(&cells_.at(column));
  base::check(text != nullptr, "the column holds text");
  return *text;
}

bool Row::is_null(std::size_t column) const {
  return std::holds_alternative<std::monostate>(cells_.at(column));
}

std::optional<std::int64_t> Row::find_number(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return number(column);
}

std::optional<std::string> Row::find_text(std::size_t column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

}  // namespace mpegflow::store
