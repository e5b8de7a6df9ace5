#include "base/json.h"
#include "core/deliver/delivery.h"
#include "store/conformance.h"

namespace mpegflow::store {
namespace {

constexpr std::int64_t kLease = 60'000'000;
class Outbox : public StoreConformance {
 protected:
  void submit(const std::vector<std::string>& endpoints = {R"({"url":"http://a/"})"}) {
    world.submit({{"a", {}, queue::TaskKind::encode, kNoRetries}, {"b", {"a"}}});
    ASSERT_TRUE(store->execute(SetSubscriptions{world.job(), endpoints}));
  }
  std::vector<DeliveryRow> take() {
    const auto answer = store->execute(ClaimDeliveries{100, kLease});
    EXPECT_TRUE(answer);
    return answer ? answer->deliveries : std::vector<DeliveryRow>{};
  }
  SettleDelivery::Answer settle(const DeliveryRow& delivery, const std::string& error = "") {
    const auto answer = store->execute(SettleDelivery{delivery.id, delivery.tries, error, 0});
    EXPECT_TRUE(answer);
    return answer.value_or(SettleDelivery::Answer{});
  }
};

TEST_P(Outbox, TellsOfADeadTaskAndOfTheEndOfItsJob) {
  submit();
  EXPECT_TRUE(take().empty());
  ASSERT_TRUE(world.report(world.claim(), "io_error"));
  const auto due = take();
  ASSERT_EQ(due.size(), 2U);
  std::map<std::string, base::json::object> bodies;
  for (const DeliveryRow& row : due) {
    bodies[row.event] = base::parse_json(row.body, "body")->get_object();
    EXPECT_EQ(base::text_or(bodies[row.event], "delivery"), row.id);
  }
  EXPECT_EQ(base::text_or(bodies["task_dead"], "key"), "a");
  EXPECT_EQ(base::text_or(bodies["task_dead"], "reason"), "io_error");
  EXPECT_EQ(base::text_or(bodies["job_finished"], "state"), "failed");
}

TEST_P(Outbox, TellsNobodyWhoDidNotAsk) {
  submit({});
  ASSERT_TRUE(world.report(world.claim(), "io_error"));
  EXPECT_TRUE(list_deliveries(*store, world.job())->empty());
}

TEST_P(Outbox, TellsOfEveryEndOfAJob) {
  submit();
  ASSERT_TRUE(world.report(world.claim(), "io_error"));
  ASSERT_TRUE(store->execute(ReprocessJob{world.job(), "again"}));
  ASSERT_TRUE(world.commit(world.claim()));
  ASSERT_TRUE(world.commit(world.claim()));
  EXPECT_EQ(list_deliveries(*store, world.job())->size(), 3U);
}

TEST_P(Outbox, TellsNothingOfWhatWasRolledBack) {
  submit();
  const Claim claim = world.claim();
  ASSERT_FALSE(world.report({claim.task, claim.fence + 1, claim.id}, "io_error"));
  EXPECT_TRUE(list_deliveries(*store, world.job())->empty());
}

TEST_P(Outbox, HasOneIdPerEventAndEndpointHoweverOftenItIsSent) {
  submit({R"({"command":["alert"]})", R"({"url":"http://a/"})"});
  ASSERT_TRUE(world.report(world.claim(), "io_error"));
  std::set<std::string> ids;
  for (const DeliveryRow& row : take()) ids.insert(row.id);
  EXPECT_EQ(ids.size(), 4U);
  clock.advance(base::Micros(kLease));
  for (const DeliveryRow& row : take()) {
    EXPECT_TRUE(ids.contains(row.id));
    EXPECT_EQ(row.tries, 2);
  }
}

TEST_P(Outbox, IsDueAgainForWhoeverComesWhenASenderIsSilent) {
  submit();
  ASSERT_TRUE(world.commit(world.claim()));
  ASSERT_TRUE(world.commit(world.claim()));
  const auto mine = take();
  ASSERT_EQ(mine.size(), 1U);
  EXPECT_TRUE(take().empty()) << "somebody is at it";
  clock.advance(base::Micros(kLease));
  const auto theirs = take();
  ASSERT_EQ(theirs.size(), 1U);
  settle(mine.front(), "too late");
  EXPECT_FALSE(settle(mine.front()).is_done) << "not by the word of the first";
  EXPECT_TRUE(settle(theirs.front()).is_done);
  clock.advance(std::chrono::hours(48));
  EXPECT_TRUE(take().empty());
}

TEST_P(Outbox, GivesUpAfterItsTriesAndSaysSo) {
  submit();
  ASSERT_TRUE(world.commit(world.claim()));
  ASSERT_TRUE(world.commit(world.claim()));
  int tries = 0;
  for (bool is_dead = false; !is_dead; ++tries) {
    clock.advance(std::chrono::hours(3));
    const auto due = take();
    ASSERT_EQ(due.size(), 1U) << tries;
    is_dead = settle(due.front(), "connection refused").is_dead;
  }
  EXPECT_EQ(tries, deliver::kDeliveryBudget.max);
  const auto rows = list_deliveries(*store, world.job());
  EXPECT_TRUE(rows->front().dead);
  EXPECT_EQ(rows->front().last_error, "connection refused");
}

INSTANTIATE_TEST_SUITE_P(Store, Outbox, testing::ValuesIn(sqlite_cases()), name_case);

}  // namespace
}  // namespace mpegflow::store
