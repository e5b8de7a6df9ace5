#include "engine/upkeep/check_state.h"

#include <fstream>

#include "engine/upkeep/upkeep_world.h"

namespace mpegflow::engine {
namespace {

struct CheckState : UpkeepWorld {};

/// Flips one bit of a file, its size stays.
void flip_bit(const base::Path& path, std::streamoff at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(at);
  const int byte = file.get();
  file.seekp(at);
  file.put(static_cast<char>(byte ^ 1));
  ASSERT_TRUE(file.good());
}

TEST_F(CheckState, ASoundStateHasNoFaults) {
  succeed("job");
  submit("running");
  const auto held = hold("running");
  stage("running", claim("running"));
  const CheckReport report = check();
  EXPECT_EQ(list_kinds(report), Kinds{});
  EXPECT_EQ(report.jobs, 2);
  EXPECT_GT(report.events, 8);
  EXPECT_EQ(report.bytes_hashed, 5);
}

TEST_F(CheckState, ABitOfAnEventIsFound) {
  succeed("job");
  tamper("UPDATE event SET bytes = replace(bytes, 'lease_granted', 'lease_gransed')");
  EXPECT_NE(list_kinds(check()), Kinds{});
}

TEST_F(CheckState, AChangedColumnOfAnEventIsFound) {
  succeed("job");
  tamper("UPDATE event SET at_us = at_us + 1 WHERE seq = 3");
  EXPECT_EQ(list_kinds(check()), Kinds{"story"});
}

TEST_F(CheckState, AMissingEventIsFound) {
  succeed("job");
  tamper("DELETE FROM event WHERE seq = (SELECT MAX(seq) FROM event)");
  EXPECT_NE(list_kinds(check()), Kinds{});
}

TEST_F(CheckState, AStateThatItsEventsDoNotGiveIsFound) {
  succeed("job");
  tamper("UPDATE task SET fence = 7");
  EXPECT_EQ(list_kinds(check()), Kinds{"story"});
  tamper("UPDATE task SET fence = 1; UPDATE job SET state = 'failed'");
  EXPECT_EQ(list_kinds(check()), Kinds{"job_state"});
}

TEST_F(CheckState, ARowOfAJobThatDoesNotExistIsFound) {
  succeed("job");
  tamper("UPDATE input SET job_id = 'gone'");
  EXPECT_EQ(list_kinds(check()), Kinds{"stray_row"});
}

TEST_F(CheckState, ADamagedDatabaseIsFound) {
  succeed("job");
  std::int64_t root = 0;
  {
    auto connection = store::Connection::open(state_path() / "mpegflow.db", "");
    ASSERT_TRUE(connection);
    root =
        *connection->read_number("SELECT rootpage FROM sqlite_schema WHERE name = 'event_chain'");
  }
  store_.reset();
  tamper("PRAGMA wal_checkpoint(TRUNCATE)");
  flip_bit(state_path() / "mpegflow.db", root * 4096 - 20);
  reopen();
  const CheckReport report = check();
  ASSERT_NE(list_kinds(report), Kinds{});
  EXPECT_EQ(report.faults.front().kind, FaultKind::database);
}

TEST_F(CheckState, ABitOfAnObjectIsFoundUnlessInAHurry) {
  flip_bit(succeed("job"), 2);
  EXPECT_EQ(list_kinds(check({.is_quick = true})), Kinds{});
  EXPECT_EQ(list_kinds(check()), Kinds{"object"});
}

TEST_F(CheckState, AMissingOrShortenedObjectIsFoundAlsoInAHurry) {
  const base::Path object = succeed("job");
  std::filesystem::resize_file(object, 4);
  EXPECT_EQ(list_kinds(check({.is_quick = true})), Kinds{"object"});
  std::filesystem::remove(object);
  EXPECT_EQ(list_kinds(check({.is_quick = true})), Kinds{"object"});
}

TEST_F(CheckState, APublishedFileIsCheckedAtItsTarget) {
  const base::Path file = publish("job");
  collect();
  EXPECT_EQ(list_kinds(check()), Kinds{});
  flip_bit(file, 0);
  EXPECT_EQ(list_kinds(check()), Kinds{"published"});
  std::filesystem::remove(file);
  EXPECT_EQ(list_kinds(check()), Kinds{"published"});
  std::filesystem::remove(file.parent_path());
  EXPECT_EQ(list_kinds(check()), Kinds{"published"}) << "a folder that is gone is one fault";
}

TEST_F(CheckState, AMissingLogIsFound) {
  succeed("job");
  std::filesystem::remove_all(state_path() / "logs");
  EXPECT_EQ(list_kinds(check()), Kinds{"log"});
}

TEST_F(CheckState, TheLeaseOfADeadSessionIsFoundAndGivenBack) {
  submit("job");
  const store::Claim dead = claim("job", "the boot before");
  const base::Path work =
      scratch_of("job") / "attempts" / audit::attempt_name(dead.fence, dead.id) / "work";
  ASSERT_TRUE(base::make_directories(work));
  ASSERT_TRUE(base::write_file_durably(work / "stderr.log", "so far\n"));
  CheckReport report = check();
  ASSERT_EQ(list_kinds(report), Kinds{"lease"});
  ASSERT_TRUE(mend(state(), report));
  EXPECT_TRUE(report.faults.front().is_mended) << report.faults.front().mended;
  EXPECT_EQ(list_kinds(check()), Kinds{});
  EXPECT_EQ(store::find_task(*store_, dead.task)->value().state, queue::TaskState::ready);
  EXPECT_FALSE(exists(work));
  EXPECT_TRUE(
      logs_.get_bytes(audit::stderr_key(base::JobId("job"), dead.task, dead.fence, dead.id)));
}

TEST_F(CheckState, TheLeaseOfALiveSessionIsNoFault) {
  submit("job");
  const auto held = hold("job");
  claim("job");
  submit("far");
  claim("far", "its boot", "far away");
  EXPECT_EQ(list_kinds(check()), Kinds{});
}

TEST_F(CheckState, TheLeaseOfASessionThatIsNotKnownIsMended) {
  submit("job");
  claim("job");
  const auto held = hold("elsewhere");
  tamper("DELETE FROM session");
  CheckReport report = check();
  ASSERT_EQ(list_kinds(report), Kinds{"lease"});
  ASSERT_TRUE(mend(state(), report));
  EXPECT_EQ(list_kinds(check()), Kinds{});
}

TEST_F(CheckState, AnOrphanIsMovedIntoTheQuarantine) {
  succeed("job");
  ASSERT_TRUE(objects_of("job").put_bytes("stray/object", "12345"));
  ASSERT_TRUE(logs_.put_bytes("nobody/knows/this", "x"));
  CheckReport report = check();
  EXPECT_EQ(list_kinds(report), (Kinds{"orphan", "orphan"}));
  ASSERT_TRUE(mend(state(), report));
  EXPECT_EQ(list_kinds(check()), Kinds{});
  EXPECT_EQ(quarantine_.get_bytes("objects/stray/object"), "12345");
  EXPECT_EQ(quarantine_.get_bytes("logs/nobody/knows/this"), "x");
  clock_.advance(upkeep::kDefaultGrace);
  collect();
  EXPECT_TRUE(quarantine_.get_bytes("objects/stray/object")) << "noted just now";
  clock_.advance(upkeep::kDefaultGrace);
  collect();
  EXPECT_FALSE(quarantine_.get_bytes("objects/stray/object"));
}

TEST_F(CheckState, AFolderThatNobodyNeedsIsRemoved) {
  publish("job");
  CheckReport report = check();
  EXPECT_EQ(list_kinds(report), Kinds{"scratch"});
  ASSERT_TRUE(mend(state(), report));
  EXPECT_EQ(list_kinds(check()), Kinds{});
}

TEST_F(CheckState, DamageIsNeverMendedByGuessing) {
  std::filesystem::remove(succeed("job"));
  CheckReport report = check();
  ASSERT_TRUE(mend(state(), report));
  EXPECT_FALSE(report.faults.front().is_mended);
  EXPECT_EQ(list_kinds(check()), Kinds{"object"});
}

}  // namespace
}  // namespace mpegflow::engine
