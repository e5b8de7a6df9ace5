#pragma once

#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "api/services.h"
#include "http/server.h"

namespace mpegflow::api {

/// Server-sent events: one thread looks at the store when something changed, at least once a
/// second, and writes what is new to whoever follows a job. Each event has its number as id, so a
/// client that comes back with Last-Event-ID misses none. In between it tells of progress, which is
/// not durable; at the job's end it says so and closes.
class EventFeed {
 public:
  explicit EventFeed(Services& services);
  ~EventFeed();
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;

  /// Any thread.
  void follow(const base::JobId& job, std::int64_t after_seq,
              const std::shared_ptr<http::Responder>& responder);
  void stop();

 private:
  struct Follower {
    base::JobId job;
    std::int64_t seq = 0;
    std::shared_ptr<http::ReplyStream> stream;
    std::atomic<bool> is_over = false;
    base::SteadyTime last_written;
    std::string last_progress;
  };

  void loop();
  void bring_news(Follower& follower);
  base::Result<bool> write_events(Follower& follower);
  void write_progress(Follower& follower);
  void write(Follower& follower, std::string text);

  Services& services_;
  std::mutex mutex_;
  std::list<std::shared_ptr<Follower>> followers_;
  std::atomic<bool> is_stopping_ = false;
  std::thread thread_;
};

}  // namespace mpegflow::api
