#include "protocol/claim_desk.h"

#include <future>

#include "worker/worker_world.h"

namespace mpegflow::protocol {
namespace {

using worker::WorkerWorld;

template <class Condition>
bool eventually(const Condition& holds) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::yield();
  }
  return true;
}

class ClaimDeskTest : public testing::Test {
 protected:
  ClaimRequest request(int number, base::Micros wait = std::chrono::seconds(30)) {
    ClaimRequest made;
    made.request = base::RequestId(fmt::format("r{}", number));
    made.session = world_.session;
    made.wait = wait;
    return made;
  }
  ClaimDesk::Ticket ask(int number, base::Micros wait = std::chrono::seconds(30)) {
    return desk_.ask(request(number, wait), [this](auto given) {
      const std::scoped_lock lock(mutex_);
      ++answers_;
      if (given) given_ += given->size();
    });
  }
  std::size_t answers() {
    const std::scoped_lock lock(mutex_);
    return answers_;
  }
  std::size_t given() {
    const std::scoped_lock lock(mutex_);
    return given_;
  }

  WorkerWorld world_;
  std::mutex mutex_;
  std::size_t answers_ = 0, given_ = 0;
  ClaimDesk desk_{*world_.protocol, *world_.store, world_.changes, world_.clock};
};

TEST_F(ClaimDeskTest, WakesNoMoreThanThereIsWorkFor) {
  for (int i = 0; i < 200; ++i) ask(i);
  EXPECT_TRUE(eventually([&] { return desk_.count_waiting() == 200; }));
  EXPECT_EQ(desk_.count_claims(), 0U) << "nothing is ready, so the store was not troubled";
  world_.submit_ladder();
  world_.changes.notify();
  EXPECT_TRUE(eventually([&] { return given() == 1; }));
  for (int i = 0; i < 100; ++i) world_.changes.notify();
  EXPECT_TRUE(eventually([&] { return desk_.count_waiting() == 199; }));
  EXPECT_LE(desk_.count_claims(), 2U);
}

TEST_F(ClaimDeskTest, GivesAgainWhatWasGrantedAndNotHeard) {
  world_.submit_ladder();
  ClaimRequest lost = request(1, base::Micros(0));
  ASSERT_EQ(world_.protocol->claim(lost)->size(), 1U);
  ask(2);  // nothing is left for it
  lost.is_again = true;
  lost.wait = std::chrono::seconds(30);
  desk_.ask(lost, [this](auto given) {
    const std::scoped_lock lock(mutex_);
    given_ += given->size();
  });
  EXPECT_TRUE(eventually([&] { return given() == 1; }));
}

TEST_F(ClaimDeskTest, SeesWhatAnotherProcessAdded) {
  ask(1);
  EXPECT_TRUE(eventually([&] { return desk_.count_waiting() == 1; }));
  world_.submit_ladder();  // and tells nobody
  EXPECT_TRUE(eventually([&] { return given() == 1; }));
}

TEST_F(ClaimDeskTest, AnswersWithNothingWhenTheTimeIsOver) {
  ask(1, std::chrono::milliseconds(20));
  EXPECT_TRUE(eventually([&] { return answers() == 1; }));
  EXPECT_EQ(given(), 0U);
}

TEST_F(ClaimDeskTest, ClaimsNothingForWhoHasLeft) {
  const auto ticket = ask(1);
  EXPECT_TRUE(eventually([&] { return desk_.count_waiting() == 1; }));
  desk_.withdraw(ticket);
  world_.submit_ladder();
  world_.changes.notify();
  ask(2);
  EXPECT_TRUE(eventually([&] { return given() == 1; }));
  EXPECT_EQ(answers(), 1U);
}

/// What waits for the one worker that can do it is not offered to all that wait before it.
TEST_F(ClaimDeskTest, OffersATaskToThoseAloneWhoCanDoIt) {
  for (const auto& [name, facts] : {std::pair("plain", R"({"encoders":["aac"]})"),
                                    std::pair("gpu", R"({"encoders":["h264_nvenc"]})")}) {
    store::RegisterSession worker;
    worker.session.id = base::SessionId(name);
    worker.session.host = name;
    worker.session.facts = facts;
    worker.pools = {"cpu"};
    worker.slots = 1;
    ASSERT_TRUE(world_.store->execute(worker));
  }
  const auto ask_for = [&](const std::string& session, int number) {
    ClaimRequest made = request(number);
    made.session = base::SessionId(session);
    desk_.ask(made, [this](auto given) {
      const std::scoped_lock lock(mutex_);
      if (given) given_ += given->size();
    });
  };
  for (int i = 0; i < 50; ++i) ask_for("plain", i);
  ask_for("gpu", 50);
  EXPECT_TRUE(eventually([&] { return desk_.count_waiting() == 51; }));
  store::SubmitJob job;
  job.job.id = base::JobId("job");
  job.job.lane = "vod";
  job.job.delivery = "none";
  job.job.spec = "{}";
  store::NewTask task;
  task.id = base::TaskId("task");
  task.key = "a";
  task.requirements = "encoder:h264_nvenc";
  job.tasks.push_back(task);
  ASSERT_TRUE(world_.store->execute(job));
  world_.changes.notify();
  EXPECT_TRUE(eventually([&] { return given() == 1; }));
  EXPECT_EQ(desk_.count_claims(), 1U);
}

