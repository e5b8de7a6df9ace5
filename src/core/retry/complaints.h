#pragma once

#include <optional>

#include "core/retry/finding.h"
#include "core/retry/judge.h"

namespace mpegflow::retry {

/// What no rule knows, by who complained and in which words: the first complaint of each kind.
std::optional<Finding> judge_hardware(const Case& c);
/// The first complaint about the network, in whatever words.
std::optional<Finding> judge_network(const Case& c);
/// The first time that a protocol of the network says that its connection broke or stood still.
std::optional<Finding> judge_connection(const Case& c);
/// The first errno that the machine is to blame for, or a path that leads nowhere.
std::optional<Finding> judge_errno(const Case& c);
/// A filter, an encoder, a decoder, a muxer or a demuxer.
std::optional<Finding> judge_part(const Case& c);
/// Up to the stream mapping FFmpeg reads its command and opens what it names. What the tool itself
/// refuses there it refuses on any machine.
std::optional<Finding> judge_command(const Case& c);

}  // namespace mpegflow::retry
