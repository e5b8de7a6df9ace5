#pragma once

#include <functional>
#include <memory>

#include <boost/asio/steady_timer.hpp>

#include "base/time.h"

namespace mpegflow::http {

/// One timer of a connection. Moving the deadline is a store; only one that comes too early for it
/// asks the kernel again. On the connection's strand.
class Deadline : public std::enable_shared_from_this<Deadline> {
 public:
  using Timer = boost::asio::steady_timer;

  Deadline(const boost::asio::any_io_executor& executor, std::function<void()> passed)
      : timer_(executor), passed_(std::move(passed)) {}

  void arm(base::Micros from_now) {
    at_ = Timer::clock_type::now() + from_now;
    if (!is_pending_ || timer_.expiry() > at_) start();
  }
  void disarm() { at_ = Timer::time_point::max(); }
  /// Never calls again.
  void end() {
    disarm();
    passed_ = nullptr;
    timer_.cancel();
  }

 private:
  void start() {
    is_pending_ = true;
    const std::uint64_t number = ++number_;
    timer_.expires_at(at_);
    timer_.async_wait([self = shared_from_this(), number](const boost::system::error_code&) {
      if (number != self->number_) return;  // another one was started in its place
      self->is_pending_ = false;
      if (self->at_ == Timer::time_point::max() || !self->passed_) return;
      if (Timer::clock_type::now() >= self->at_) {
        self->disarm();
        self->passed_();
      } else {
        self->start();
      }
    });
  }

  Timer timer_;
  std::function<void()> passed_;
  Timer::time_point at_ = Timer::time_point::max();
  std::uint64_t number_ = 0;
  bool is_pending_ = false;
};

}  // namespace mpegflow::http
