#pragma once

#include <atomic>
#include <thread>

#include "deliver/sender.h"
#include "engine/change_signal.h"
#include "keeper/keeper.h"

namespace mpegflow::app {

/// The keeper and the sender of a server, each on a thread of its own.
class UpkeepThreads {
 public:
  /// A session that is not heard for `session_ttl` is taken for dead.
  UpkeepThreads(base::Micros session_ttl, store::Store& store, engine::ChangeSignal& changes,
                const base::Clock& clock, http::Client& http, base::Entropy& entropy);
  ~UpkeepThreads();
  UpkeepThreads(const UpkeepThreads&) = delete;
  UpkeepThreads& operator=(const UpkeepThreads&) = delete;

  void start();
  void stop();

 private:
  void keep();
  void deliver();

  const base::Micros pause_;  ///< of the keeper
  engine::ChangeSignal& changes_;
  const base::Clock& clock_;
  keeper::Keeper keeper_;
  deliver::Sender sender_;
  std::atomic<bool> is_stopping_ = false;
  std::thread keeper_thread_;
  std::thread sender_thread_;
};

}  // namespace mpegflow::app
