#pragma once

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/zstd.h"
#include "cli/command_line.h"
#include "core/audit/attempt_record.h"
#include "store/sqlite/sqlite_store.h"

namespace mpegflow::cli {

/// The one field at the end of a path of keys and indexes.
inline std::string at(const base::json::value& value, const char* pointer) {
  boost::system::error_code error;
  const auto* found = value.find_pointer(pointer, error);
  return found == nullptr ? "absent" : base::json::serialize(*found);
}

class FixedClock final : public base::Clock {
 public:
  base::WallTime now() const override { return {wall_us}; }
  base::SteadyTime steady() const override { return {wall_us}; }
  void advance(std::int64_t us) { wall_us += us; }
  std::int64_t wall_us = 1'767'225'600'000'000;  ///< 2026-01-01T00:00:00Z
};

class MemoryObjects final : public objects::ObjectStore {
 public:
  base::Result<void> put_file(std::string_view, const base::Path&) override { return {}; }
  base::Result<void> put_bytes(std::string_view key, std::string_view bytes) override {
    kept[std::string(key)] = bytes;
    return {};
  }
  base::Result<std::string> get_bytes(std::string_view key) override {
    const auto found = kept.find(std::string(key));
    if (found == kept.end()) return base::fail(base::ErrorCode::object_missing, "gone");
    return found->second;
  }
  base::Result<void> get_file(std::string_view, const base::Path&) override { return {}; }
  base::Result<std::vector<objects::ObjectInfo>> list(std::string_view) override { return {}; }
  base::Result<void> remove(std::string_view) override { return {}; }
  std::map<std::string, std::string> kept;
};

/// A command line with everything behind it in memory.
class CliTest : public testing::Test {
 protected:
  CliTest() {
    store::SqliteOptions options;
    options.clock = &clock_;
    options.is_single_threaded = true;
    options.boot_id = "boot";
    store_ = store::SqliteStore::open(options).value();
    context_.out.stream = &out_;
    context_.err.stream = &err_;
    context_.terminal_width = [this] { return width_; };
    context_.environment = {{"HOME", "/srv/jane"}, {"TERM", "xterm"}};
    context_.working_directory = "/srv/jane/dir";
    context_.program = "mpegflow";
    context_.cores = 4;
    context_.clock = &clock_;
    context_.open_store = [this](const Config&) -> base::Result<store::Store*> {
      return store_.get();
    };
    context_.open_logs = [this](const Config&) -> base::Result<objects::ObjectStore*> {
      return &logs_;
    };
    context_.look_around = [this](const Config&) { return facts_; };
    context_.find_encoder = [](const Config&) -> base::Result<encode::EncoderFacts> {
      return encode::EncoderFacts{};
    };
    context_.probe_input = [this](const Config&, const base::Path& path) {
      probed_.push_back(path.string());
      return probe_;
    };
  }

  /// Runs `words`; what it printed is in out() and err().
  ExitCode run(const std::vector<std::string>& words) {
    out_.str("");
    err_.str("");
    return run_command_line(words, context_);
  }
  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }
  base::json::object record() const {
    const auto value = base::parse_json(out(), "output");
    EXPECT_TRUE(value.has_value() && value->is_object()) << out();
    return value && value->is_object() ? value->get_object() : base::json::object{};
  }

  FixedClock clock_;
  std::unique_ptr<store::SqliteStore> store_;
  MemoryObjects logs_;
  DoctorFacts facts_;
  base::Result<probe::Probe> probe_ = probe::Probe{};
  std::vector<std::string> probed_;
  int width_ = 100;
  std::ostringstream out_, err_;
  Context context_;
};

/// The same with one job in the store: the probe is done, 720p needed two attempts, 480p is dead.
class JobTest : public CliTest {
 protected:
  static constexpr const char* kJob = "01jghq0000aaaaaaaaaaaaaaaa";
  /// The name of a hostile file: it would clear the screen.
  static constexpr const char* kName = "trailer\x1b[2J";

