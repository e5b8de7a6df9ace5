#include "e2e/failures/small_fleet.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "core/queue/job_state.h"
#include "core/submit/read_spec.h"
#include "engine/submit.h"
#include "protocol/input_identity.h"
#include "store/reads.h"

namespace mpegflow::e2e {
namespace {

constexpr std::chrono::seconds kPatience{60};
constexpr std::chrono::milliseconds kPause{20};

std::unique_ptr<store::SqliteStore> open_store(const Workspace& place, const base::Clock& clock) {
  store::SqliteOptions options;
  options.directory = place.state();
  options.clock = &clock;
  options.boot_id = store::read_boot_id();
  auto store = store::SqliteStore::open(options);
  EXPECT_TRUE(store) << store.error().message;
  return std::move(*store);
}

process::LocalProcessOptions make_process_options() {
  process::LocalProcessOptions options;
  options.guard_executable = mpegflow_program();
  return options;
}

std::string path_variable() {
  const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): before any thread
  return path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
}

}  // namespace

base::Path find_second_ffmpeg() {
  const base::Path program = "/var/tmp/mpegflow-ffmpeg7/bin7/bin/ffmpeg";
  std::error_code ignored;
  return std::filesystem::exists(program, ignored) ? program : base::Path();
}

SmallFleet::SmallFleet(const Workspace& place)
    : place_(place),
      store_(open_store(place, clock_)),
      protocol_(std::make_unique<protocol::InProcessProtocol>(*store_, changes_, entropy_)),
      objects_(place.path() / "scratch" / "objects"),
      logs_(place.state() / "logs"),
      processes_(make_process_options()),
      keeper_({{}, base::Micros(0)}, *store_, changes_, clock_) {}

SmallFleet::~SmallFleet() {
  for (const auto& member : members_) member->worker->stop();
  for (const auto& member : members_) EXPECT_TRUE(member->worker->join());
}

base::EncoderRevisionId SmallFleet::add_worker(const std::string& pool, const base::Path& ffmpeg,
                                               std::chrono::microseconds no_progress) {
  auto member = std::make_unique<Member>();
  worker::EncoderSearch search;
  search.ffmpeg = ffmpeg.native();
  search.path = path_variable();
  search.cache_folder = place_.state() / ("cache-" + pool);
  search.scratch_folder = place_.state() / ("cache-" + pool) / "probe";
  auto encoder = worker::find_encoder(search, processes_);
  EXPECT_TRUE(encoder) << encoder.error().message;
  if (!encoder) return {};
  member->encoder = std::move(*encoder);
  worker::WorkerOptions options;
  options.session = base::SessionId(base::make_id(clock_.now().us, entropy_));
  options.host = "host-" + pool;
  options.boot_id = store::read_boot_id();
  options.pools = {pool, "deliver"};
  options.heartbeat = std::chrono::milliseconds(200);
  worker::Services services{
      *protocol_, objects_,        logs_,
      processes_, clock_,          entropy_,
      board_,     member->encoder, place_.path() / "scratch" / ("attempts-" + pool)};
  services.no_progress = no_progress;
  member->worker = std::make_unique<worker::Worker>(options, services);
  EXPECT_TRUE(member->worker->start());
  members_.push_back(std::move(member));
  return members_.back()->encoder.revision.id;
}

void SmallFleet::set_pool(const std::string& name, std::int64_t memory, const std::string& next) {
  EXPECT_TRUE(store_->execute(store::SetPool{{name, memory, next, ""}}));
}

void SmallFleet::submit(const std::string& spec, const base::EncoderRevisionId& revision) {
  const auto reading = submit::to_result(
      submit::read_spec(spec, {place_.path().native(), (place_.path() / "out").native()}), "spec");
  ASSERT_TRUE(reading) << reading.error().message;
  engine::Submission submission;
  submission.spec = *reading;
  submission.spec_text = spec;
  submission.encoder_revision = revision;
  submission.scratch_uri = base::to_file_uri((place_.path() / "scratch").native());
  for (const submit::InputSpec& input : submission.spec.inputs) {
    const auto identity = base::identify_file(base::Path(*base::parse_file_uri(input.uri)));
    ASSERT_TRUE(identity) << input.uri;
    submission.inputs.push_back(
        {input.key, input.uri, protocol::to_text(*identity), identity->size, {}, {}});
  }
  job_ = base::JobId(base::make_id(clock_.now().us, entropy_));
  const auto done = engine::submit(*store_, job_, submission);
  ASSERT_TRUE(done) << done.error().message;
  changes_.notify();
}

void SmallFleet::wait_until(const std::function<bool()>& seen) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!seen()) {
    ASSERT_TRUE(keeper_.run_once());
    if (std::chrono::steady_clock::now() > end) {
      ADD_FAILURE() << "it did not happen within a minute\n" << story();
      return;
    }
    std::this_thread::sleep_for(kPause);  // a bounded poll for what another thread does
  }
}

void SmallFleet::run() {
  wait_until([this] {
    const auto state = queue::parse_job_state(job_state());
    if (state && is_terminal(*state)) return true;
    const auto tasks = store::list_tasks(*store_, job_);
    return std::ranges::any_of(
        *tasks, [](const auto& task) { return task.state == queue::TaskState::held; });
  });
}

std::string SmallFleet::job_state() {
  const auto job = store::find_job(*store_, job_);
  return job && *job ? (*job)->state : "";
}

store::TaskRow SmallFleet::task(const std::string& key) {
  const auto rows = store::list_tasks(*store_, job_);
  const auto found = std::ranges::find(*rows, key, &store::TaskRow::key);
  return found == rows->end() ? store::TaskRow{} : *found;
}

std::vector<audit::AttemptRecord> SmallFleet::records(const std::string& key) {
  std::vector<audit::AttemptRecord> records;
  const base::TaskId id = task(key).id;
  const auto rows = store::list_attempts(*store_, job_);
  for (const store::AttemptRow& row : *rows)
    if (row.task == id)
      records.push_back(audit::parse_attempt_record(
          base::parse_json(row.record, "attempt record")->get_object()));
  return records;
}

std::string SmallFleet::story() const {
  return place_.mpegflow({"job", "events", job_.value}).out;
}

void SmallFleet::beat_soon() {
  for (const auto& member : members_) member->worker->beat_soon();
}

}  // namespace mpegflow::e2e
