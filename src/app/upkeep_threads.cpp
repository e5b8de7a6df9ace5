#include "app/upkeep_threads.h"

#include <algorithm>

#include "base/log.h"

namespace mpegflow::app {
namespace {

constexpr base::Micros kLongestPause = std::chrono::seconds(5);

}  // namespace

UpkeepThreads::UpkeepThreads(base::Micros session_ttl, store::Store& store,
                             engine::ChangeSignal& changes, const base::Clock& clock,
                             http::Client& http, base::Entropy& entropy)
    : pause_(std::min(kLongestPause, session_ttl / 6)),
      changes_(changes),
      clock_(clock),
      keeper_({{}, session_ttl}, store, changes, clock),
      sender_(store, http, entropy) {}

UpkeepThreads::~UpkeepThreads() {
  stop();
}

void UpkeepThreads::start() {
  keeper_thread_ = std::thread([this] { keep(); });
  sender_thread_ = std::thread([this] { deliver(); });
}

void UpkeepThreads::stop() {
  is_stopping_ = true;
  changes_.notify();
  if (keeper_thread_.joinable()) keeper_thread_.join();
  if (sender_thread_.joinable()) sender_thread_.join();
}

void UpkeepThreads::keep() {
  while (!is_stopping_) {
    const std::uint64_t seen = changes_.count();
    base::Micros pause = pause_;
    const auto due = keeper_.run_once();
    if (!due) base::log(base::LogLevel::warn, "sweep_failed", {{"what", due.error().message}});
    if (due && *due)
      pause = std::clamp(base::Micros(**due - clock_.now()), base::Micros(1000), pause_);
    changes_.wait_beyond(seen, pause);
  }
}

void UpkeepThreads::deliver() {
  while (!is_stopping_) {
    const std::uint64_t seen = changes_.count();
    const auto sent = sender_.run_once([this] { return is_stopping_.load(); });
    if (!sent) base::log(base::LogLevel::warn, "not_sent", {{"what", sent.error().message}});
    changes_.wait_beyond(seen, kLongestPause);
  }
}

}  // namespace mpegflow::app
