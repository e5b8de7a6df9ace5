#pragma once

#include <string>
#include <vector>

#include "core/plan/plan.h"

namespace mpegflow::plan {

/// CPU seconds of decoding a megapixel of the source, measured on one machine: for shares of the
/// queue and ETA before the start, nothing else. The small pictures cost next to nothing beside it.
inline constexpr double kDecodeSecondsPerMegapixel = 0.0143;

/// The tasks that make the poster and the sprite sheets of an input's pictures, as far as the spec
/// asks for them.
std::vector<PlannedTask> plan_pictures(const submit::JobSpec& spec, const submit::InputSpec& input,
                                       const probe::Probe& probe, const probe::VideoStream& video);

}  // namespace mpegflow::plan
