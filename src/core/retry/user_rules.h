#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/retry/encoder_exit.h"
#include "core/retry/finding.h"
#include "core/retry/log.h"
#include "core/submit/fault.h"

namespace re2 {
class RE2;
}

namespace mpegflow::retry {

/// A rule of the user's: what must be so, and what it is then. All conditions that are given must
/// hold; at least one is.
struct UserRule {
  std::string id;
  std::string match;            ///< RE2, on a message without its contexts
  std::vector<int> exit_codes;  ///< one of these
  std::optional<int> signal;
  std::string tool;     ///< ffmpeg or ffprobe
  std::string version;  ///< RE2, on the version of the binary
  Bucket bucket = Bucket::transient;
  FindingStatus status = FindingStatus::retry;
  std::string reason;  ///< ours, or a word of the user's
  std::string action;
  std::string cause;  ///< one sentence for the user

  std::shared_ptr<const re2::RE2> match_pattern, version_pattern;
};

struct UserRules {
  std::vector<UserRule> rules;  ///< in the order of the file: the first that holds wins
  std::vector<submit::Fault> faults;
};

/// Reads rules from YAML or JSON:
///
///     rules:
///       - id: studio_licence
///         match: "DeckLink licence .* expired"
///         exit: [1, 187]
///         reason: licence_missing
///
/// A reason of our table brings bucket, status, action and cause; a new one needs `bucket`. All
/// faults are listed, and a rule with a fault is not among the rules.
UserRules read_user_rules(std::string_view text);

/// The finding of the first rule that holds; its rule is "user.ID".
std::optional<Finding> judge_user_rules(const std::vector<UserRule>& rules, const EncoderExit& exit,
                                        const Log& log);

}  // namespace mpegflow::retry
