#include "store/sqlite/connection.h"

#include <cerrno>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>

#include "base/mutant.h"
#include "base/text.h"
#include "store/sql/embedded.h"

namespace mpegflow::store {
namespace {

constexpr int kPageSize = 4096;

base::ErrorCode code_of(int sqlite_code, int system_errno) {
  // The errno stays from the last error of that kind: it says nothing about a broken constraint.
  const bool is_of_system = sqlite_code == SQLITE_IOERR || sqlite_code == SQLITE_CANTOPEN;
  if (sqlite_code == SQLITE_FULL ||
      (is_of_system && (system_errno == ENOSPC || system_errno == EDQUOT)))
    return base::ErrorCode::disk_full;
  switch (sqlite_code) {
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return base::ErrorCode::state_unusable;
    default: return base::ErrorCode::store_failed;
  }
}

std::string_view way_out(base::ErrorCode code) {
  switch (code) {
    case base::ErrorCode::disk_full:
      return "; free some space there and run the same command again, nothing that was committed "
             "is lost";
    case base::ErrorCode::state_unusable:
      return "; check the permissions of the state directory, or name another one with --state";
    default: return "";
  }
}

void bind(sqlite3_stmt* statement, int index, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    sqlite3_bind_int64(statement, index, *number);
  else if (const auto* text = std::get_if<std::string>(&value))
    sqlite3_bind_text(statement, index, text->data(), static_cast<int>(text->size()),
                      SQLITE_STATIC);
  else sqlite3_bind_null(statement, index);
}

Row read_row(sqlite3_stmt* statement) {
  const int columns = sqlite3_column_count(statement);
  std::vector<Cell> cells;
  cells.reserve(static_cast<std::size_t>(columns));
  for (int i = 0; i < columns; ++i) {
    switch (sqlite3_column_type(statement, i)) {
      case SQLITE_NULL: cells.emplace_back(); break;
      case SQLITE_INTEGER:
        cells.emplace_back(std::int64_t{sqlite3_column_int64(statement, i)});
        break;
      default: {
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, i));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, i));
        cells.emplace_back(size == 0 ? std::string() : std::string(bytes, size));
      }
    }
  }
  return Row(std::move(cells));
}

/// Pages of all connections come from here before they come from malloc. SQLite takes and gives
/// back a batch of them with nearly every statement, and malloc hands that to the kernel and asks
/// for it again: more than all the rest of a commit. Small pieces come from a stock of each
/// connection, large enough for our statements, and nothing is counted: counting takes one lock for
/// all threads at every piece. Of no effect once SQLite is in use.
void give_memory_to_sqlite(int stock_pages) {
  [[maybe_unused]] static const int kGiven = [stock_pages] {
    constexpr int kPieceSize = 1200, kPieces = 400;
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_LOOKASIDE, kPieceSize, kPieces);
    int header = 0;
    sqlite3_config(SQLITE_CONFIG_PCACHE_HDRSZ, &header);
    const int size = kPageSize + header;
    static const auto pages = std::make_unique_for_overwrite<char[]>(
        static_cast<std::size_t>(size) * static_cast<std::size_t>(stock_pages));
    return sqlite3_config(SQLITE_CONFIG_PAGECACHE, pages.get(), size, stock_pages);
  }();
}

}  // namespace

base::Error Connection::make_error(std::string_view doing) const {
  const int sqlite_code = sqlite3_errcode(db_.get()) & 0xff;
  const base::ErrorCode code = code_of(sqlite_code, sqlite3_system_errno(db_.get()));
  return {code, fmt::format("cannot {} in {}: {}{}", doing, base::to_printable(path_.native()),
                            sqlite3_errmsg(db_.get()), way_out(code))};
}

