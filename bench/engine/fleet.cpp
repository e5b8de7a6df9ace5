#include "fleet.h"

#include <thread>

#include <unistd.h>

#include <fmt/format.h>

namespace mpegflow::bench {
namespace {

/// A benchmark that met an error has nothing to print.
template <class T>
T take(base::Result<T> result, const char* doing) {
  base::check(result.has_value(),
              result ? "" : fmt::format("{}: {}", doing, result.error().message));
  return std::move(*result);
}

void must(const base::Result<void>& result, const char* doing) {
  base::check(result.has_value(),
              result ? "" : fmt::format("{}: {}", doing, result.error().message));
}

store::NewTask make_task(const base::JobId& job, const std::string& key, queue::TaskKind kind) {
  store::NewTask task;
  task.id = base::TaskId(job.value + "/" + key);
  task.key = key;
  task.kind = kind;
  task.expected_cpu_us = 1'000'000;
  task.params = R"({"args":["-i","in","out"]})";
  return task;
}

}  // namespace

Fleet::Fleet(base::Path folder, bool is_shared)
    : folder_(std::move(folder)), is_shared_(is_shared) {
  if (!is_shared_) must(base::remove_tree(folder_), "empty the folder");
  store::SqliteOptions options;
  options.directory = folder_;
  options.clock = &clock_;
  options.boot_id = store::read_boot_id();
  store_ = take(store::SqliteStore::open(options), "open the store");
  protocol_ = std::make_unique<protocol::InProcessProtocol>(*store_, changes_, entropy_);
}

Fleet::~Fleet() {
  protocol_.reset();
  store_.reset();
  if (!is_shared_) (void)base::remove_tree(folder_);
}

base::JobId Fleet::submit(int renditions) {
  store::SubmitJob op;
  op.job.id = base::JobId(base::make_id(clock_.now().us, entropy_));
  op.job.tenant = "local";
  op.job.delivery = "none";
  op.job.lane = "vod";
  op.job.spec = "{}";
  op.job.encoder_revision = base::EncoderRevisionId("revision");
  op.inputs = {{"main", "file:///main.mp4", "{}", 1000, {}, {}}};
  for (int i = 0; i < renditions; ++i)
    op.tasks.push_back(make_task(op.job.id, fmt::format("r{}", i), queue::TaskKind::encode));
  if (renditions > 1) {
    store::NewTask last = make_task(op.job.id, "manifest", queue::TaskKind::manifest);
    for (const store::NewTask& task : op.tasks) last.needs.push_back(task.id);
    last.position = renditions;
    op.tasks.push_back(std::move(last));
  }
  const base::JobId id = op.job.id;
  take(store_->execute(std::move(op)), "submit");
  changes_.notify();
  return id;
}

void Fleet::submit_many(std::int64_t count) {
  constexpr int kSubmitters = 128;
  std::atomic<std::int64_t> left = count;
  std::vector<std::thread> threads;
  for (int i = 0; i < kSubmitters; ++i)
    threads.emplace_back([&] {
      while (left.fetch_sub(1) > 0) submit();
    });
  for (std::thread& thread : threads) thread.join();
}

base::SessionId Fleet::open_session() {
  protocol::RegisterRequest request;
  request.session = base::SessionId(base::make_id(clock_.now().us, entropy_));
  request.host = "host";
  request.pid = getpid();
  request.encoder.id = base::EncoderRevisionId("revision");
  request.encoder.facts = "{}";
  (void)take(protocol_->register_session(request), "register");
  return request.session;
}

std::vector<protocol::Assignment> Fleet::claim(const base::SessionId& session, std::int64_t count,
                                               base::Micros wait) {
  protocol::ClaimRequest request;
  request.request = base::RequestId(base::make_id(clock_.now().us, entropy_));
  request.session = session;
  request.count = count;
  request.wait = wait;
  return take(protocol_->claim(request), "claim");
}

void Fleet::commit(const protocol::Assignment& assignment) {
  protocol::CommitRequest request;
  request.request = base::RequestId(base::make_id(clock_.now().us, entropy_));
  request.claim = assignment.claim;
  request.record = R"({"exit":0})";
  request.result = "{}";
  const auto answer = take(protocol_->commit(request), "commit");
  base::check(answer.state == queue::TaskState::succeeded, "a task that was committed succeeded");
}

double Fleet::live(double seconds, int consumers, int renditions) {
  std::atomic<std::int64_t> jobs = 0;
  const auto started = std::chrono::steady_clock::now();
  const auto elapsed = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  };
  const auto consume = [&] {
    const base::SessionId session = open_session();
    while (elapsed() < seconds) {
      submit(renditions);
      for (int i = 0; i < renditions + (renditions > 1 ? 1 : 0); ++i) {
        const auto assignments = claim(session);
        if (assignments.empty()) break;
        commit(assignments.front());
      }
      ++jobs;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < consumers; ++i) threads.emplace_back(consume);
  for (std::thread& thread : threads) thread.join();
  return static_cast<double>(jobs) / elapsed();
}

}  // namespace mpegflow::bench
