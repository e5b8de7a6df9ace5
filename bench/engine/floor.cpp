#include "floor.h"

#include <chrono>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "base/result.h"

namespace mpegflow::bench {
namespace {

constexpr int kSubmitsAtOnce = 1000;

void must(bool holds) {
  base::check(holds, "the floor's SQLite does what it is told");
}

class Statement {
 public:
  Statement(sqlite3* db, const std::string& sql) {
    must(sqlite3_prepare_v2(db, sql.c_str(), -1, &handle_, nullptr) == SQLITE_OK);
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(handle_); }

  /// The first column of the first row; 0 if there is none.
  std::int64_t run(std::initializer_list<std::int64_t> arguments) {
    int index = 0;
    for (const std::int64_t argument : arguments) sqlite3_bind_int64(handle_, ++index, argument);
    std::int64_t first = 0;
    int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) first = sqlite3_column_int64(handle_, 0);
    while (code == SQLITE_ROW) code = sqlite3_step(handle_);
    must(code == SQLITE_DONE);
    sqlite3_reset(handle_);
    return first;
  }

 private:
  sqlite3_stmt* handle_ = nullptr;
};

class Floor {
 public:
  explicit Floor(const base::Path& folder) {
    must(sqlite3_open((folder / "floor.db").c_str(), &db_) == SQLITE_OK);
    for (const char* sql :
         {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
          "CREATE TABLE task (id INTEGER PRIMARY KEY, state INTEGER NOT NULL, lease INTEGER, "
          "attempt INTEGER NOT NULL DEFAULT 0, spec TEXT NOT NULL)",
          "CREATE INDEX waiting ON task(id) WHERE state = 0",
          "CREATE TABLE event (id INTEGER PRIMARY KEY, task INTEGER, kind INTEGER, at INTEGER)"})
      script(sql);
  }
  Floor(const Floor&) = delete;
  Floor& operator=(const Floor&) = delete;
  ~Floor() { sqlite3_close(db_); }

  void script(const char* sql) {
    must(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  }

  double live(double seconds, int batch, bool folded) {
    Statement submit(db_, "INSERT INTO task (state, spec) VALUES (0, '{\"args\":[\"-i\",\"a\"]}')");
    Statement claim(
        db_,
        "UPDATE task SET state = 1, lease = ?1, attempt = attempt + 1 WHERE id = (SELECT "
        "id FROM task WHERE state = 0 ORDER BY id LIMIT 1) RETURNING id");
    Statement complete(db_, "UPDATE task SET state = 2 WHERE id = ?1 AND state = 1 AND lease = ?2");
    Statement note(db_, "INSERT INTO event (task, kind, at) VALUES (?1, ?2, ?3)");
    std::vector<std::int64_t> held;
    std::int64_t lives = 0;
    int waiting = 0;
    const auto complete_held = [&] {
      for (const std::int64_t id : held) {
        complete.run({id, id});
        note.run({id, 2, lives});
      }
      lives += static_cast<std::int64_t>(held.size());
      held.clear();
    };
    const auto claim_some = [&] {
      for (int i = 0; i < batch && waiting > 0; ++i, --waiting) {
        held.push_back(claim.run({lives + i}));
        note.run({held.back(), 1, lives});
      }
    };
    const auto submit_some = [&](int count) {
      for (int i = 0; i < count; ++i) submit.run({});
      waiting += count;
    };
    const auto in_one_commit = [&](const auto& work) {
      script("BEGIN IMMEDIATE");
      work();
      script("COMMIT");
    };
    const auto started = std::chrono::steady_clock::now();
    const auto elapsed = [&] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    };
    while (elapsed() < seconds) {
      if (folded) {
        if (waiting < batch) in_one_commit([&] { submit_some(kSubmitsAtOnce); });
        in_one_commit([&] {
          complete_held();
          claim_some();
        });
      } else {
        in_one_commit([&] { submit_some(batch); });
        in_one_commit(claim_some);
        in_one_commit(complete_held);
      }
    }
    return static_cast<double>(lives) / elapsed();
  }

 private:
  sqlite3* db_ = nullptr;
};

}  // namespace

double measure_floor(const base::Path& folder, double seconds, int batch, bool folded) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const double rate = Floor(folder).live(seconds, batch, folded);
  std::filesystem::remove_all(folder);
  return rate;
}

}  // namespace mpegflow::bench
