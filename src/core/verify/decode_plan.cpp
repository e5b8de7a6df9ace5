#include "core/verify/decode_plan.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace mpegflow::verify {
namespace {

constexpr double kShort = 20;  // seconds
constexpr std::int64_t kSmall = 128LL << 20;

bool has_index(std::string_view container) {
  return container == "mov" || container == "matroska" || container == "avi" ||
         container == "hls" || container == "dash";
}

using Written = std::pair<std::string_view, std::string_view>;
constexpr std::array<Written, 25> kWritten = {{
    {"mp4", "mov"},           {"mov", "mov"},      {"m4a", "mov"},      {"m4v", "mov"},
    {"ipod", "mov"},          {"3gp", "mov"},      {"3g2", "mov"},      {"ismv", "mov"},
    {"matroska", "matroska"}, {"mkv", "matroska"}, {"mka", "matroska"}, {"webm", "matroska"},
    {"mpegts", "mpegts"},     {"ts", "mpegts"},    {"m2ts", "mpegts"},  {"mts", "mpegts"},
    {"flv", "flv"},           {"avi", "avi"},      {"mp3", "mp3"},      {"flac", "flac"},
    {"wav", "wav"},           {"ogg", "ogg"},      {"opus", "ogg"},     {"adts", "aac"},
    {"aac", "aac"},
}};

}  // namespace

std::string_view container_of_muxer(std::string_view muxer) {
  const auto found = std::ranges::find(kWritten, muxer, &Written::first);
  return found == kWritten.end() ? std::string_view() : found->second;
}

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
