#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sqlite3.h>

#include "base/file.h"
#include "base/result.h"
#include "store/session.h"

namespace mpegflow::store {

/// One SQLite connection with its prepared statements. Not shared between threads.
class Connection {
 public:
  /// `path` may be ":memory:"; `vfs` empty = the default. Never checkpoints on close or by itself.
  /// `stock_pages` counts for the first connection of the process (SqliteOptions).
  static base::Result<Connection> open(const base::Path& path, const std::string& vfs,
                                       int stock_pages = 256);

  /// Runs SQL of our own that takes no parameters (BEGIN, PRAGMA, a migration).
  base::Result<void> script(const std::string& sql);
  /// The same for one statement that comes again and again (BEGIN, COMMIT): prepared once. `sql` is
  /// a literal.
  base::Result<void> control(std::string_view sql);
  /// Runs a query of store/sql by its name.
  base::Result<Rows> run(std::string_view query, std::initializer_list<Value> arguments);
  /// How many rows the query changed; it returns none.
  base::Result<std::int64_t> change(std::string_view query, std::initializer_list<Value> arguments);
  base::Result<std::int64_t> read_number(const std::string& sql);

  /// false: a transaction is open.
  bool is_autocommit() const { return sqlite3_get_autocommit(db_.get()) != 0; }
  /// Rows that were changed since the connection was opened.
  std::int64_t total_changes() const { return sqlite3_total_changes(db_.get()); }
  sqlite3* handle() const { return db_.get(); }

 private:
  struct CloseDb {
    void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  struct Statement {
    std::unique_ptr<sqlite3_stmt, Finalize> handle;
    std::vector<std::size_t> argument;  ///< which $n the i-th SQLite parameter is, from 0
  };

  explicit Connection(std::unique_ptr<sqlite3, CloseDb> db, base::Path path)
      : db_(std::move(db)), path_(std::move(path)) {}
  base::Result<Statement*> prepare(std::string_view query);
  base::Error make_error(std::string_view doing) const;

  std::unique_ptr<sqlite3, CloseDb> db_;
  base::Path path_;
  std::unordered_map<std::string_view, Statement> statements_;
  std::unordered_map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>> controls_;
};

}  // namespace mpegflow::store
