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

template <class Words>
std::set<std::string> find_codecs(Words words, Words end) {
  std::set<std::string> names;
  for (; words != end && std::next(words) != end; ++words)
    if (is_codec_option(*words) && *std::next(words) != "copy") names.insert(*std::next(words));
  return names;
}

/// Behind the last "-i". Before it the same options name a decoder.
auto find_outputs(const std::vector<std::string>& argv) {
  return std::find(argv.rbegin(), argv.rend(), "-i").base();
}

}  // namespace

std::set<std::string> find_needed_encoders(const std::vector<std::string>& argv) {
  return find_codecs(find_outputs(argv), argv.end());
}

std::set<std::string> find_needed_decoders(const std::vector<std::string>& argv) {
  return find_codecs(argv.begin(), find_outputs(argv));
}

}  // namespace mpegflow::encode
