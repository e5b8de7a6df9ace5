#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/retry/encoder_exit.h"
#include "core/retry/finding.h"

namespace mpegflow::retry {

/// What a signal says of itself, whoever sent it.
std::optional<Finding> judge_signal(const EncoderExit& exit, int signal, std::string rule);
/// A shell gives 128 + the signal. 145, 146, 152 and 155 are also what newer FFmpegs return for
/// network errors, but those always say so.
std::optional<int> signal_of_shell_code(const EncoderExit& exit);
/// Codes of 6.1 and later that hold one meaning each, for logs that say nothing.
std::optional<Finding> judge_code(const EncoderExit& exit);
/// The few that hold one meaning each whatever else the log complains of, or "".
std::string_view reason_of_decisive_code(const EncoderExit& exit);

}  // namespace mpegflow::retry
