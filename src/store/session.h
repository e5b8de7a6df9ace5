#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace mpegflow::store {

/// A parameter: NULL, a number or text. Text may hold any bytes.
using Value = std::variant<std::monostate, std::int64_t, std::string>;
using Cell = std::variant<std::monostate, std::int64_t, std::string>;

/// One result row with readers that say what they expect; a wrong column or type is a bug of ours.
class Row {
 public:
  explicit Row(std::vector<Cell> cells) : cells_(std::move(cells)) {}
  std::int64_t number(std::size_t column) const;
  const std::string& text(std::size_t column) const;
  bool is_null(std::size_t column) const;
  std::optional<std::int64_t> find_number(std::size_t column) const;
  std::optional<std::string> find_text(std::size_t column) const;

 private:
  std::vector<Cell> cells_;
};

using Rows = std::vector<Row>;

struct Work;

/// A view of one transaction, and gone with it. Both drivers implement it; not shared between
/// threads.
class Session {
 public:
  Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  virtual ~Session();

  /// Runs the named query of store/sql/queries with $1, $2, … from `arguments`. Errors: disk_full,
  /// store_failed. After an error the caller returns it; the driver rolls the op back.
  virtual base::Result<Rows> run(std::string_view query,
                                 std::initializer_list<Value> arguments) = 0;

  /// The same for a query that changes rows and returns none: how many it changed. On SQLite every
  /// RETURNING makes a table of its own, which costs more than most changes.
  virtual base::Result<std::int64_t> change(std::string_view query,
                                            std::initializer_list<Value> arguments) = 0;

  /// The store's clock: one moment per op, never going back.
  virtual base::WallTime now() const = 0;

  /// What its ops have read and counted so far (store/ops/work.h).
  Work& work() { return *work_; }

 private:
  std::unique_ptr<Work> work_;
};

}  // namespace mpegflow::store