store::SubmitJob make_job(const std::string& id, std::int64_t memory_bytes) {
  store::SubmitJob job;
  job.job.id = base::JobId(id);
  job.job.lane = "vod";
  job.job.delivery = "none";
  job.job.spec = "{}";
  store::NewTask task;
  task.id = base::TaskId(id + "-a");
  task.key = "a";
  task.memory_bytes = memory_bytes;
  job.tasks.push_back(task);
  return job;
}

TEST_F(ClaimDeskTest, TakesAPoolThatIsNamedTwiceForOne) {
  ClaimRequest twice = request(1, std::chrono::milliseconds(20));
  twice.pools = {"cpu", "cpu"};
  desk_.ask(twice, [this](auto) {
    const std::scoped_lock lock(mutex_);
    ++answers_;
  });
  EXPECT_TRUE(eventually([&] { return answers() == 1; }));
  EXPECT_EQ(desk_.count_waiting(), 0U);
}

/// However many could do it, a look offers one task to one of them.
TEST_F(ClaimDeskTest, OffersATaskToNoMoreThanItNeeds) {
  for (int i = 0; i < 20; ++i) {
    store::RegisterSession worker;
    worker.session.id = base::SessionId(fmt::format("able{}", i));
    worker.session.host = "host";
    worker.session.facts = R"({"sandbox":["on"]})";
    worker.pools = {"cpu"};
    worker.slots = 1;
    ASSERT_TRUE(world_.store->execute(worker));
    ClaimRequest made = request(i);
    made.session = worker.session.id;
    desk_.ask(made, [this](auto given) {
      const std::scoped_lock lock(mutex_);
      if (given) given_ += given->size();
    });
  }
  EXPECT_TRUE(eventually([&] { return desk_.count_waiting() == 20; }));
  store::SubmitJob job = make_job("raw", 0);
  job.tasks.front().requirements = "sandbox:on";
  ASSERT_TRUE(world_.store->execute(job));
  world_.changes.notify();
  EXPECT_TRUE(eventually([&] { return given() == 1; }));
  EXPECT_TRUE(eventually([&] { return desk_.count_waiting() == 19; }));
  EXPECT_LE(desk_.count_claims(), 5U) << "each look while the first claim is made may offer it too";
}

/// A task that those who came first have no room for must not wait behind them.
TEST_F(ClaimDeskTest, LooksNextAtThoseWhoWereNotLookedAt) {
  store::RegisterSession small;
  small.session.id = base::SessionId("small");
  small.session.host = "small";
  small.session.facts = R"({"memory_bytes":1000})";
  small.pools = {"cpu"};
  small.slots = 21;
  ASSERT_TRUE(world_.store->execute(small));
  ASSERT_TRUE(world_.store->execute(make_job("fills-it", 900)));
  ClaimRequest filling = request(100, base::Micros(0));
  filling.session = small.session.id;
  ASSERT_EQ(world_.protocol->claim(filling)->size(), 1U);

  for (int i = 0; i < 20; ++i) {
    ClaimRequest made = request(i);
    made.session = small.session.id;
    desk_.ask(made, [](auto) {});
  }
  ask(20);
  EXPECT_TRUE(eventually([&] { return desk_.count_waiting() == 21; }));
  ASSERT_TRUE(world_.store->execute(make_job("too-large", 900)));
  // Each change is worth one claim, and the last of all is reached in one round.
  for (int look = 0; look < 21 && given() == 0; ++look) {
    const std::uint64_t before = desk_.count_claims();
    world_.changes.notify();
    EXPECT_TRUE(eventually([&] {
      return desk_.count_claims() > before && (given() == 1 || desk_.count_waiting() == 21);
    }));
  }
  EXPECT_EQ(given(), 1U);
}

TEST_F(ClaimDeskTest, AnswersAllWhenItCloses) {
  for (int i = 0; i < 20; ++i) ask(i);
  desk_.close();
  EXPECT_EQ(answers(), 20U);
  ask(21);
  EXPECT_EQ(answers(), 21U);
}

}  // namespace
}  // namespace mpegflow::protocol
