#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::retry {

enum class Bucket { none, transient, deterministic, operational };

/// What a finding asks for; `retry` and `needs_pool` are followed by the policy, the rest end the
/// task or hold it.
enum class FindingStatus {
  succeeded,
  failed_input,
  failed_spec,
  retry,
  needs_pool,
  needs_fix,
  cancelled
};

/// Rises whenever the same exit may get another finding, so that a record tells whose judgement it
/// holds.
inline constexpr int kClassifierVersion = 3;

/// One line of stderr that a rule fired on.
struct Evidence {
  int line = 0;  ///< counted from 1 in the whole stderr
  std::string text;

  bool operator==(const Evidence&) const = default;
};

/// What the classifier says of an exit. `reason` is a stable word (docs/generated/reason_codes.md),
/// `cause` one plain sentence for the user.
struct Finding {
  Bucket bucket = Bucket::none;
  FindingStatus status = FindingStatus::succeeded;
  std::string reason = "ok";
  std::string cause;
  std::string rule;    ///< id of the rule that fired
  std::string action;  ///< higher_memory_pool, restage, other_pool, pinned_version_pool,
                       ///< larger_disk_pool, gpu_pool, or empty
  std::vector<Evidence> evidence;
  int classifier = 0;  ///< kClassifierVersion of who made it

  bool operator==(const Finding&) const = default;
};

std::string_view to_word(Bucket bucket);
std::optional<Bucket> parse_bucket(std::string_view word);
std::string_view to_word(FindingStatus status);
std::optional<FindingStatus> parse_finding_status(std::string_view word);

/// The finding for a reason code of our table (bucket, status, cause and action come from it);
/// `rule` and `evidence` say why.
Finding make_finding(std::string_view reason, std::string rule,
                     std::vector<Evidence> evidence = {});
/// All reason codes we can give, in the order of the table.
std::vector<std::string_view> all_reasons();

}  // namespace mpegflow::retry
