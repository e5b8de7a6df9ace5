#include <future>
#include <thread>

#include "protocol/worker_server.h"

namespace mpegflow::protocol {
namespace {

using worker::WorkerWorld;

/// The twins of the WorkerProtocol before one engine.
class WorkerProtocolConformance : public testing::TestWithParam<std::string> {
 protected:
  WorkerProtocolConformance() {
    if (GetParam() == "http") {
      server_ = std::make_unique<WorkerServer>(world_, terms());
      protocol_ =
          std::make_unique<HttpProtocol>(server_->protocol_options(), client_, world_.clock);
    } else {
      protocol_ = std::make_unique<InProcessProtocol>(*world_.store, world_.changes, world_.entropy,
                                                      terms());
    }
    world_.script_all();
    world_.submit_ladder();
  }
  static RegisterAnswer terms() {
    return {1, std::chrono::seconds(60), std::chrono::seconds(15), std::chrono::hours(1)};
  }

  ClaimRequest claim_request(const std::string& id) {
    ClaimRequest request;
    request.request = base::RequestId(id);
    request.session = world_.session;
    return request;
  }
  Assignment claim_one(const std::string& id) {
    const auto given = protocol_->claim(claim_request(id));
    EXPECT_TRUE(given && given->size() == 1);
    return given && !given->empty() ? given->front() : Assignment{};
  }
  WorkerWorld world_;
  http::CurlClient client_;
  std::unique_ptr<WorkerServer> server_;
  std::unique_ptr<WorkerProtocol> protocol_;
};

INSTANTIATE_TEST_SUITE_P(Twins, WorkerProtocolConformance, testing::Values("in_process", "http"),
                         [](const auto& twin) { return twin.param; });

TEST_P(WorkerProtocolConformance, GivesTheTermsOfTheSession) {
  RegisterRequest request;
  request.session = base::SessionId("another");
  request.host = "elsewhere";
  request.encoder = world_.encoder.revision;
  request.facts = {{"cores", 2}};
  const auto answer = protocol_->register_session(request);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->session_ttl, terms().session_ttl);
  EXPECT_EQ(answer->protocol, kProtocol);
  request.protocol = request.oldest_protocol = kProtocol + 1;
  const auto refused = protocol_->register_session(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::invalid_argument);
}

TEST_P(WorkerProtocolConformance, GivesATaskWithAllThatItTakes) {
  const Assignment assignment = claim_one("r1");
  EXPECT_EQ(assignment.task_key, "probe");
  EXPECT_EQ(assignment.session, world_.session);
  ASSERT_EQ(assignment.inputs.size(), 1U);
  EXPECT_EQ(assignment.inputs.front().place, "job/main");
  EXPECT_FALSE(assignment.inputs.front().identity.empty());
}

TEST_P(WorkerProtocolConformance, AnswersARepeatedClaimWithTheSameTask) {
  const Assignment first = claim_one("r1");
  ClaimRequest request = claim_request("r1");
  request.is_again = true;
  const auto again = protocol_->claim(request);
  ASSERT_TRUE(again && again->size() == 1);
  EXPECT_EQ(first.claim, again->front().claim);
  EXPECT_EQ(world_.task("probe").fence, 1);
}

TEST_P(WorkerProtocolConformance, SaysThatAnEndedSessionIsToRegisterAgain) {
  ASSERT_TRUE(world_.store->execute(store::EndSession{world_.session}));
  const auto given = protocol_->claim(claim_request("r1"));
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().code, base::ErrorCode::superseded);
}

TEST_P(WorkerProtocolConformance, ReleasesAndGivesTheTaskAgainWithAHigherFence) {
  const Assignment first = claim_one("r1");
  const ReleaseRequest release{base::RequestId("r2"), first.claim, "drained", "{}"};
  const auto answer = protocol_->released(release);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->state, queue::TaskState::ready);
  const Assignment second = claim_one("r3");
  EXPECT_EQ(second.claim.fence, first.claim.fence + 1);
  const auto late = protocol_->stage({first.claim, {}});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, base::ErrorCode::superseded);
}

TEST_P(WorkerProtocolConformance, ReportsOnceHoweverOftenItIsSaid) {
  const Assignment assignment = claim_one("r1");
  const ReportRequest report{
      base::RequestId("r2"), assignment.claim, retry::make_finding("io_error", "test"), "{}", {}};
  const auto first = protocol_->report(report);
  const auto again = protocol_->report(report);
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->state, queue::TaskState::backing_off);
  EXPECT_EQ(first->retry_at, again->retry_at);
  EXPECT_EQ(world_.task("probe").n_transient + world_.task("probe").n_operational, 1);
}

