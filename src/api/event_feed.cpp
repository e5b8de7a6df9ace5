#include "api/event_feed.h"

#include <fmt/format.h>

#include "base/log.h"
#include "records/records.h"
#include "store/reads.h"

namespace mpegflow::api {
namespace {

constexpr base::Micros kTick = std::chrono::seconds(1);
// So that nothing between us takes a silent stream for dead.
constexpr base::Micros kSilence = std::chrono::seconds(15);
constexpr std::int64_t kEventsPerRead = 500;

template <class Number>
base::json::value or_null(const std::optional<Number>& number) {
  return number ? base::json::value(*number) : base::json::value(nullptr);
}

base::json::object to_record(const protocol::TaskProgress& progress) {
  return {{"task", progress.task_key},
          {"task_id", progress.task.value},
          {"attempt", progress.fence},
          {"phase", progress.phase},
          {"fraction", or_null(progress.fraction)},
          {"frame", or_null(progress.frame)},
          {"fps", or_null(progress.fps)},
          {"speed", or_null(progress.speed)},
          {"out_time_us", or_null(progress.out_time_us)},
          {"eta_us",
           progress.eta ? base::json::value(progress.eta->count()) : base::json::value(nullptr)}};
}

std::string make_event(std::string_view name, const base::json::value& data) {
  return fmt::format("event: {}\ndata: {}\n\n", name, base::json::serialize(data));
}

}  // namespace

EventFeed::EventFeed(Services& services) : services_(services), thread_([this] { loop(); }) {}

EventFeed::~EventFeed() {
  stop();
}

void EventFeed::stop() {
  is_stopping_ = true;
  services_.changes.notify();
  if (thread_.joinable()) thread_.join();
  const std::scoped_lock lock(mutex_);
  for (const auto& follower : followers_) follower->stream->close();
  followers_.clear();
}

void EventFeed::follow(const base::JobId& job, std::int64_t after_seq,
                       const std::shared_ptr<http::Responder>& responder) {
  auto follower = std::make_shared<Follower>();
  follower->job = job;
  follower->seq = after_seq;
  follower->last_written = services_.clock.steady();
  http::Reply head(200, {{"Content-Type", "text/event-stream"},
                         {"Cache-Control", "no-store"},
                         {"X-Accel-Buffering", "no"}});
  follower->stream = responder->start_stream(std::move(head));
  responder->on_end([follower](http::RequestEnd) {
    follower->is_over = true;
    follower->stream->close();
  });
  {
    const std::scoped_lock lock(mutex_);
    followers_.push_back(std::move(follower));
  }
  services_.changes.notify();
}

void EventFeed::loop() {
  while (!is_stopping_) {
    const std::uint64_t seen = services_.changes.count();
    std::list<std::shared_ptr<Follower>> present;
    {
      const std::scoped_lock lock(mutex_);
      followers_.remove_if([](const auto& follower) { return follower->is_over.load(); });
      present = followers_;
    }
    for (const auto& follower : present) bring_news(*follower);
    services_.changes.wait_beyond(seen, kTick);
  }
}

void EventFeed::bring_news(Follower& follower) {
  const auto is_finished = write_events(follower);
  if (!is_finished)
    return base::log(base::LogLevel::warn, "events_not_read",
                     {{"job", follower.job.value}, {"what", is_finished.error().message}});
  if (*is_finished) {
    follower.is_over = true;
    follower.stream->close();
    return;
  }
  write_progress(follower);
  if (services_.clock.steady() - follower.last_written >= kSilence) write(follower, ": \n\n");
}

base::Result<bool> EventFeed::write_events(Follower& follower) {
  // The state first: what comes after it is told with the next look, never lost.
  ASSIGN_OR_RETURN(const auto job, store::find_job(services_.store, follower.job));
  for (;;) {
    ASSIGN_OR_RETURN(const auto events, store::list_events(services_.store, follower.job,
                                                           follower.seq, kEventsPerRead));
    for (const store::EventRow& event : events) {
      write(follower,
            fmt::format("id: {}\n", event.seq) + make_event(event.kind, records::to_record(event)));
      follower.seq = event.seq;
    }
    if (std::ssize(events) < kEventsPerRead) break;
  }
  if (job && !job->finished) return false;
  base::json::object end{{"job", follower.job.value}};
  end["state"] = job ? base::json::value(job->state) : base::json::value(nullptr);
  write(follower, make_event("job_over", end));
  return true;
}

void EventFeed::write_progress(Follower& follower) {
  if (!services_.list_progress) return;
  base::json::array tasks;
  for (const protocol::TaskProgress& progress : services_.list_progress())
    if (progress.job == follower.job) tasks.push_back(to_record(progress));
  if (tasks.empty()) return;
  std::string text = make_event("progress", base::json::object{{"tasks", tasks}});
  if (text == follower.last_progress) return;
  follower.last_progress = text;
  write(follower, std::move(text));
}

void EventFeed::write(Follower& follower, std::string text) {
  follower.last_written = services_.clock.steady();
  if (!follower.stream->write(std::move(text))) follower.is_over = true;
}

}  // namespace mpegflow::api
