#include "keeper/keeper.h"

#include <gtest/gtest.h>

#include "store/reads.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store_world.h"
#include "support/manual_clock.h"

namespace mpegflow::keeper {
namespace {

using queue::TaskState;
using std::chrono::seconds;

constexpr seconds kTtl{90};

/// A server with silent workers, in memory.
class KeeperTest : public testing::Test {
 protected:
  std::unique_ptr<store::SqliteStore> open() {
    store::SqliteOptions options;
    options.clock = &clock;
    options.is_single_threaded = true;
    auto opened = store::SqliteStore::open(options);
    return opened ? std::move(*opened) : nullptr;
  }

  /// Workers that hold a task each.
  void start_workers(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string name = fmt::format("w{}", i);
      world.submit({{"a"}}, name);
      world.claim(name);
    }
  }
  Keeper make_keeper() { return Keeper({{}, kTtl}, *store, changes, clock); }
  void pass(Keeper& keeper, base::Micros time) {
    for (const base::SteadyTime end = clock.steady() + time; clock.steady() < end;) {
      clock.advance(seconds(30));
      ASSERT_TRUE(keeper.run_once());
    }
  }
  bool is_leased(int worker) {
    return world.task("a", fmt::format("w{}", worker)).state == TaskState::leased;
  }

  test::ManualClock clock;
  std::unique_ptr<store::SqliteStore> store = open();
  store::StoreWorld world{*store};
  engine::ChangeSignal changes;
};

TEST_F(KeeperTest, WarnsOfManySilentWorkersAndNotOfItsOwnYouth) {
  start_workers(5);
  clock.advance(kTtl + seconds(1));
  const auto sweep = [&](base::Micros listening) {
    return store->execute(store::Sweep{{}, base::Micros(kTtl).count(), listening.count()});
  };
  const auto young = sweep(kTtl);
  ASSERT_TRUE(young);
  EXPECT_FALSE(young->is_braking);
  EXPECT_TRUE(is_leased(0));
  const auto grown = sweep(2 * kTtl);
  ASSERT_TRUE(grown);
  EXPECT_TRUE(grown->is_braking);
  EXPECT_TRUE(is_leased(0));
}

TEST_F(KeeperTest, ExpiresASessionThatWasSilentWhileItListened) {
  Keeper keeper = make_keeper();
  start_workers(1);
  pass(keeper, 2 * kTtl);
  EXPECT_FALSE(is_leased(0));
}

TEST_F(KeeperTest, ExpiresNothingInItsFirstTwoTtls) {
  start_workers(1);
  clock.advance(10 * kTtl);  // the server was down
  Keeper keeper = make_keeper();
  pass(keeper, 2 * kTtl - seconds(30));
  EXPECT_TRUE(is_leased(0)) << "its worker had nobody to talk to";
  pass(keeper, seconds(30));
  EXPECT_FALSE(is_leased(0));
}

TEST_F(KeeperTest, TakesAStandstillForABeginning) {
  Keeper keeper = make_keeper();
  pass(keeper, 3 * kTtl);
  start_workers(1);
  clock.advance(10 * kTtl);  // stopped, or suspended
  ASSERT_TRUE(keeper.run_once());
  EXPECT_TRUE(is_leased(0));
  pass(keeper, 2 * kTtl);
  EXPECT_FALSE(is_leased(0));
}

TEST_F(KeeperTest, HoldsUpAMassExpiry) {
  Keeper keeper = make_keeper();
  pass(keeper, 2 * kTtl);
  start_workers(4);
  pass(keeper, 2 * kTtl);
  EXPECT_TRUE(is_leased(0)) << "all four at once: that may be our own network";
  pass(keeper, 2 * kTtl);
  EXPECT_FALSE(is_leased(0)) << "they are really gone";
  EXPECT_FALSE(is_leased(3));
}

}  // namespace
}  // namespace mpegflow::keeper
