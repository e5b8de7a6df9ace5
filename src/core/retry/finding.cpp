#include "core/retry/finding.h"

#include <algorithm>
#include <array>

#include "base/result.h"
#include "core/retry/reasons.h"

namespace mpegflow::retry {
namespace {

constexpr std::array<std::string_view, 4> kBucketWords = {"none", "transient", "deterministic",
                                                          "operational"};
constexpr std::array<std::string_view, 7> kStatusWords = {
    "succeeded", "failed_input", "failed_spec", "retry", "needs_pool", "needs_fix", "cancelled"};

template <class Enum, std::size_t N>
std::optional<Enum> find_word(const std::array<std::string_view, N>& words, std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

}  // namespace

std::string_view to_word(Bucket bucket) {
  return kBucketWords[static_cast<std::size_t>(bucket)];
}

std::optional<Bucket> parse_bucket(std::string_view word) {
  return find_word<Bucket>(kBucketWords, word);
}

std::string_view to_word(FindingStatus status) {
  return kStatusWords[static_cast<std::size_t>(status)];
}

std::optional<FindingStatus> parse_finding_status(std::string_view word) {
  return find_word<FindingStatus>(kStatusWords, word);
}

Finding make_finding(std::string_view reason, std::string rule, std::vector<Evidence> evidence) {
  const std::span<const Reason> table = reasons();
  const auto row = std::find_if(table.begin(), table.end(),
                                [&](const Reason& candidate) { return candidate.word == reason; });
  base::check(row != table.end(), "every reason code stands in the table");
  return Finding{row->bucket,
                 row->status,
                 std::string(row->word),
                 std::string(row->cause),
                 std::move(rule),
                 std::string(row->action),
                 std::move(evidence),
                 kClassifierVersion};
}

std::vector<std::string_view> all_reasons() {
  std::vector<std::string_view> words;
  for (const Reason& row : reasons()) words.push_back(row.word);
  return words;
}

}  // namespace mpegflow::retry
