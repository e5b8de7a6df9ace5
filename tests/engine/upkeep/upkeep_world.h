#pragma once

#include <algorithm>

#include <fcntl.h>
#include <sys/file.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/sha256.h"
#include "base/text.h"
#include "core/audit/attempt_names.h"
#include "core/audit/attempt_record.h"
#include "engine/upkeep/check_state.h"
#include "engine/upkeep/litter.h"
#include "objects/local/local_object_store.h"
#include "store/reads.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_store.h"
#include "store/upkeep_reads.h"
#include "support/manual_clock.h"
#include "support/temporary_folder.h"

namespace mpegflow::engine {

constexpr base::Micros kDay = std::chrono::hours(24);

/// A state directory with jobs of one task each ("encode"), as `run` leaves them.
class UpkeepWorld : public testing::Test {
 protected:
  UpkeepWorld() { reopen(); }

  void reopen() {
    store_.reset();
    store::SqliteOptions options;
    options.directory = state_path();
    options.clock = &clock_;
    options.boot_id = "boot";
    store_ = store::SqliteStore::open(options).value();
  }
  base::Path state_path() const { return folder_.path() / "state"; }
  base::Path target_of(const std::string& job) const { return folder_.path() / ("out-" + job); }
  base::Path scratch_of(const std::string& job) const {
    return folder_.path() / fmt::format(".out-{}.mpegflow-{}", job, job);
  }
  static std::string identity_of(const std::string& job) { return base::Sha256::hex_of(job); }
  base::Path lock_of(const std::string& job) const {
    return state_path() / "runs" / (identity_of(job).substr(0, 32) + ".lock");
  }
  LocalState state() {
    return {state_path(),
            {"host", "boot"},
            *store_,
            logs_,
            quarantine_,
            [](const base::Path& path) -> std::unique_ptr<objects::ObjectStore> {
              return std::make_unique<objects::LocalObjectStore>(path);
            }};
  }

  void submit(const std::string& job, bool with_delivery = false) {
    store::SubmitJob op;
    op.job.id = base::JobId(job);
    op.job.identity = identity_of(job);
    op.job.tenant = "local";
    op.job.delivery = "none";
    op.job.lane = "vod";
    op.job.spec = "{}";
    op.job.output_uri = base::to_file_uri(target_of(job).native());
    op.job.scratch_uri = base::to_file_uri(scratch_of(job).native());
    op.job.encoder_revision = base::EncoderRevisionId("revision");
    op.inputs = {{"main", "file:///main.mp4", "{}", 1000, {}, {}}};
    op.tasks.push_back(make_task(job, "encode", queue::TaskKind::encode, {}));
    if (with_delivery)
      op.tasks.push_back(make_task(job, "publish", queue::TaskKind::deliver, {"encode"}));
    ASSERT_TRUE(store_->execute(op));
  }
  static store::NewTask make_task(const std::string& job, const std::string& key,
                                  queue::TaskKind kind, const std::vector<std::string>& needs) {
    store::NewTask task;
    task.id = base::TaskId(job + "-" + key);
    task.key = key;
    task.kind = kind;
    for (const std::string& need : needs) task.needs.emplace_back(job + "-" + need);
    return task;
  }

  /// The one task of the job that can run, claimed by a worker process of its own.
  store::Claim claim(const std::string& job, const std::string& boot = "boot",
                     const std::string& host = "host") {
    store::RegisterSession session;
    session.session.id = base::SessionId(fmt::format("session{}", ++count_));
    session.session.host = host;
    session.session.boot_id = boot;
    session.session.lock_path = lock_of(job).native();
    session.session.facts = "{}";
    EXPECT_TRUE(store_->execute(session));
    const auto answer =
        store_->execute(store::ClaimTasks{base::RequestId(fmt::format("request{}", ++count_)),
                                          session.session.id,
                                          {"cpu"},
                                          base::JobId(job),
                                          1});
    EXPECT_TRUE(answer && answer->granted.size() == 1);
    return answer->granted.front().claim;
  }

  void release_dead(const store::Claim& lost) {
    const auto lease = store::find_lease(*store_, lost.task);
    ASSERT_TRUE(lease && *lease);
    ASSERT_TRUE(store_->execute(store::ReleaseDeadSession{(*lease)->session, "dead", {}}));
  }

