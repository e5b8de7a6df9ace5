#include "sim/faults.h"

namespace mpegflow::sim {
namespace {

struct Kind {
  std::string_view word;
  double rare, common;  ///< chance per opportunity
};

constexpr std::array<Kind, kFaults> kKinds = {{
    {"lost_request", 0.02, 0.15}, {"lost_reply", 0.02, 0.15},    {"duplicate", 0.02, 0.2},
    {"delay", 0.02, 0.15},        {"partition", 0.005, 0.03},    {"worker_crash", 0.004, 0.03},
    {"worker_pause", 0.02, 0.1},  {"server_crash", 0.003, 0.02}, {"server_kill", 0.004, 0.03},
    {"power_loss", 0.003, 0.02},  {"server_pause", 0.004, 0.02}, {"server_restart", 0.01, 0.05},
    {"night", 0.02, 0.08},        {"failover", 0.01, 0.04},      {"disk_full", 0.005, 0.03},
    {"io_error", 0.005, 0.03},    {"wall_jump", 0.02, 0.1},      {"put_failed", 0.03, 0.2},
    {"put_unheard", 0.03, 0.2},   {"put_late", 0.02, 0.15},      {"put_storm", 0.01, 0.05},
    {"receiver_away", 0.05, 0.3}, {"encoder_failed", 0.15, 0.5}, {"encoder_hung", 0.02, 0.1},
    {"encoder_slow", 0.05, 0.2},  {"task_hopeless", 0.05, 0.2},  {"give_back", 0.05, 0.2},
    {"cancel", 0.01, 0.06},       {"reprocess", 0.03, 0.15},
}};

std::uint64_t mix(std::uint64_t seed, std::uint64_t kind, std::uint64_t opportunity) {
  Random random(seed ^ (kind + 1) * 0xd6e8feb86659fd93ULL);
  return random.draw() ^ Random(opportunity * 0xff51afd7ed558ccdULL + 1).draw();
}

}  // namespace

std::string_view to_word(Fault fault) {
  return kKinds[static_cast<std::size_t>(fault)].word;
}

/// Some kinds are off, some rare, some common: mixtures find what an average hides.
Faults::Faults(std::uint64_t seed, const std::set<Strike>* only) : seed_(seed), only_(only) {
  Random random(mix(seed, kFaults, 0));
  for (std::size_t i = 0; i < kFaults; ++i) {
    const std::int64_t level = random.between(0, 3);
    if (level > 0) levels_[i] = level == 1 ? kKinds[i].common : kKinds[i].rare;
  }
}

std::optional<Random> Faults::strike(Fault fault) {
  const auto kind = static_cast<std::size_t>(fault);
  const std::uint64_t opportunity = ++opportunities_[kind];
  if (is_over_ || levels_[kind] == 0) return std::nullopt;
  Random random(mix(seed_, kind, opportunity));
  if (!random.chance(levels_[kind])) return std::nullopt;
  const Strike strike{fault, opportunity};
  if (only_ != nullptr && !only_->contains(strike)) return std::nullopt;
  struck_.push_back(strike);
  return random;
}

void Tally::add(const Tally& other) {
  for (const auto& [seam, n] : other.crashes) crashes[seam] += n;
  for (const auto& [what, n] : other.counts) counts[what] += n;
  for (std::size_t i = 0; i < kFaults; ++i) faults[i] += other.faults[i];
  for (const auto& [pair, n] : other.covered) covered[pair] += n;
  virtual_us += other.virtual_us;
}

}  // namespace mpegflow::sim
