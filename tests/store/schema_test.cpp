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

/// The first column of all rows of a query of the test's own.
std::vector<std::string> read_texts(const Connection& connection, const std::string& sql) {
  std::vector<std::string> texts;
  sqlite3_stmt* statement = nullptr;
  EXPECT_EQ(sqlite3_prepare_v2(connection.handle(), sql.c_str(), -1, &statement, nullptr),
            SQLITE_OK);
  while (sqlite3_step(statement) == SQLITE_ROW)
    texts.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
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
  std::string words;
  for (const TaskState state : queue::all_task_states())
    words += fmt::format("{}'{}'", words.empty() ? "" : ",", to_word(state));
  const std::string_view migration = sql::migrations().front();
  const std::size_t table = migration.find("CREATE TABLE task (");
  const std::size_t check = migration.find("CHECK (state IN (", table) + 17;
  EXPECT_EQ(migration.substr(check, migration.find("))", check) - check), words);
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
