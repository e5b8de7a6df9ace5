#include "sim/shrink.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace mpegflow::sim {
namespace {

std::string rule_of(const Outcome& outcome) {
  return outcome.violation ? outcome.violation->substr(0, outcome.violation->find(':')) : "";
}

std::optional<Fault> parse_fault(std::string_view word) {
  for (std::size_t i = 0; i < kFaults; ++i)
    if (to_word(static_cast<Fault>(i)) == word) return static_cast<Fault>(i);
  return std::nullopt;
}

/// `strikes` without `count` of them from `first` on.
std::set<Strike> leave_out(const std::vector<Strike>& strikes, std::size_t first,
                           std::size_t count) {
  std::set<Strike> left;
  for (std::size_t i = 0; i < strikes.size(); ++i)
    if (i < first || i >= first + count) left.insert(strikes[i]);
  return left;
}

}  // namespace

Outcome shrink(const Outcome& failed, int most_runs) {
  Outcome best = failed;
  std::size_t group = std::max<std::size_t>(1, best.struck.size() / 2);
  while (most_runs > 0) {
    bool was_of_use = false;
    for (std::size_t first = 0; first < best.struck.size() && most_runs > 0; --most_runs) {
      const std::set<Strike> left = leave_out(best.struck, first, group);
      Outcome outcome = World(failed.seed, &left).run();
      if (rule_of(outcome) == rule_of(failed) && outcome.struck.size() < best.struck.size()) {
        best = std::move(outcome);
        was_of_use = true;
      } else {
        first += group;
      }
    }
    if (group == 1 && !was_of_use) break;
    group = std::max<std::size_t>(1, group / 2);
  }
  return best;
}

std::string to_text(const std::vector<Strike>& strikes) {
  std::string text;
  for (const Strike& strike : strikes)
    text +=
        fmt::format("{}{}:{}", text.empty() ? "" : ",", to_word(strike.fault), strike.opportunity);
  return text;
}

std::optional<std::set<Strike>> parse_strikes(std::string_view text) {
  std::set<Strike> strikes;
  if (text == "none") return strikes;
  for (const std::string& word : base::split(text, ',')) {
    const std::size_t colon = word.find(':');
    const auto fault = parse_fault(word.substr(0, colon));
    if (!fault || colon == std::string::npos) return std::nullopt;
    std::uint64_t opportunity = 0;
    const char* end = word.data() + word.size();
    if (std::from_chars(word.data() + colon + 1, end, opportunity).ptr != end) return std::nullopt;
    strikes.insert({*fault, opportunity});
  }
  return strikes;
}

}  // namespace mpegflow::sim
