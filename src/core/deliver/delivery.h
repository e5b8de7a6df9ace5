#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "core/retry/policy.h"

namespace mpegflow::deliver {

/// How often somebody is told who does not acknowledge: about a day in all.
inline const retry::Budget kDeliveryBudget{16, std::chrono::seconds(10), std::chrono::hours(3),
                                           0.5};

/// How long to wait after try number `tries` failed; nullopt: give up.
std::optional<base::Micros> plan_next_try(int tries, std::uint64_t draw);

}  // namespace mpegflow::deliver
