#include "sim/fault_disk.h"

#include <gtest/gtest.h>

#include "sim/fault_vfs.h"
#include "sim/machine.h"
#include "sim/sim_jobs.h"
#include "store/reads.h"

namespace mpegflow::sim {
namespace {

using Accident = FaultDisk::Accident;
using Answer = FaultDisk::Answer;

TEST(FaultDisk, KeepsWhatWasSynced) {
  FaultDisk disk({});
  const auto file = disk.open("f");
  ASSERT_EQ(disk.write(*file, 0, "kept"), Answer::ok);
  ASSERT_EQ(disk.sync(*file), Answer::ok);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    ASSERT_EQ(disk.write(*file, 4, "perhaps"), Answer::ok);
    Random random(seed);
    disk.cut_power();
    disk.restore_power(random);
    EXPECT_EQ(file->bytes.substr(0, 4), "kept");
    disk.truncate(*file, 4);
    disk.sync(*file);
  }
}

TEST(FaultDisk, LosesKeepsOrTearsWhatWasNotSynced) {
  const std::string long_text(2000, 'x');
  bool was_lost = false, was_kept = false, was_torn = false;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    FaultDisk disk({});
    const auto file = disk.open("f");
    disk.write(*file, 0, long_text);
    Random random(seed);
    disk.restore_power(random);
    if (file->bytes.empty()) was_lost = true;
    else if (file->bytes == long_text) was_kept = true;
    else was_torn = true;
  }
  EXPECT_TRUE(was_lost);
  EXPECT_TRUE(was_kept);
  EXPECT_TRUE(was_torn);
}

TEST(FaultDisk, HasTheAccidentAtTheCallThatWasChosen) {
  FaultDisk disk({});
  const auto file = disk.open("f");
  disk.arm(Accident::full, 1, Random(1));
  EXPECT_EQ(disk.write(*file, 0, "a"), Answer::ok);
  EXPECT_EQ(disk.write(*file, 1, "b"), Answer::full);
  EXPECT_EQ(disk.write(*file, 1, "b"), Answer::ok);
  EXPECT_EQ(disk.disarm(), Accident::full);
}

TEST(FaultDisk, FailsOverToAnEarlierCommit) {
  FaultDisk disk({});
  const auto log = disk.open("db-wal");
  for (const char* commit : {"one", "two", "six"}) {
    disk.write(*log, log->bytes.size(), commit);
    disk.sync(*log);
  }
  EXPECT_EQ(disk.fail_over(1), 1);
  EXPECT_EQ(log->bytes, "onetwo");
  EXPECT_EQ(disk.fail_over(9), 1) << "not before the first that is known";
  EXPECT_EQ(log->bytes, "one");
}

/// A store on a machine's disk.
struct OpenStore {
  OpenStore(Machine& machine, const VirtualClock& clock) : vfs(machine.disk) {
    store::SqliteOptions options;
    options.clock = &clock;
    options.is_single_threaded = true;
    options.checkpoint_pages = 4;
    options.vfs = vfs.name();
    options.boot_id = "boot";
    auto opened = store::SqliteStore::open(options);
    EXPECT_TRUE(opened) << opened.error().message;
    sqlite = std::move(*opened);
  }
  FaultVfs vfs;
  std::unique_ptr<store::SqliteStore> sqlite;
};

store::SubmitJob make_job(const std::string& id) {
  store::SubmitJob op;
  op.job.id = base::JobId(id);
  op.job.tenant = "one";
  op.job.lane = "vod";
  op.job.delivery = "none";
  op.job.spec = "{}";
  for (const char* key : {"a", "b", "c"}) {
    store::NewTask task;
    task.key = key;
    task.id = base::TaskId(id + key);
    op.tasks.push_back(task);
  }
  return op;
}

struct Crash {
  Accident accident;
  std::int64_t at;
};

/// Whether the op was answered, and how many of its three tasks are there afterwards.
std::pair<bool, std::size_t> submit_and_crash(const Crash& crash, std::uint64_t seed) {
  const VirtualClock clock;
  Machine machine(clock);
  bool is_answered = false;
  {
    OpenStore store(machine, clock);
    EXPECT_TRUE(store.sqlite->execute(make_job("before")));
    machine.disk.arm(crash.accident, crash.at, Random(seed));
    is_answered = store.sqlite->execute(make_job("job")).has_value();
    store.vfs.kill();
  }
  Random random(seed);
  if (crash.accident == Accident::power) machine.disk.restore_power(random);
  OpenStore again(machine, clock);
  EXPECT_EQ(store::list_tasks(*again.sqlite, base::JobId("before"))->size(), 3U);
  return {is_answered, store::list_tasks(*again.sqlite, base::JobId("job"))->size()};
}

TEST(FaultVfs, AnOpIsWholeOrNotThereWhereverItWasCutOff) {
  int unknown_but_there = 0, cut_off = 0;
  for (const Accident accident :
       {Accident::kill, Accident::power, Accident::full, Accident::io_error})
    for (std::int64_t at = 0; at < 60; ++at) {
      const auto [is_answered, tasks] =
          submit_and_crash({accident, at}, static_cast<std::uint64_t>(at) + 1);
      EXPECT_TRUE(tasks == 3 || (tasks == 0 && !is_answered)) << tasks << " tasks at " << at;
      if (!is_answered) ++cut_off;
      if (!is_answered && tasks == 3) ++unknown_but_there;
    }
  EXPECT_GT(cut_off, 50);
  EXPECT_GT(unknown_but_there, 0) << "a COMMIT without an answer";
}

TEST(FaultVfs, TwoProcessesShareADatabase) {
  const VirtualClock clock;
  Machine machine(clock);
  OpenStore one(machine, clock), two(machine, clock);
  EXPECT_TRUE(one.sqlite->execute(make_job("first")));
  EXPECT_TRUE(two.sqlite->execute(make_job("second")));
  EXPECT_EQ(store::list_tasks(*one.sqlite, base::JobId("second"))->size(), 3U);
  EXPECT_EQ(store::list_tasks(*two.sqlite, base::JobId("first"))->size(), 3U);
}

}  // namespace
}  // namespace mpegflow::sim