  static std::string key_of(const store::Claim& claim, const std::string& name = "file") {
    return fmt::format("{}/{}/{}", claim.task.value, audit::attempt_name(claim.fence, claim.id),
                       name);
  }
  /// Stages an output and stores its bytes. Gives the path of its object.
  base::Path stage(const std::string& job, const store::Claim& claim,
                   const std::string& bytes = "bytes") {
    store::OutputRow output;
    output.object_key = key_of(claim);
    output.name = "file";
    output.role = "media";
    output.size = static_cast<std::int64_t>(bytes.size());
    output.sha256 = base::Sha256::hex_of(bytes);
    EXPECT_TRUE(store_->execute(store::StageOutputs{claim, {output}}));
    EXPECT_TRUE(objects_of(job).put_bytes(output.object_key, bytes));
    return scratch_of(job) / "objects" / output.object_key;
  }
  objects::LocalObjectStore objects_of(const std::string& job) const {
    return objects::LocalObjectStore(scratch_of(job) / "objects");
  }
  base::Path put_log(const std::string& job, const store::Claim& claim) {
    const std::string key = audit::stderr_key(base::JobId(job), claim.task, claim.fence, claim.id);
    EXPECT_TRUE(logs_.put_bytes(key, "log"));
    return state_path() / "logs" / key;
  }
  store::CommitAttempt make_commit(const std::string& job, const store::Claim& claim) {
    audit::AttemptRecord record;
    record.argv = {"ffmpeg"};
    record.stderr_key = audit::stderr_key(base::JobId(job), claim.task, claim.fence, claim.id);
    store::CommitAttempt op;
    op.request = base::RequestId(fmt::format("request{}", ++count_));
    op.claim = claim;
    op.record = base::to_canonical_json(audit::to_json(record));
    op.result = "{}";
    const auto outputs = store::list_outputs_of_task(*store_, claim.task);
    for (const store::OutputRow& output : *outputs)
      if (output.claim == claim.id) op.outputs.push_back(output.object_key);
    return op;
  }
  /// The whole life of a job without a delivery. Gives the path of its object.
  base::Path succeed(const std::string& job) {
    submit(job);
    const store::Claim claimed = claim(job);
    const base::Path object = stage(job, claimed);
    put_log(job, claimed);
    EXPECT_TRUE(store_->execute(make_commit(job, claimed)));
    return object;
  }
  /// The same with a delivery; its folder of work is left behind. Gives the published file.
  base::Path publish(const std::string& job) {
    submit(job, true);
    const store::Claim encode = claim(job);
    stage(job, encode);
    put_log(job, encode);
    EXPECT_TRUE(store_->execute(make_commit(job, encode)));
    EXPECT_TRUE(base::make_directories(target_of(job)));
    EXPECT_TRUE(base::write_file_durably(target_of(job) / "file", "bytes"));
    const store::Claim deliver = claim(job);
    put_log(job, deliver);
    store::CommitAttempt commit = make_commit(job, deliver);
    commit.published =
        store::Published{base::to_file_uri(target_of(job).native()),
                         {{"file", base::JobId(job), 5, base::Sha256::hex_of("bytes"), 0}}};
    EXPECT_TRUE(store_->execute(commit));
    return target_of(job) / "file";
  }

  base::UniqueFd hold(const std::string& job) const {
    EXPECT_TRUE(base::make_directories(lock_of(job).parent_path()));
    base::UniqueFd fd(open(lock_of(job).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    EXPECT_EQ(flock(fd.get(), LOCK_EX | LOCK_NB), 0);
    return fd;
  }

  std::vector<Litter> find(const LitterOptions& options = {}) {
    auto found = find_litter(state(), options);
    EXPECT_TRUE(found) << found.error().message;
    return found.value_or(std::vector<Litter>{});
  }
  std::vector<Litter> collect(const LitterOptions& options = {}) {
    std::vector<Litter> litter = find(options);
    const auto done = collect_litter(state(), options, litter);
    EXPECT_TRUE(done) << done.error().message;
    for (const Litter& one : litter) EXPECT_EQ(one.problem, "");
    return litter;
  }
  static std::vector<std::string> list_going(const std::vector<Litter>& litter) {
    std::vector<std::string> kinds;
    for (const Litter& one : litter)
      if (one.judgement.may_go) kinds.emplace_back(to_word(one.kind));
    std::ranges::sort(kinds);
    return kinds;
  }
  CheckReport check(const CheckOptions& options = {}) {
    auto report = check_state(state(), options);
    EXPECT_TRUE(report) << report.error().message;
    return report.value_or(CheckReport{});
  }
  static std::vector<std::string> list_kinds(const CheckReport& report) {
    std::vector<std::string> kinds;
    for (const Fault& fault : report.faults) kinds.emplace_back(to_word(fault.kind));
    return kinds;
  }
  /// What no program of ours would do to the database.
  void tamper(const std::string& sql) {
    auto connection = store::Connection::open(state_path() / "mpegflow.db", "");
    ASSERT_TRUE(connection);
    const auto done = connection->script(sql);
    ASSERT_TRUE(done) << done.error().message;
  }
  static bool exists(const base::Path& path) { return std::filesystem::exists(path); }

  test::TemporaryFolder folder_;
  test::ManualClock clock_;
  std::unique_ptr<store::SqliteStore> store_;
  objects::LocalObjectStore logs_{state_path() / "logs"};
  objects::LocalObjectStore quarantine_{state_path() / "quarantine"};
  int count_ = 0;
};

using Kinds = std::vector<std::string>;

}  // namespace mpegflow::engine
