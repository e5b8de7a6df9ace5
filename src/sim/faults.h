#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/queue/task_state.h"
#include "sim/random.h"

namespace mpegflow::sim {

/// All that can go wrong, or be asked for, at a moment that nobody chose.
enum class Fault {
  lost_request,
  lost_reply,
  duplicate,
  delay,
  partition,     ///< one way, for a while
  worker_crash,  ///< at a side of a call through a seam
  worker_pause,
  server_crash,  ///< before or after an op
  server_kill,   ///< inside an op: at one of its writes or syncs
  power_loss,    ///< the same, and unsynced writes are lost or torn
  server_pause,
  server_restart,
  night,     ///< everything sleeps, like a laptop that is shut, and wakes at once
  failover,  ///< to a machine that never heard of the last commits
  disk_full,
  io_error,
  wall_jump,
  put_failed,
  put_unheard,    ///< it landed
  put_late,       ///< it lands after it was given up
  put_storm,      ///< the object store refuses everything for a while
  receiver_away,  ///< those who are to be told refuse everything for a while
  encoder_failed,
  encoder_hung,
  encoder_slow,
  task_hopeless,  ///< whoever encodes it fails, for the same reason
  give_back,
  cancel,
  reprocess,
};
inline constexpr std::size_t kFaults = 29;
std::string_view to_word(Fault fault);

/// One fault of one run: the n-th time that this kind could have struck.
struct Strike {
  Fault fault = Fault::lost_request;
  std::uint64_t opportunity = 0;
  auto operator<=>(const Strike&) const = default;
};

/// Which faults a run has. Each seed draws its own mixture. Whether a fault strikes depends on the
/// seed, its kind and how often that kind could have struck before, and on nothing else; so one
/// that is left out changes as little as possible of the others.
class Faults {
 public:
  /// `only`: these and no others; null = all that the seed draws.
  Faults(std::uint64_t seed, const std::set<Strike>* only);

  /// What the details of the fault are to be drawn from, if it strikes now.
  std::optional<Random> strike(Fault fault);
  /// The world has healed.
  void end() { is_over_ = true; }
  bool is_over() const { return is_over_; }
  const std::vector<Strike>& struck() const { return struck_; }

 private:
  std::uint64_t seed_;
  const std::set<Strike>* only_;
  std::array<double, kFaults> levels_{};
  std::array<std::uint64_t, kFaults> opportunities_{};
  std::vector<Strike> struck_;
  bool is_over_ = false;
};

/// What a run, or many, went through.
struct Tally {
  std::map<std::string, std::int64_t> crashes;  ///< by seam
  std::map<std::string, std::int64_t> counts;
  std::array<std::int64_t, kFaults> faults{};
  /// Tasks that were in the state when the fault struck them, their worker, or the whole server.
  std::map<std::pair<Fault, queue::TaskState>, std::int64_t> covered;
  std::int64_t virtual_us = 0;

  void count(const std::string& what) { ++counts[what]; }
  void add(const Tally& other);
};

}  // namespace mpegflow::sim