TEST_P(WorkerProtocolConformance, HearsWhichClaimsHaveGone) {
  const Assignment assignment = claim_one("r1");
  HeartbeatRequest beat{world_.session, {{assignment.claim, "{}"}}};
  const auto fine = protocol_->heartbeat(beat);
  ASSERT_TRUE(fine);
  EXPECT_TRUE(fine->session_known);
  EXPECT_TRUE(fine->superseded.empty());
  ASSERT_TRUE(world_.store->execute(store::CancelJob{world_.job}));
  const auto cancelled = protocol_->heartbeat(beat);
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(cancelled->cancelling, std::vector<Claim>{assignment.claim});
}

TEST_P(WorkerProtocolConformance, ThatIsToldOfTheLastBeatGivesEverythingBack) {
  (void)claim_one("r1");
  HeartbeatRequest last{world_.session, {}};
  last.is_last = true;
  ASSERT_TRUE(protocol_->heartbeat(last));
  EXPECT_EQ(world_.task("probe").state, queue::TaskState::ready);
  EXPECT_EQ(world_.task("probe").n_lost, 0);
  EXPECT_TRUE(store::list_open_sessions(*world_.store)->empty());
}

TEST_P(WorkerProtocolConformance, ReleasesWhatADeadWorkerOfTheSameHostHad) {
  const Assignment assignment = claim_one("r1");
  RegisterRequest request;
  request.session = base::SessionId("successor");
  request.host = "host";
  request.boot_id = "boot";
  request.encoder = world_.encoder.revision;
  request.ended = {{world_.session, "its lock is free", {{assignment.claim, "a/b/c.zst", 5}}}};
  ASSERT_TRUE(protocol_->register_session(request));
  EXPECT_EQ(world_.outcome("probe"), "lost");
  EXPECT_EQ(world_.record("probe").stderr_key, "a/b/c.zst");
  EXPECT_NE(world_.task("probe").state, queue::TaskState::leased);
}

TEST_P(WorkerProtocolConformance, LeavesTheSessionOfAnotherHostAlone) {
  (void)claim_one("r1");
  RegisterRequest request;
  request.session = base::SessionId("stranger");
  request.host = "elsewhere";
  request.encoder = world_.encoder.revision;
  request.ended = {{world_.session, "so it says", {}}};
  ASSERT_TRUE(protocol_->register_session(request));
  EXPECT_EQ(world_.task("probe").state, queue::TaskState::leased);
}

TEST_P(WorkerProtocolConformance, WakesAClaimThatWaits) {
  const Assignment held = claim_one("r1");
  ClaimRequest waiting = claim_request("r2");
  waiting.wait = std::chrono::seconds(20);
  auto given = std::async(std::launch::async, [&] { return protocol_->claim(waiting); });
  ASSERT_TRUE(protocol_->released({base::RequestId("r3"), held.claim, "", "{}"}));
  const auto answer = given.get();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->size(), 1U);
}

TEST_P(WorkerProtocolConformance, WaitsNoMoreOnceWaitingIsOver) {
  (void)claim_one("r1");
  ClaimRequest waiting = claim_request("r2");
  waiting.wait = std::chrono::seconds(50);
  const auto begin = std::chrono::steady_clock::now();
  auto given = std::async(std::launch::async, [&] { return protocol_->claim(waiting); });
  protocol_->end_waiting();
  const auto answer = given.get();
  EXPECT_TRUE(!answer || answer->empty());
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

TEST_P(WorkerProtocolConformance, GivesTheNextTaskAlongWithTheEndOfThisOne) {
  world_.other_protocol = protocol_.get();
  const Assignment probe = claim_one("r1");
  worker::InputFiles inputs;
  worker::FollowUp follow_up{[this] { return claim_request("r2"); }, {}};
  ASSERT_TRUE(worker::run_task(world_.services(), probe, world_.stop, inputs, &follow_up));
  ASSERT_EQ(follow_up.given.size(), 1U) << "the commit of the probe made them ready";
  EXPECT_EQ(follow_up.given.front().kind, queue::TaskKind::encode);
  EXPECT_EQ(follow_up.given.front().session, world_.session);
}

/// The whole worker over either twin.
TEST_P(WorkerProtocolConformance, CarriesAWholeJob) {
  world_.other_protocol = protocol_.get();
  ASSERT_TRUE(world_.run_all());
  EXPECT_EQ(world_.job_state(), "succeeded");
}

}  // namespace
}  // namespace mpegflow::protocol
