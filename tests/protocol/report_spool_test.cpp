#include "protocol/report_spool.h"

#include "support/manual_clock.h"
#include "support/protocol_wrapper.h"
#include "worker/worker_world.h"

namespace mpegflow::protocol {
namespace {

using worker::WorkerWorld;

/// A server that cannot be reached, or whose answers get lost.
class BadLine final : public test::ProtocolWrapper {
 public:
  using ProtocolWrapper::ProtocolWrapper;
  base::Result<TaskAnswer> commit(const CommitRequest& request) override {
    return pass<TaskAnswer>([&] { return inner_.commit(request); });
  }
  base::Result<TaskAnswer> report(const ReportRequest& request) override {
    return pass<TaskAnswer>([&] { return inner_.report(request); });
  }
  base::Result<TaskAnswer> released(const ReleaseRequest& request) override {
    return pass<TaskAnswer>([&] { return inner_.released(request); });
  }
  base::Result<HeartbeatAnswer> heartbeat(const HeartbeatRequest& request) override {
    heard = request;
    return inner_.heartbeat(request);
  }

  bool loses_requests = false, loses_answers = false;
  HeartbeatRequest heard;

 private:
  template <class T, class Send>
  base::Result<T> pass(const Send& send) {
    const auto lost = base::fail(base::ErrorCode::store_failed, "no answer");
    if (loses_requests) return lost;
    auto answer = send();
    if (loses_answers) return lost;
    return answer;
  }
};

class ReportSpoolTest : public testing::Test {
 protected:
  ReportSpoolTest() {
    world_.script_all();
    world_.submit_ladder();
    world_.other_protocol = &spool_;
  }
  base::Path folder() const { return world_.folder.path() / "reports"; }

  WorkerWorld world_;
  BadLine line_{*world_.protocol};
  ReportSpool spool_{{folder()}, line_, world_.clock};
};

TEST_F(ReportSpoolTest, KeepsNothingOfWhatWasHeard) {
  ASSERT_TRUE(world_.run_all());
  EXPECT_EQ(world_.job_state(), "succeeded");
  EXPECT_EQ(spool_.count_waiting(), 0U);
}

TEST_F(ReportSpoolTest, CommitsLaterWhatTheServerDidNotHear) {
  line_.loses_requests = true;
  ASSERT_TRUE(world_.run_next()) << "the slot goes on";
  EXPECT_EQ(world_.task("probe").state, queue::TaskState::leased);
  EXPECT_EQ(spool_.count_waiting(), 1U);
  EXPECT_FALSE(spool_.send_again());
  line_.loses_requests = false;
  ASSERT_TRUE(spool_.send_again());
  EXPECT_EQ(world_.task("probe").state, queue::TaskState::succeeded);
  EXPECT_EQ(spool_.count_waiting(), 0U);
}

TEST_F(ReportSpoolTest, CommitsOnceWhoseAnswerWasLost) {
  line_.loses_answers = true;
  ASSERT_TRUE(world_.run_next());
  EXPECT_EQ(world_.task("probe").state, queue::TaskState::succeeded);
  line_.loses_answers = false;
  ASSERT_TRUE(spool_.send_again());
  EXPECT_EQ(world_.attempts("probe").size(), 1U);
}

TEST_F(ReportSpoolTest, OutlivesItsProcess) {
  line_.loses_requests = true;
  ASSERT_TRUE(world_.run_next());
  line_.loses_requests = false;
  ReportSpool successor({folder()}, line_, world_.clock);
  EXPECT_EQ(successor.count_waiting(), 1U);
  ASSERT_TRUE(successor.send_again());
  EXPECT_EQ(world_.task("probe").state, queue::TaskState::succeeded);
}

TEST_F(ReportSpoolTest, DropsWhatTheServerRefuses) {
  line_.loses_requests = true;
  const auto assignment = *world_.claim();
  ASSERT_TRUE(world_.run(assignment));
  line_.loses_requests = false;
  ASSERT_TRUE(world_.store->execute(store::CancelJob{world_.job}));
  ASSERT_TRUE(spool_.send_again());
  EXPECT_EQ(spool_.count_waiting(), 0U);
  EXPECT_NE(world_.task("probe").state, queue::TaskState::succeeded);
}

TEST_F(ReportSpoolTest, GivesUpWhatIsTooOld) {
  line_.loses_requests = true;
  ASSERT_TRUE(world_.run_next());
  line_.loses_requests = false;
  ReportSpool hasty({folder(), base::Micros(-1)}, line_, world_.clock);
  ASSERT_TRUE(hasty.send_again());
  EXPECT_EQ(hasty.count_waiting(), 0U);
  EXPECT_EQ(world_.task("probe").state, queue::TaskState::leased);
}

TEST_F(ReportSpoolTest, NamesWhatWaitsInTheHeartbeats) {
  line_.loses_requests = true;
  const auto assignment = *world_.claim();
  ASSERT_TRUE(world_.run(assignment));
  ASSERT_TRUE(spool_.heartbeat({world_.session, {}}));
  ASSERT_EQ(line_.heard.running.size(), 1U);
  EXPECT_EQ(line_.heard.running.front().claim, assignment.claim);
}

/// The clock of a store that a test moves.
TEST(PartialHeartbeat, GivesNoOtherClaimBack) {
  test::ManualClock clock;
  store::SqliteOptions options;
  options.clock = &clock;
  const auto store = *store::SqliteStore::open(options);
  engine::ChangeSignal changes;
  base::SystemEntropy entropy;
  InProcessProtocol protocol(*store, changes, entropy);
  RegisterRequest request;
  request.session = base::SessionId("session");
  request.encoder.id = base::EncoderRevisionId("revision");
  request.encoder.facts = "{}";
  ASSERT_TRUE(protocol.register_session(request));
  store::SubmitJob submit;
  submit.job.id = base::JobId("job");
  submit.job.spec = submit.job.command = "{}";
  submit.job.lane = "vod";
  submit.job.delivery = "none";
  submit.job.encoder_revision = request.encoder.id;
  for (const char* key : {"a", "b"}) {
    store::NewTask task;
    task.id = base::TaskId(key);
    task.key = key;
    task.kind = queue::TaskKind::encode;
    submit.tasks.push_back(task);
  }
  ASSERT_TRUE(store->execute(submit));
  ClaimRequest claim;
  claim.request = base::RequestId("r");
  claim.session = request.session;
  claim.count = 2;
  const auto given = protocol.claim(claim);
  ASSERT_TRUE(given && given->size() == 2);
  clock.advance(std::chrono::minutes(10));
  HeartbeatRequest beat{request.session, {{given->front().claim, "{}"}}};
  beat.is_partial = true;
  ASSERT_TRUE(protocol.heartbeat(beat));
  EXPECT_EQ(store::list_leases_of_session(*store, request.session)->size(), 2U);
  beat.is_partial = false;
  ASSERT_TRUE(protocol.heartbeat(beat));
  EXPECT_EQ(store::list_leases_of_session(*store, request.session)->size(), 1U);
}

}  // namespace
}  // namespace mpegflow::protocol
