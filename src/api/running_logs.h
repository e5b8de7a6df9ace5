#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/time.h"
#include "protocol/worker_protocol.h"

namespace mpegflow::api {

/// The logs of attempts that run on other machines, for as long as somebody asks for them: the
/// worker hears of it with its next heartbeat, and sends what there is and what comes. Any thread.
class RunningLogs {
 public:
  /// So much of one is kept.
  static constexpr std::int64_t kMost = std::int64_t{64} << 20;

  /// `folder` is nobody else's. Who has asked is taken to ask on for `patience`.
  RunningLogs(base::Path folder, base::Micros patience, const base::Clock& clock)
      : folder_(std::move(folder)), patience_(patience), clock_(clock) {}

  /// What has come so far, and a wish for more.
  base::Result<std::string> read(const store::Claim& claim);

  /// What is asked for of these.
  std::vector<protocol::WantedLog> list_wanted(
      const std::vector<store::Heartbeat::Running>& running);

  /// Takes a piece if it goes on where the one before ended. Gives from where the next one is
  /// wanted. Errors: superseded (nobody asks any more, or it is long enough).
  base::Result<std::int64_t> append(const store::Claim& claim, std::int64_t from,
                                    std::string_view piece);

  /// Its attempt has ended.
  void forget(const store::Claim& claim);

 private:
  struct Wish {
    store::Claim claim;
    base::SteadyTime asked;
    std::int64_t size = 0;
  };

  base::Path file_of(const Wish& wish) const;
  std::vector<Wish>::iterator find(const store::Claim& claim);
  void forget_old();

  const base::Path folder_;
  const base::Micros patience_;
  const base::Clock& clock_;
  std::mutex mutex_;
  std::vector<Wish> wishes_;
};

}  // namespace mpegflow::api
