#include "store/snapshot.h"

#include <gtest/gtest.h>

#include "store/reads.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store_world.h"
#include "support/temporary_folder.h"

namespace mpegflow::store {
namespace {

std::size_t count_jobs(Store& store) {
  const auto jobs = list_jobs(store, 10);
  EXPECT_TRUE(jobs);
  return jobs ? jobs->size() : 0;
}

TEST(Snapshot, StaysWhatItWasWhenItWasFirstRead) {
  const test::ManualClock clock;
  const test::TemporaryFolder folder;
  SqliteOptions options;
  options.directory = folder.path();
  options.clock = &clock;
  const auto store = SqliteStore::open(options);
  ASSERT_TRUE(store);
  EXPECT_TRUE(read_at_once(**store, [&](Store& snapshot) -> base::Result<void> {
    EXPECT_EQ(count_jobs(snapshot), 0u);
    StoreWorld(**store).submit({{"a"}});
    EXPECT_EQ(count_jobs(snapshot), 0u);
    return {};
  }));
  EXPECT_EQ(count_jobs(**store), 1u);
}

TEST(Snapshot, GivesTheErrorOfItsReads) {
  const test::ManualClock clock;
  SqliteOptions options;
  options.clock = &clock;
  const auto store = SqliteStore::open(options);
  ASSERT_TRUE(store);
  const auto read = read_at_once(
      **store, [](Store&) { return base::fail(base::ErrorCode::not_found, "no such thing"); });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, base::ErrorCode::not_found);
}

}  // namespace
}  // namespace mpegflow::store
