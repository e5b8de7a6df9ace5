#include "core/verify/decode_plan.h"

#include <algorithm>
#include <set>

namespace mpegflow::verify {
namespace {

constexpr double kShort = 20;  // seconds
constexpr std::int64_t kSmall = 128LL << 20;

bool has_index(std::string_view container) {
  return container == "mov" || container == "matroska" || container == "avi" ||
         container == "hls" || container == "dash";
}

}  // namespace

std::vector<DecodeStep> plan_decodes(const DecodeSubject& subject, Thoroughness thoroughness) {
  const bool is_short = subject.duration && *subject.duration <= kShort;
  const bool is_indexed = has_index(subject.container);
  if (thoroughness == Thoroughness::whole || subject.is_still_image || is_short ||
      (!is_indexed && subject.size <= kSmall))
    return {{"whole", {}}};
  std::vector<DecodeStep> steps = {{"head", {"-t", "10"}}};
  if (is_indexed) steps.push_back({"tail", {"-sseof", "-10"}});
  return steps;
}

std::vector<std::size_t> choose_segments(std::size_t count, Thoroughness thoroughness) {
  std::set<std::size_t> chosen;
  const auto take = [&](std::size_t index) {
    if (index < count) chosen.insert(index);
  };
  if (thoroughness == Thoroughness::whole)
    for (std::size_t i = 0; i < count; ++i) take(i);
  for (const std::size_t from :
       {std::size_t{0}, count / 2, count - std::min<std::size_t>(count, 2)}) {
    take(from);
    take(from + 1);
  }
  return {chosen.begin(), chosen.end()};
}

}  // namespace mpegflow::verify
