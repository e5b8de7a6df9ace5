#include "core/encode/needed_encoders.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace mpegflow::encode {
namespace {

constexpr std::array<std::string_view, 5> kCodecOptions = {"-c", "-codec", "-vcodec", "-acodec",
                                                           "-scodec"};

/// "-c" and also "-c:v:0".
bool is_codec_option(std::string_view word) {
  return std::ranges::find(kCodecOptions, word.substr(0, word.find(':'))) != kCodecOptions.end();
}

}  // namespace

std::set<std::string> find_needed_encoders(const std::vector<std::string>& argv) {
  std::set<std::string> encoders;
  // Before an input the same options name a decoder.
  auto at = std::find(argv.rbegin(), argv.rend(), "-i").base();
  for (; at != argv.end() && std::next(at) != argv.end(); ++at)
    if (is_codec_option(*at) && *std::next(at) != "copy") encoders.insert(*std::next(at));
  return encoders;
}

}  // namespace mpegflow::encode
