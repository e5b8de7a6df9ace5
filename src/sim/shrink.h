#pragma once

#include <string>
#include <vector>

#include "sim/world.h"

namespace mpegflow::sim {

/// A failing run with as few faults as could be found that still breaks the same rule, by leaving
/// out ever smaller groups of them.
Outcome shrink(const Outcome& failed, int most_runs = 600);

/// "power_loss:7,failover:2", and back; nullopt if it is not such a list.
std::string to_text(const std::vector<Strike>& strikes);
std::optional<std::set<Strike>> parse_strikes(std::string_view text);

}  // namespace mpegflow::sim
