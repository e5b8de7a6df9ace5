#include "store/conformance.h"

namespace mpegflow::store {
namespace {

/// Tasks that take some of what a worker has, named a, b, … in the order in which they wait.
class RoomOfAWorker : public StoreConformance {
 protected:
  struct Size {
    std::int64_t memory = 0;
    std::int64_t scratch = 0;
  };
  void submit(const std::vector<Size>& sizes) {
    SubmitJob op = StoreWorld::make_job({});
    for (const Size& size : sizes) {
      const auto position = static_cast<std::int64_t>(op.tasks.size());
      op.tasks.push_back(
          StoreWorld::make_task({std::string(1, static_cast<char>('a' + position))}, position));
      op.tasks.back().memory_bytes = size.memory;
      op.tasks.back().expected_bytes = size.scratch;
    }
    ASSERT_TRUE(store->execute(op));
  }
  void register_worker(std::int64_t memory) {
    world.register_worker("one", {"cpu"}, fmt::format(R"({{"memory_bytes":{}}})", memory), 8);
  }
  /// The keys of what the worker is given, in order.
  std::string claim(std::int64_t count, std::optional<std::int64_t> free_scratch = {}) {
    const auto answer = store->execute(
        ClaimTasks{world.next_request(), base::SessionId("one"), {"cpu"}, {}, count, free_scratch});
    EXPECT_TRUE(answer) << answer.error().message;
    std::string keys;
    for (const auto& granted : answer->granted) {
      keys += granted.task.key;
      claims_.push_back(granted.claim);
    }
    return keys;
  }
  void end_first() {
    ASSERT_TRUE(world.commit(claims_.front()));
    claims_.erase(claims_.begin());
  }

  std::vector<Claim> claims_;
};

TEST_P(RoomOfAWorker, IsKeptByTheMemoryOfItsTasks) {
  register_worker(8 * kGiB);
  submit({{5 * kGiB}, {5 * kGiB}, {2 * kGiB}});
  EXPECT_EQ(claim(8), "ac") << "b does not fit beside a";
  EXPECT_EQ(claim(8), "");
  end_first();
  EXPECT_EQ(claim(8), "b");
}

TEST_P(RoomOfAWorker, CountsWhatThePoolGivesEach) {
  ASSERT_TRUE(store->execute(SetPool{{"cpu", 4 * kGiB, {}, {}}}));
  register_worker(9 * kGiB);
  submit({{}, {}, {}});
  EXPECT_EQ(claim(8), "ab");
}

TEST_P(RoomOfAWorker, IsKeptByTheDiskThatIsFree) {
  register_worker(0);
  submit({{0, 6 * kGiB}, {0, 6 * kGiB}, {0, 3 * kGiB}});
  EXPECT_EQ(claim(8, 10 * kGiB), "ac");
}

TEST_P(RoomOfAWorker, IsAllForATaskThatIsAlone) {
  register_worker(kGiB);
  submit({{64 * kGiB, 64 * kGiB}, {kGiB}});
  EXPECT_EQ(claim(8, kGiB), "a");
}

TEST_P(RoomOfAWorker, IsNotLookedAtWhereNothingIsSaid) {
  register_worker(0);
  submit({{64 * kGiB, kGiB}, {64 * kGiB, kGiB}});
  EXPECT_EQ(claim(8), "ab");
}

TEST_P(RoomOfAWorker, IsKeptForATaskThatWaitsForLong) {
  register_worker(8 * kGiB);
  std::vector<Size> sizes(26, Size{});
  sizes[0] = {4 * kGiB};
  sizes[1] = {8 * kGiB};
  submit(sizes);
  std::string given = claim(1);
  for (int i = 0; i < 20; ++i) given += claim(1);
  EXPECT_EQ(given, "acdefghijklmnopqr") << "16 went before b, then none does";
  while (!claims_.empty()) end_first();
  EXPECT_EQ(claim(1), "b");
}

INSTANTIATE_TEST_SUITE_P(Store, RoomOfAWorker, testing::ValuesIn(sqlite_cases()), name_case);

}  // namespace
}  // namespace mpegflow::store