base::Result<Connection> Connection::open(const base::Path& path, const std::string& vfs,
                                          int stock_pages) {
  give_memory_to_sqlite(stock_pages);
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags, vfs.empty() ? nullptr : vfs.c_str());
  Connection connection(std::unique_ptr<sqlite3, CloseDb>(raw), path);
  if (code != SQLITE_OK) return tl::unexpected(connection.make_error("open the database"));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_busy_timeout(raw, 10'000);
  RETURN_IF_ERROR(connection.script(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; "
      "PRAGMA foreign_keys=OFF; PRAGMA mmap_size=0; PRAGMA cache_size=-16384; "
      "PRAGMA temp_store=MEMORY"));
  if (MPEGFLOW_MUTANT(ack_before_sync))
    RETURN_IF_ERROR(connection.script("PRAGMA synchronous=NORMAL"));
  return connection;
}

base::Result<void> Connection::script(const std::string& sql) {
  if (sqlite3_exec(db_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return tl::unexpected(make_error("write"));
  return {};
}

base::Result<void> Connection::control(std::string_view sql) {
  auto& statement = controls_[sql];
  if (!statement) {
    sqlite3_stmt* raw = nullptr;
    const int code = sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    if (code != SQLITE_OK) return tl::unexpected(make_error("write"));
    statement.reset(raw);
  }
  const int code = sqlite3_step(statement.get());
  base::Result<void> result;
  if (code != SQLITE_DONE) result = tl::unexpected(make_error("write"));
  sqlite3_reset(statement.get());
  return result;
}

base::Result<std::int64_t> Connection::read_number(const std::string& sql) {
  sqlite3_stmt* raw = nullptr;
  const int prepared = sqlite3_prepare_v2(db_.get(), sql.c_str(), -1, &raw, nullptr);
  const std::unique_ptr<sqlite3_stmt, Finalize> statement(raw);
  if (prepared != SQLITE_OK || sqlite3_step(raw) != SQLITE_ROW)
    return tl::unexpected(make_error("read"));
  return std::int64_t{sqlite3_column_int64(raw, 0)};
}

base::Result<Connection::Statement*> Connection::prepare(std::string_view query) {
  if (const auto found = statements_.find(query); found != statements_.end()) return &found->second;
  const std::string text =
      MPEGFLOW_MUTATED_SQL(query, sql::for_dialect(sql::query(query), "sqlite"));
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v3(db_.get(), text.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &raw, nullptr) !=
      SQLITE_OK)
    return tl::unexpected(make_error(fmt::format("prepare {}", query)));
  Statement statement{std::unique_ptr<sqlite3_stmt, Finalize>(raw), {}};
  // "$2" is a name to SQLite, numbered by first appearance: map by the name, never by position.
  for (int i = 1; i <= sqlite3_bind_parameter_count(raw); ++i)
    statement.argument.push_back(
        static_cast<std::size_t>(std::atoi(sqlite3_bind_parameter_name(raw, i) + 1) - 1));
  // The key must outlive the caller's text: it is the embedded query's own name.
  const std::string_view key = sql::all_queries().find(query)->first;
  return &statements_.emplace(key, std::move(statement)).first->second;
}

base::Result<Rows> Connection::run(std::string_view query, std::initializer_list<Value> arguments) {
  ASSIGN_OR_RETURN(const Statement* statement, prepare(query));
  sqlite3_stmt* handle = statement->handle.get();
  for (std::size_t i = 0; i < statement->argument.size(); ++i) {
    base::check(statement->argument[i] < arguments.size(), "every parameter has an argument");
    bind(handle, static_cast<int>(i) + 1, arguments.begin()[statement->argument[i]]);
  }
  Rows rows;
  int code = sqlite3_step(handle);
  for (; code == SQLITE_ROW; code = sqlite3_step(handle)) rows.push_back(read_row(handle));
  base::Result<Rows> result = std::move(rows);
  if (code != SQLITE_DONE) result = tl::unexpected(make_error(query));
  sqlite3_reset(handle);
  sqlite3_clear_bindings(handle);
  return result;
}

base::Result<std::int64_t> Connection::change(std::string_view query,
                                              std::initializer_list<Value> arguments) {
  ASSIGN_OR_RETURN(const Rows rows, run(query, arguments));
  base::check(rows.empty(), "a query that is run for its changes returns no rows");
  return std::int64_t{sqlite3_changes(db_.get())};
}

}  // namespace mpegflow::store
