#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "http/asio/connection.h"

namespace mpegflow::http {

/// What is to go out of one stream. Any thread.
class StreamQueue {
 public:
  explicit StreamQueue(std::size_t most) : most_(most) {}

  enum class Put { queued, ended, too_much };
  Put put(const std::string& bytes) {
    const std::scoped_lock lock(mutex_);
    if (is_dead_ || is_closed_) return Put::ended;
    if (bytes_.size() + bytes.size() > most_) {
      is_dead_ = true;
      return Put::too_much;
    }
    bytes_ += bytes;
    return Put::queued;
  }
  void close() {
    const std::scoped_lock lock(mutex_);
    is_closed_ = true;
  }
  void kill() {
    const std::scoped_lock lock(mutex_);
    is_dead_ = true;
  }
  struct Taken {
    std::string bytes;
    bool is_last = false;
  };
  Taken take() {
    const std::scoped_lock lock(mutex_);
    return {std::exchange(bytes_, {}), is_closed_};
  }

 private:
  std::size_t most_;
  std::mutex mutex_;
  std::string bytes_;
  bool is_closed_ = false;
  bool is_dead_ = false;
};

class AsioStream final : public ReplyStream {
 public:
  AsioStream(std::weak_ptr<Connection> connection, std::shared_ptr<StreamQueue> queue)
      : connection_(std::move(connection)), queue_(std::move(queue)) {}
  // NOLINTNEXTLINE(bugprone-exception-escape): without memory for an answer there is no going on
  ~AsioStream() override { close(); }

  bool write(std::string bytes) override {
    const auto connection = connection_.lock();
    if (!connection) return false;
    const StreamQueue::Put put = queue_->put(bytes);
    if (put == StreamQueue::Put::queued) connection->post_pump();
    if (put == StreamQueue::Put::too_much) connection->abort();
    return put == StreamQueue::Put::queued;
  }
  void close() override {
    queue_->close();
    if (const auto connection = connection_.lock()) connection->post_pump();
  }

 private:
  std::weak_ptr<Connection> connection_;
  std::shared_ptr<StreamQueue> queue_;
};

/// The answer to one request.
class AsioResponder final : public Responder {
 public:
  AsioResponder(const std::shared_ptr<Connection>& connection, std::shared_ptr<Core> core,
                std::uint64_t number, ReplyForm form, std::shared_ptr<EndNotice> notice)
      : connection_(connection),
        core_(std::move(core)),
        number_(number),
        form_(std::move(form)),
        notice_(std::move(notice)) {}
  // NOLINTNEXTLINE(bugprone-exception-escape): as above
  ~AsioResponder() override {
    // Without a connection there may be no service any more either.
    if (!is_answered_ && connection_.lock())
      send(core_->service.refuse(500, "the request was left without an answer"));
  }

  void send(Reply reply) override {
    if (is_answered_.exchange(true)) return;
    notice_->close();
    if (const auto connection = connection_.lock())
      connection->post_reply(number_, finish_reply(std::move(reply), form_));
  }

  std::shared_ptr<ReplyStream> start_stream(Reply head) override {
    auto queue = std::make_shared<StreamQueue>(core_->limits.stream_backlog);
    if (is_answered_.exchange(true)) queue->kill();
    else if (const auto connection = connection_.lock())
      connection->post_stream(number_, std::move(head), queue);
    return std::make_shared<AsioStream>(connection_, std::move(queue));
  }

  void on_end(std::function<void(RequestEnd)> call) override { notice_->watch(std::move(call)); }

 private:
  std::weak_ptr<Connection> connection_;
  std::shared_ptr<Core> core_;
  std::uint64_t number_;
  ReplyForm form_;
  std::shared_ptr<EndNotice> notice_;
  std::atomic<bool> is_answered_ = false;
};

}  // namespace mpegflow::http
