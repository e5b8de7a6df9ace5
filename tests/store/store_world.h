#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "store/reads.h"
#include "store/standing.h"
#include "store/store.h"
#include "support/manual_clock.h"

namespace mpegflow::store {

inline constexpr std::int64_t kGiB = std::int64_t{1} << 30;

using queue::TaskEvent;
using queue::TaskState;

/// Of sessions of workers.
inline constexpr base::Micros kTtl = std::chrono::seconds(90);

/// Retry policy: the first failure is the last.
inline constexpr const char* kNoRetries =
    R"({"transient":{"max":0},"memory":{"max":0},"operational":{"max":0,"then":"dead"}})";

/// A task of the job that a test submits: its key and the keys it needs.
struct TestTask {
  std::string key;
  std::vector<std::string> needs = {};
  queue::TaskKind kind = queue::TaskKind::encode;
  std::string policy = "{}";
  queue::Need need = queue::Need::required;
};

/// A store with one job and short words for what happens to it. Request ids are made up as needed.
class StoreWorld {
 public:
  explicit StoreWorld(Store& store) : store_(&store) {}

  static base::JobId job(const std::string& name = "job") { return base::JobId(name); }
  static base::TaskId id_of(const std::string& key, const std::string& job = "job") {
    return base::TaskId(job + "/" + key);
  }
  base::RequestId next_request() { return base::RequestId(fmt::format("request{}", ++requests_)); }

  static NewTask make_task(const TestTask& test, std::int64_t position = 0,
                           const std::string& job = "job") {
    NewTask task;
    task.id = id_of(test.key, job);
    task.key = test.key;
    task.kind = test.kind;
    task.position = position;
    task.policy = test.policy;
    task.need = test.need;
    for (const std::string& need : test.needs) task.needs.push_back(id_of(need, job));
    return task;
  }

  static SubmitJob make_job(const std::vector<TestTask>& tasks, const std::string& job = "job") {
    SubmitJob op;
    op.job.id = base::JobId(job);
    op.job.tenant = "tenant";
    op.job.delivery = "none";
    op.job.lane = "vod";
    op.job.spec = "{}";
    op.job.encoder_revision = base::EncoderRevisionId("revision");
    op.inputs = {{"main", "file:///main.mp4", "{}", 1000, {}, {}}};
    for (const TestTask& task : tasks)
      op.tasks.push_back(make_task(task, static_cast<std::int64_t>(op.tasks.size()), job));
    return op;
  }

  void submit(const std::vector<TestTask>& tasks, const std::string& job = "job") {
    ASSERT_TRUE(store_->execute(make_job(tasks, job)));
  }

  base::SessionId open_session(const std::string& name, const std::string& host = "host") {
    RegisterSession op;
    op.session.id = base::SessionId(name);
    op.session.host = host;
    op.session.facts = "{}";
    EXPECT_TRUE(store_->execute(op));
    return op.session.id;
  }

  /// A worker of these pools, on a host of its own.
  void register_worker(const std::string& name, std::vector<std::string> pools = {"cpu"},
                       const std::string& facts = "{}", std::int64_t slots = 1) {
    RegisterSession op;
    op.session.id = base::SessionId(name);
    op.session.host = name;
    op.session.facts = facts;
    op.pools = std::move(pools);
    op.slots = slots;
    ASSERT_TRUE(store_->execute(op));
  }

  base::Result<ClaimTasks::Answer> claim_all(const std::string& session, std::int64_t count = 100) {
    open_session(session, session);
    return store_->execute(
        ClaimTasks{next_request(), base::SessionId(session), {"cpu"}, {}, count});
  }
  /// The one task that can be claimed now.
  Claim claim(const std::string& session = "worker") {
    const auto answer = claim_all(session, 1);
    EXPECT_TRUE(answer && answer->granted.size() == 1) << "one task is ready";
    return answer && !answer->granted.empty() ? answer->granted.front().claim : Claim{};
  }

  CommitAttempt make_commit(const Claim& claim) {
    CommitAttempt op;
    op.request = next_request();
    op.claim = claim;
    op.record = "{}";
    op.result = "{}";
    const auto outputs = list_outputs_of_task(*store_, claim.task);
    for (const OutputRow& output : *outputs)
      if (output.claim == claim.id) op.outputs.push_back(output.object_key);
    return op;
  }
  base::Result<CommitAttempt::Answer> commit(const Claim& claim) {
    return store_->execute(make_commit(claim));
  }
  ReportFailure make_report(const Claim& claim, const std::string& reason) {
    ReportFailure op;
    op.request = next_request();
    op.claim = claim;
    op.finding = retry::make_finding(reason, "test");
    op.record = "{}";
    return op;
  }
  base::Result<ReportFailure::Answer> report(const Claim& claim, const std::string& reason) {
    return store_->execute(make_report(claim, reason));
  }
  base::Result<ReleaseClaim::Answer> release(const Claim& claim) {
    return store_->execute(ReleaseClaim{next_request(), claim, "drain", "{}"});
  }
  base::Result<void> stage(const Claim& claim, const std::string& key) {
    OutputRow output;
    output.object_key = key;
    output.name = key;
    output.role = "media";
    output.size = 3;
    return store_->execute(StageOutputs{claim, {output}}).map([](const auto&) {});
  }

  Sweep::Answer sweep(std::int64_t session_ttl_us = 0) {
    const auto answer = store_->execute(Sweep{{}, session_ttl_us, 2 * session_ttl_us});
    EXPECT_TRUE(answer);
    return answer.value_or(Sweep::Answer{});
  }

  TaskRow task(const std::string& key, const std::string& job = "job") {
    const auto row = find_task(*store_, id_of(key, job));
    EXPECT_TRUE(row && *row);
    return row && *row ? **row : TaskRow{};
  }
  TaskState state(const std::string& key) { return task(key).state; }
  std::string job_state(const std::string& job = "job") {
    const auto row = find_job(*store_, base::JobId(job));
    return row && *row ? (*row)->state : "(no job)";
  }
  std::vector<OutputRow> outputs(const std::string& key) {
    return list_outputs_of_task(*store_, id_of(key)).value_or(std::vector<OutputRow>{});
  }
  std::vector<EventRow> events(const std::string& job = "job") {
    return list_events(*store_, base::JobId(job), 0, 10'000).value_or(std::vector<EventRow>{});
  }

 private:
  Store* store_;
  int requests_ = 0;
};

}  // namespace mpegflow::store
