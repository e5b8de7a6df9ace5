#include "core/encode/time_line.h"

#include <fmt/format.h>

namespace mpegflow::encode {

std::vector<std::string> keep_time_line(const probe::Probe& probe, int stream) {
  if (probe.container != "mpegts" && probe.container != "mpeg") return {};
  std::vector<std::string> arguments;
  const auto read_too = [&](int index) {
    if (index == stream) return;
    arguments.emplace_back("-map");
    arguments.push_back(fmt::format("0:{}", index));
  };
  const probe::VideoStream* video = probe::find_main_video(probe);
  // The null muxer, too, wants to know a size and a rate.
  if (video != nullptr && video->width > 0 && video->height > 0) read_too(video->index);
  for (const probe::AudioStream& audio : probe.audio)
    if (audio.sample_rate > 0) read_too(audio.index);
  if (arguments.empty()) return {};
  arguments.insert(arguments.end(), {"-c", "copy", "-f", "null", "-"});
  return arguments;
}

}  // namespace mpegflow::encode
