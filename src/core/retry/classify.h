#pragma once

#include <set>
#include <string>

#include "core/retry/encoder_exit.h"
#include "core/retry/finding.h"
#include "core/retry/user_rules.h"

namespace mpegflow::retry {

/// What an exit means. Facts outrank signals, signals outrank text, a cause outranks the messages
/// that only pass it on. Exit 0 gives `ok` unless the log itself says that something was lost;
/// whether the output is right is verify's question.
Finding classify(const EncoderExit& exit);
/// The same, but a rule of the user's that holds has the last word.
Finding classify(const EncoderExit& exit, const std::vector<UserRule>& rules);
/// As if our rules for lines with these ids had never been written: what they are worth shows in
/// what comes out without them.
Finding classify_without(const EncoderExit& exit, const std::set<std::string>& ids);

}  // namespace mpegflow::retry
