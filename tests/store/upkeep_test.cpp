#include <regex>

#include "base/json.h"
#include "store/conformance.h"
#include "store/sql/embedded.h"
#include "store/upkeep_reads.h"

namespace mpegflow::store {
namespace {

constexpr base::Micros kDay = std::chrono::hours(24);

TEST_P(StoreConformance, AnOutputOfADeadSessionIsDoomedWithoutGrace) {
  world.submit({{"a"}});
  const Claim claim = world.claim("worker");
  ASSERT_TRUE(world.stage(claim, "k"));
  ASSERT_TRUE(store->execute(ReleaseDeadSession{base::SessionId("worker"), "dead", {}}));
  EXPECT_TRUE(store->execute(DoomOutputs{{}, kDay.count()})->doomed.empty());
  EXPECT_EQ(
      store->execute(DoomOutputs{{}, kDay.count(), {base::SessionId("worker")}})->doomed.size(),
      1U);
}

TEST_P(StoreConformance, CollectionAndCommitExcludeEachOther) {
  world.submit({{"a"}});
  const Claim claim = world.claim("worker");
  ASSERT_TRUE(world.stage(claim, "k"));
  const CommitAttempt commit = world.make_commit(claim);
  // Vouched for or not, what its holder may commit is not taken.
  EXPECT_TRUE(store->execute(DoomOutputs{{}, 0, {base::SessionId("worker")}})->doomed.empty());
  ASSERT_TRUE(store->execute(commit));
  EXPECT_TRUE(store->execute(DoomOutputs{{}, 0, {base::SessionId("worker")}})->doomed.empty());
  ASSERT_TRUE(store->execute(ForgetOutput{"k"}));
  EXPECT_EQ(world.outputs("a").size(), 1U) << "a committed row is never forgotten";
}

TEST_P(StoreConformance, AnOrphanKeepsTheMomentOfItsFirstSight) {
  const auto first = store->execute(NoteOrphans{{"a", "b"}});
  ASSERT_TRUE(first && first->first_seen.size() == 2);
  clock.advance(kDay);
  const auto second = store->execute(NoteOrphans{{"b", "c"}});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->first_seen.at("b"), first->first_seen.at("b"));
  EXPECT_GT(second->first_seen.at("c"), first->first_seen.at("b"));
  EXPECT_EQ(list_orphans(*store)->size(), 2U) << "one that is there no more is forgotten";
}

TEST_P(StoreConformance, OldRequestsArePrunedInBatches) {
  world.submit({{"a"}, {"b"}, {"c"}});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(world.commit(world.claim()));  // 2 requests each
  clock.advance(2 * kDay);
  world.submit({{"late"}}, "late");
  world.claim();
  EXPECT_EQ(measure_leftovers(*store, kDay)->requests, 6);
  EXPECT_EQ(store->execute(PruneRequests{kDay.count(), 4})->removed, 4);
  EXPECT_EQ(store->execute(PruneRequests{kDay.count(), 4})->removed, 2);
  EXPECT_EQ(store->execute(PruneRequests{kDay.count(), 4})->removed, 0);
  EXPECT_EQ(measure_leftovers(*store, base::Micros(-1))->requests, 1) << "the young one stays";
}

TEST_P(StoreConformance, OldSessionsArePrunedInBatches) {
  for (const char* name : {"one", "two", "three", "open"}) world.open_session(name, name);
  for (const char* name : {"one", "two", "three"})
    ASSERT_TRUE(store->execute(EndSession{base::SessionId(name)}));
  EXPECT_EQ(store->execute(PruneSessions{kDay.count(), 2})->removed, 0) << "too young";
  clock.advance(2 * kDay);
  EXPECT_EQ(store->execute(PruneSessions{kDay.count(), 2})->removed, 2);
  EXPECT_EQ(store->execute(PruneSessions{kDay.count(), 2})->removed, 1);
  EXPECT_EQ(store->execute(PruneSessions{kDay.count(), 2})->removed, 0);
  ASSERT_EQ(list_open_sessions(*store)->size(), 1U);
  EXPECT_FALSE(store->execute(Heartbeat{base::SessionId("one"), {}})->session_known)
      << "as one that is over and still there";
}

TEST_P(StoreConformance, ASessionStaysAsLongAsAnAttemptNamesIt) {
  world.submit({{"a"}});
  ASSERT_TRUE(world.commit(world.claim()));
  const base::SessionId session = list_open_sessions(*store)->front().id;
  ASSERT_TRUE(store->execute(EndSession{session}));
  clock.advance(2 * kDay);
  EXPECT_EQ(store->execute(PruneSessions{kDay.count(), 9})->removed, 0);
  ASSERT_TRUE(store->execute(RemoveJob{world.job(), kDay.count()})->is_removed);
  EXPECT_EQ(store->execute(PruneSessions{kDay.count(), 9})->removed, 1);
}

TEST_P(StoreConformance, AJobThatIsOverForLongIsRemovedWhole) {
  world.submit({{"a"}, {"b", {"a"}}});
  world.submit({{"a"}}, "other");
  for (int i = 0; i < 3; ++i) {
    const Claim claim = world.claim();
    ASSERT_TRUE(world.stage(claim, claim.task.value));
    ASSERT_TRUE(world.commit(claim));
  }
  EXPECT_FALSE(store->execute(RemoveJob{world.job(), kDay.count()})->is_removed) << "too young";
  const std::size_t of_other = world.events("other").size();
  clock.advance(kDay);
  const auto removed = store->execute(RemoveJob{world.job(), kDay.count()});
  ASSERT_TRUE(removed && removed->is_removed) << removed->why;
  EXPECT_EQ(world.job_state(), "(no job)");
  EXPECT_TRUE(world.events().empty());
  EXPECT_TRUE(world.outputs("a").empty());
  EXPECT_EQ(world.job_state("other"), "succeeded");
  EXPECT_EQ(world.events("other").size(), of_other);
  const auto record = find_removal(*store, world.job(), "job");
  ASSERT_TRUE(record && *record);
  EXPECT_FALSE((*record)->is_finished);
  EXPECT_EQ(base::int_or(base::parse_json((*record)->record, "r")->get_object(), "tasks"), 2);
  ASSERT_TRUE(store->execute(FinishRemoval{world.job(), "job"}));
  EXPECT_TRUE(list_open_removals(*store)->empty());
}

TEST_P(StoreConformance, AJobThatIsNotOverIsNeverRemoved) {
  world.submit({{"a"}});
  world.claim();
  clock.advance(1000 * kDay);
  const auto answer = store->execute(RemoveJob{world.job(), 0});
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->is_removed);
  EXPECT_FALSE(store->execute(RemoveLogs{world.job(), 0})->is_removed);
  EXPECT_EQ(world.job_state(), "running");
}

