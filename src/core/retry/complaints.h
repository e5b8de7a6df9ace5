#pragma once

#include <optional>

#include "core/retry/finding.h"
#include "core/retry/judge.h"

namespace mpegflow::retry {

/// Who complained, by the name in front of a message.
enum class Part { other, hardware, filter, encoder, decoder, muxer, demuxer };

/// The first complaint of `wanted`, or of anything that has a part if it is Part::other.
std::optional<Finding> judge_part(const Case& c, Part wanted);
/// The first complaint about the network, in whatever words.
std::optional<Finding> judge_network(const Case& c);

}  // namespace mpegflow::retry
