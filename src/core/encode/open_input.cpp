#include "core/encode/open_input.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/probe/ffprobe_command.h"
#include "core/probe/sniff.h"

namespace mpegflow::encode {

/// Verbose for the counts of decoded frames at the end; the status line is off and progress has its
/// own pipe. Two decoder threads: frame threads decode bit for bit the same as one.
std::vector<std::string> open_input(const probe::Probe& probe, const std::string& input_name,
                                    std::optional<double> seek,
                                    const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"ffmpeg",        "-nostdin", "-hide_banner", "-nostats",
                                        "-loglevel",     "verbose",  "-progress",    "pipe:3",
                                        "-stats_period", "0.5"};
  for (std::string& option : probe::input_options(probe.container))
    arguments.push_back(std::move(option));
  // FFmpeg gives up where most packets cannot be decoded; an empty one never can.
  if (std::ranges::any_of(probe.audio, &probe::AudioStream::has_empty_packets))
    arguments.insert(arguments.end(), {"-max_error_rate", "1"});
  if (seek) arguments.insert(arguments.end(), {"-ss", fmt::format("{:.6f}", *seek)});
  arguments.insert(arguments.end(), more.begin(), more.end());
  arguments.insert(arguments.end(),
                   {"-threads", "2", "-max_pixels", fmt::format("{}", probe::kMaximumPixels), "-i",
                    "file:" + input_name});
  return arguments;
}

std::vector<std::string> name_decoder(const probe::VideoStream& video, const PicturePlan& picture) {
  if (picture.decoder.empty()) return {};
  return {fmt::format("-c:{}", video.index), picture.decoder};
}

}  // namespace mpegflow::encode
