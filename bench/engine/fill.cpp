#include "fill.h"

#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

#include "base/result.h"

namespace mpegflow::bench {
namespace {

class Database {
 public:
  explicit Database(const base::Path& file) {
    base::check(sqlite3_open(file.c_str(), &handle_) == SQLITE_OK, "the store opens");
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { sqlite3_close(handle_); }

  /// The first column of every row.
  std::vector<std::string> run(const std::string& sql) {
    std::vector<std::string> rows;
    sqlite3_stmt* statement = nullptr;
    base::check(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK,
                fmt::format("{}: {}", sqlite3_errmsg(handle_), sql));
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
      const auto* text = sqlite3_column_text(statement, 0);
      rows.emplace_back(text == nullptr ? "" : reinterpret_cast<const char*>(text));
    }
    base::check(code == SQLITE_DONE, fmt::format("{}: {}", sqlite3_errmsg(handle_), sql));
    sqlite3_finalize(statement);
    return rows;
  }

 private:
  sqlite3* handle_ = nullptr;
};

/// Tables whose rows belong to a job, by way of one of these columns.
bool is_of_a_job(const std::set<std::string>& columns) {
  return columns.contains("job_id") || columns.contains("task_id") || columns.contains("parent_id");
}

bool is_identifier(const std::string& table, const std::string& column) {
  static const std::set<std::string> kColumns = {"job_id",   "task_id",    "parent_id",
                                                 "child_id", "object_key", "claim_id",
                                                 "identity", "prev_hash",  "hash"};
  return kColumns.contains(column) || (column == "id" && (table == "job" || table == "task"));
}

}  // namespace

void multiply_job(const base::Path& state_directory, std::int64_t copies) {
  Database database(state_directory / "mpegflow.db");
  database.run("PRAGMA journal_mode=WAL");
  database.run("PRAGMA synchronous=OFF");
  database.run("BEGIN");
  for (const std::string& table :
       database.run("SELECT name FROM sqlite_master WHERE type='table'")) {
    const auto names = database.run(fmt::format("SELECT name FROM pragma_table_info('{}')", table));
    const std::set<std::string> columns(names.begin(), names.end());
    if (table != "job" && !is_of_a_job(columns)) continue;
    std::string copied;
    for (const std::string& column : names) {
      if (!copied.empty()) copied += ", ";
      // In front, so that neither the copies of a number nor those of an id sort together.
      copied +=
          is_identifier(table, column)
              ? fmt::format("CASE {0} WHEN '' THEN '' ELSE printf('%08d', n) || {0} END", column)
              : fmt::format("{}", column);
    }
    database.run(fmt::format(
        "WITH RECURSIVE counter(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < {}), "
        "one AS MATERIALIZED (SELECT * FROM {}) INSERT INTO {} SELECT {} FROM counter, one",
        copies, table, table, copied));
  }
  database.run("COMMIT");
  database.run("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace mpegflow::bench