TEST_P(StoreConformance, AJobWhoseDeliveryIsPendingIsNeverRemoved) {
  world.submit({{"a"}, {"publish", {"a"}, queue::TaskKind::deliver}});
  ASSERT_TRUE(world.commit(world.claim()));
  clock.advance(1000 * kDay);
  EXPECT_FALSE(store->execute(RemoveJob{world.job(), 0})->is_removed);
}

TEST(Removal, KnowsEveryTableThatSpeaksOfAJob) {
  std::string removal;
  for (const auto& [name, text] : sql::all_queries())
    if (name.starts_with("remove_")) removal += std::string(text) + "\n";
  // Rows of these exist only for a task that is not over, or are the record itself.
  const std::set<std::string> exempt = {"ready",  "timer",   "lease",
                                        "parked", "removal", "held_need"};
  std::string schema;
  for (const std::string_view migration : sql::migrations()) schema += migration;
  const std::regex table(R"(CREATE TABLE (\w+) \(([^;]*)\))");
  int seen = 0;
  for (std::sregex_iterator at(schema.begin(), schema.end(), table), end; at != end; ++at) {
    const std::string name = (*at)[1], columns = (*at)[2];
    const bool speaks = std::regex_search(columns, std::regex(R"(\b(job_id|task_id|child_id)\b)"));
    if (!speaks || exempt.contains(name)) continue;
    ++seen;
    EXPECT_NE(removal.find("DELETE FROM " + name + " "), std::string::npos)
        << "rows of " << name << " would outlive their job";
  }
  EXPECT_GE(seen, 8);
}

}  // namespace
}  // namespace mpegflow::store
