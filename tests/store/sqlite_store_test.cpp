#include "store/sqlite/sqlite_store.h"

#include <atomic>
#include <filesystem>
#include <map>
#include <thread>

#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "store/sqlite/state_directory.h"
#include "store/store_world.h"
#include "support/temporary_folder.h"

namespace mpegflow::store {
namespace {

using base::ErrorCode;

class SqliteStoreTest : public testing::Test {
 protected:
  base::Result<std::unique_ptr<SqliteStore>> open(const std::string& vfs = "",
                                                  const std::string& boot_id = "boot") {
    SqliteOptions options;
    options.directory = folder.path() / "state";
    options.clock = &clock;
    options.vfs = vfs;
    options.boot_id = boot_id;
    return SqliteStore::open(options);
  }

  test::ManualClock clock;
  test::TemporaryFolder folder;
};

TEST_F(SqliteStoreTest, WhatWasAnsweredIsThereAfterAReopen) {
  {
    auto store = open();
    ASSERT_TRUE(store);
    StoreWorld(**store).submit({{"a"}});
  }
  auto store = open();
  ASSERT_TRUE(store);
  EXPECT_EQ(StoreWorld(**store).state("a"), TaskState::ready);
}

// A standby that never heard of the last commits takes over. Whoever was told of the end that is
// lost knows messages by their ids, and must not take the new end for the old one.
TEST_F(SqliteStoreTest, AnEndAfterAFailoverIsToldUnderAnotherId) {
  base::JobId job;
  {
    auto store = open();
    ASSERT_TRUE(store);
    StoreWorld world(**store);
    world.submit({{"a"}});
    job = world.job();
    ASSERT_TRUE((*store)->execute(SetSubscriptions{job, {R"({"url":"http://a/"})"}}));
  }
  std::filesystem::copy(folder.path() / "state", folder.path() / "standby",
                        std::filesystem::copy_options::recursive);
  const auto tell_of_end = [&](const std::string& why) -> DeliveryRow {
    auto store = open();
    EXPECT_TRUE(store && (*store)->execute(CancelJob{job, why}));
    return list_deliveries(**store, job)->front();
  };
  const DeliveryRow lost = tell_of_end("one reason");
  std::filesystem::remove_all(folder.path() / "state");
  std::filesystem::rename(folder.path() / "standby", folder.path() / "state");
  clock.advance(std::chrono::seconds(5));
  const DeliveryRow told = tell_of_end("another reason");
  EXPECT_NE(told.body, lost.body);
  EXPECT_NE(told.id, lost.id);
}

TEST_F(SqliteStoreTest, RefusesTheStateOfANewerVersion) {
  ASSERT_TRUE(open());
  auto connection = Connection::open(folder.path() / "state/mpegflow.db", "");
  ASSERT_TRUE(connection && connection->script("PRAGMA user_version=1000"));
  EXPECT_EQ(open().error().code, ErrorCode::state_newer);
}

TEST_F(SqliteStoreTest, RefusesWhatIsNoDatabase) {
  ASSERT_TRUE(base::make_directories(folder.path() / "state"));
  ASSERT_TRUE(
      base::write_file_durably(folder.path() / "state/mpegflow.db", std::string(4096, 'x')));
  EXPECT_EQ(open().error().code, ErrorCode::state_unusable);
}

TEST_F(SqliteStoreTest, EightThreadsWriteWithoutLoss) {
  auto store = open();
  ASSERT_TRUE(store);
  constexpr int kThreads = 8, kJobs = 25;
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < kJobs; ++i)
        if (!(*store)->execute(StoreWorld::make_job({{"a"}}, fmt::format("job-{}-{}", t, i))))
          ++failed;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(list_jobs(**store, 1000)->size(), static_cast<std::size_t>(kThreads * kJobs));
}

/// A process of its own that submits jobs; exit code 0 if all were accepted.
int submit_in_child(const SqliteOptions& options, const std::string& name, int jobs) {
  auto store = SqliteStore::open(options);
  if (!store) return 1;
  for (int i = 0; i < jobs; ++i)
    if (!(*store)->execute(StoreWorld::make_job({{"a"}}, fmt::format("{}-{}", name, i)))) return 2;
  return 0;
}

TEST_F(SqliteStoreTest, TwoProcessesShareADirectoryWithoutLoss) {
  constexpr int kJobs = 100;
  SqliteOptions options;
  options.directory = folder.path() / "state";
  options.clock = &clock;
  options.boot_id = "boot";
  std::vector<pid_t> children;
  for (const std::string name : {"one", "two"}) {
    const pid_t child = fork();
    if (child == 0) _exit(submit_in_child(options, name, kJobs));
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  auto store = open();
  ASSERT_TRUE(store);
  EXPECT_EQ(list_jobs(**store, 1000)->size(), 2U * kJobs);
}

std::atomic<bool> sync_fails = false;
std::map<const sqlite3_io_methods*, sqlite3_io_methods> patched_methods;  // by the real ones
int (*real_open)(sqlite3_vfs*, const char*, sqlite3_file*, int, int*);
int (*real_sync)(sqlite3_file*, int);

/// The operating system's VFS, whose fsync fails while `sync_fails`.
void register_failing_vfs() {
  static sqlite3_vfs vfs = *sqlite3_vfs_find(nullptr);
  if (real_open != nullptr) return;
  real_open = vfs.xOpen;
  vfs.zName = "failing";
  vfs.xOpen = [](sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    const int code = real_open(sqlite3_vfs_find("unix"), name, file, flags, out);
    if (code != SQLITE_OK || file->pMethods == nullptr) return code;
    const auto [patched, fresh] = patched_methods.emplace(file->pMethods, *file->pMethods);
    real_sync = file->pMethods->xSync;
    patched->second.xSync = [](sqlite3_file* synced, int how) {
      return sync_fails ? SQLITE_IOERR_FSYNC : real_sync(synced, how);
    };
    file->pMethods = &patched->second;
    return code;
  };
  sqlite3_vfs_register(&vfs, 0);
}

TEST_F(SqliteStoreTest, NothingIsAnsweredBeforeItIsDurable) {
  register_failing_vfs();
  auto store = open("failing");
  ASSERT_TRUE(store);
  ASSERT_TRUE((*store)->execute(StoreWorld::make_job({{"a"}}, "before")));
  sync_fails = true;
  const auto answer = (*store)->execute(StoreWorld::make_job({{"a"}}, "lost"));
  sync_fails = false;
  ASSERT_FALSE(answer) << "the commit's fsync failed";
  EXPECT_EQ(answer.error().code, ErrorCode::store_failed);
  EXPECT_TRUE(find_job(**store, base::JobId("before"))->has_value());
  EXPECT_FALSE(find_job(**store, base::JobId("lost"))->has_value());
  EXPECT_TRUE((*store)->execute(StoreWorld::make_job({{"a"}}, "lost")));
}

TEST_F(SqliteStoreTest, AFullDiskLosesNothing) {
  const base::Path state = folder.path() / "state";
  ASSERT_TRUE(base::make_directories(state));
  if (mount("none", state.c_str(), "tmpfs", 0, "size=1m") != 0)
    GTEST_SKIP() << "mounting a small file system is not permitted here";
  std::vector<std::string> accepted;
  {
    auto store = open();
    EXPECT_TRUE(store);
    for (int i = 0; store && i < 1000; ++i) {
      const std::string name = fmt::format("job{}", i);
      const auto answer = (*store)->execute(StoreWorld::make_job({{"a"}, {"b", {"a"}}}, name));
      if (!answer) {
        EXPECT_EQ(answer.error().code, ErrorCode::disk_full) << answer.error().message;
        break;
      }
      accepted.push_back(name);
    }
  }
  EXPECT_LT(accepted.size(), 1000U) << "the disk became full";
  EXPECT_EQ(mount("none", state.c_str(), "tmpfs", MS_REMOUNT, "size=16m"), 0);
  {
    auto store = open();
    EXPECT_TRUE(store);
    for (const std::string& name : accepted)
      EXPECT_TRUE(store && find_job(**store, base::JobId(name))->has_value()) << name;
    EXPECT_TRUE(store && (*store)->execute(StoreWorld::make_job({{"a"}}, "after")));
  }
  EXPECT_EQ(umount(state.c_str()), 0);
}

TEST_F(SqliteStoreTest, TimeNeverGoesBackOverARestartOfTheMachine) {
  base::WallTime before{};
  {
    auto store = open();
    ASSERT_TRUE(store);
    clock.advance(std::chrono::hours(3));
    StoreWorld world(**store);
    world.open_session("worker");
    before = list_open_sessions(**store)->front().last_seen;
  }
  clock.reboot();
  clock.set_wall({before.us - 3'600'000'000});
  auto store = open("", "next boot");
  ASSERT_TRUE(store);
  StoreWorld(**store).open_session("later");
  const auto sessions = list_open_sessions(**store);
  ASSERT_TRUE(sessions);
  for (const SessionRow& session : *sessions) EXPECT_GE(session.last_seen, before);
}

TEST_F(SqliteStoreTest, WithoutABootIdNoEarlierOffsetIsBelieved) {
  { ASSERT_TRUE(open("", "")); }
  clock.reboot();
  clock.advance(std::chrono::hours(24));
  auto store = open("", "");
  ASSERT_TRUE(store);
  StoreWorld(**store).submit({{"a"}});
  EXPECT_EQ(find_job(**store, StoreWorld::job())->value().created, clock.now());
}

TEST(BootClock, KeepsBothOfItsFactsOrNone) {
  test::ManualClock clock;
  auto connection = Connection::open(":memory:", "");
  ASSERT_TRUE(connection && migrate(*connection, ":memory:"));
  for (const std::string key : {"clock_boot", "clock_offset_us"}) {
    ASSERT_TRUE(connection->script("CREATE TRIGGER fail BEFORE INSERT ON meta WHEN NEW.key = '" +
                                   key + "' BEGIN SELECT RAISE(ABORT, 'no'); END"));
    EXPECT_FALSE(BootClock::start(*connection, clock, "boot"));
    EXPECT_EQ(connection->read_number("SELECT COUNT(*) FROM meta"), 0) << key;
    ASSERT_TRUE(connection->script("DROP TRIGGER fail"));
  }
  EXPECT_TRUE(BootClock::start(*connection, clock, "boot"));
}

}  // namespace
}  // namespace mpegflow::store
