#include <regex>
#include <set>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "base/text.h"
#include "store/sql/embedded.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/state_directory.h"
#include "store/store_world.h"
#include "support/golden.h"
#include "support/temporary_folder.h"

namespace mpegflow::store {
namespace {

base::Result<Connection> open_migrated() {
  ASSIGN_OR_RETURN(Connection connection, Connection::open(":memory:", ""));
  RETURN_IF_ERROR(migrate(connection, ":memory:"));
  return connection;
}

/// One column of all rows of a query of the test's own.
std::vector<std::string> read_texts(const Connection& connection, const std::string& sql,
                                    int column = 0) {
  std::vector<std::string> texts;
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(connection.handle(), sql.c_str(), -1, &statement, nullptr),
            SQLITE_OK);
  while (sqlite3_step(statement) == SQLITE_ROW)
    texts.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement, column)));
  sqlite3_finalize(statement);
  return texts;
}

TEST(Schema, MigratingFromEmptyGivesTheCheckedInSum) {
  const auto connection = open_migrated();
  ASSERT_TRUE(connection);
  std::string schema;
  for (const std::string& text :
       read_texts(*connection,
                  "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name"))
    schema += text + ";\n\n";
  test::expect_golden("src/store/sql/schema.sql", schema);
}

TEST(Schema, EveryQueryCanBePrepared) {
  const auto connection = open_migrated();
  ASSERT_TRUE(connection);
  EXPECT_GT(sql::all_queries().size(), 50U);
  for (const auto& [name, text] : sql::all_queries()) {
    const std::string sqlite = sql::for_dialect(text, "sqlite");
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(connection->handle(), sqlite.c_str(), -1, &statement, nullptr),
              SQLITE_OK)
        << name << ": " << sqlite3_errmsg(connection->handle());
    sqlite3_finalize(statement);
  }
}

TEST(Schema, TaskStatesAreThoseOfTheTable) {
  std::set<std::string> words;
  for (const TaskState state : queue::all_task_states()) words.emplace(to_word(state));
  const std::string migration(sql::migrations().front());
  const std::size_t check = migration.find("CHECK (state", migration.find("CREATE TABLE task ("));
  const std::string list = migration.substr(check, migration.find("),", check) - check);
  const std::regex quoted("state = '([a-z_]+)'");
  std::set<std::string> checked;
  for (std::sregex_iterator at(list.begin(), list.end(), quoted), end; at != end; ++at)
    checked.insert((*at)[1]);
  EXPECT_EQ(checked, words);
}

/// SQLite makes one for each IN of more than two words, also in a CHECK or an index, and for each
/// RETURNING: it costs more than the change.
TEST(Schema, ChangesOfEveryTaskNeedNoTableOfTheirOwn) {
  const auto connection = open_migrated();
  ASSERT_TRUE(connection);
  for (const char* name :
       {"insert_job",      "insert_task",     "insert_edge",        "set_task_state",
        "set_task_leased", "set_job_state",   "set_attempt_record", "insert_attempt",
        "insert_lease",    "insert_ready",    "delete_ready",       "delete_lease",
        "touch_session",   "add_lane_load",   "add_tenant_load",    "add_pool_load",
        "commit_outputs",  "end_row_of_host", "insert_event",       "insert_request"}) {
    const std::string text = sql::for_dialect(sql::all_queries().at(name), "sqlite");
    for (const std::string& step : read_texts(*connection, "EXPLAIN " + text, 1))
      EXPECT_NE(step, "OpenEphemeral") << name;
  }
}

TEST(Schema, DialectMarksKeepTheirOwnAndDropOthers) {
  const std::string_view text = "a /*pg:FOR UPDATE*/ b /*sqlite:X*/ c";
  EXPECT_EQ(sql::for_dialect(text, "sqlite"), "a  b X c");
  EXPECT_EQ(sql::for_dialect(text, "pg"), "a FOR UPDATE b  c");
}

TEST(Schema, MigratingAgainChangesNothing) {
  auto connection = open_migrated();
  ASSERT_TRUE(connection);
  EXPECT_TRUE(migrate(*connection, ":memory:"));
  EXPECT_EQ(connection->read_number("PRAGMA user_version"),
            static_cast<std::int64_t>(sql::migrations().size()));
}

}  // namespace
}  // namespace mpegflow::store
