#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace mpegflow::upkeep {

/// How long something is kept; nullopt = for ever.
using Keep = std::optional<base::Micros>;

/// "90d", "48h", "2w", "30m", "45s", or 0; a whole number and a unit. nullopt if it is none of
/// these.
std::optional<base::Micros> parse_age(std::string_view text);

/// The same, or "forever"; the outer nullopt says that it is neither.
std::optional<Keep> parse_keep(std::string_view text);

/// What the functions above take, in words.
inline constexpr std::string_view kAgeForm = "a whole number with s, m, h, d or w, as in 90d";

}  // namespace mpegflow::upkeep