  JobTest() {
    submit(kJob);
    commit(claim("720p-needs-me").front(), make_record(0, {{"probe.json", 812, hash('a')}}));
    clock_.advance(1'000'000);
    const auto claims = claim("encodes");
    audit::AttemptRecord failed = make_record(2'000'000, {});
    failed.signal = 9;
    failed.stderr_key = "logs/720p/1";
    failed.stderr_bytes = 29;
    failed.finding = retry::make_finding("killed_unknown", "exit.signal", {{3, "Killed\x1b[0m"}});
    put_log(failed.stderr_key, "frame=1\rframe=2\n\x1b[31mKilled\xff\n");
    report(claims.at(0), failed);
    audit::AttemptRecord bad = make_record(500'000, {});
    bad.exit_code = 1;
    bad.finding = retry::make_finding("input_not_media", "stderr.moov", {{1, "moov atom"}});
    report(claims.at(1), bad);
    clock_.advance(600'000'000);
    EXPECT_TRUE(store_->execute(store::Sweep{}).has_value());
    clock_.advance(1'000'000);
    const auto again = claim("again");
    clock_.advance(5'000'000);
    audit::AttemptRecord good = make_record(
        5'000'000, {{"720p/seg_2.m4s", 1'500'000, hash('c')}, {"720p/init.mp4", 800, hash('b')}});
    good.media_seconds = 20;
    good.exit_code = 0;
    good.ended_by = "itself";
    commit(again.at(0), good);
  }

  static std::string hash(char c) { return std::string(64, c); }

  void submit(const std::string& id) {
    store::SubmitJob op;
    op.job.id = base::JobId(id);
    op.job.tenant = "local";
    op.job.name = kName;
    op.job.delivery = "none";
    op.job.lane = "vod";
    op.job.spec_text = op.job.spec = R"({"hook":"https://h/a?token=t"})";
    op.job.command = R"({"argv":["mpegflow","run","a b.yaml"]})";
    op.job.output_uri = "file:///srv/out%1B%5B2J";
    op.job.identity = hash('f');
    op.job.encoder_revision = base::EncoderRevisionId(hash('e'));
    op.inputs = {{"main", "file:///srv/in.mov", "1:2:3:4", 123'456'789, {}, {}}};
    op.tasks = {make_task(id, "probe", queue::TaskKind::probe, 0, {}),
                make_task(id, "720p", queue::TaskKind::encode, 1, {"probe"}),
                make_task(id, "480p", queue::TaskKind::encode, 2, {"probe"})};
    ASSERT_TRUE(store_->execute(op).has_value());
  }

  static store::NewTask make_task(const std::string& job, const std::string& key,
                                  queue::TaskKind kind, std::int64_t position,
                                  const std::vector<std::string>& needs) {
    store::NewTask task;
    task.id = base::TaskId(base::derive_id(job + "/" + key));
    task.key = key;
    task.kind = kind;
    task.position = position;
    for (const std::string& parent : needs)
      task.needs.emplace_back(base::derive_id(job + "/" + parent));
    return task;
  }

  static audit::AttemptRecord make_record(std::int64_t wall_us,
                                          std::vector<audit::RecordedOutput> outputs) {
    audit::AttemptRecord record;
    record.argv = {"ffmpeg", "-i", "in/main.mov", "-vf", "scale=w=2*trunc(iw/2)"};
    record.sandbox = {"bubblewrap", "no_network"};
    record.wall_us = wall_us;
    record.cpu_us = wall_us * 2;
    record.peak_anonymous_bytes = 64'000'000;
    record.outputs = std::move(outputs);
    return record;
  }

  std::vector<store::Claim> claim(const std::string& request, const char* job = kJob) {
    store::RegisterSession session;
    session.session.id = base::SessionId("session");
    session.session.host = "laptop";
    session.session.encoder_revision = base::EncoderRevisionId(hash('e'));
    session.encoder_revision = store::EncoderRevisionRow{
        session.session.encoder_revision, "/usr/bin/ffmpeg", "5.1.9", "--enable-gpl", "{}", {}};
    if (!is_registered_) {
      EXPECT_TRUE(store_->execute(session).has_value());
    }
    is_registered_ = true;
    store::ClaimTasks op;
    op.request = base::RequestId(request);
    op.session = session.session.id;
    op.pools = {"cpu"};
    op.only_job = base::JobId(job);
    op.count = 8;
    std::vector<store::Claim> claims;
    const auto answer = store_->execute(op).value();
    for (const auto& granted : answer.granted) claims.push_back(granted.claim);
    return claims;
  }

  void commit(const store::Claim& claim, const audit::AttemptRecord& record) {
    store::CommitAttempt op;
    op.request = base::RequestId("commit" + claim.task.value);
    op.claim = claim;
    op.record = base::to_canonical_json(audit::to_json(record));
    op.result = "{}";
    const auto done = store_->execute(op);
    ASSERT_TRUE(done.has_value()) << done.error().message;
  }

  void report(const store::Claim& claim, const audit::AttemptRecord& record) {
    store::ReportFailure op;
    op.request = base::RequestId("report" + claim.task.value);
    op.claim = claim;
    op.finding = *record.finding;
    op.record = base::to_canonical_json(audit::to_json(record));
    const auto done = store_->execute(op);
    ASSERT_TRUE(done.has_value()) << done.error().message;
  }

  void put_log(const std::string& key, std::string_view text) {
    ASSERT_TRUE(logs_.put_bytes(key, base::compress_zstd(text)).has_value());
  }

  bool is_registered_ = false;
};

}  // namespace mpegflow::cli
