#include "core/probe/edit_look.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "core/probe/ffprobe_command.h"

namespace mpegflow::probe {
namespace {

/// Lengths in an edit list are rounded to milliseconds.
constexpr double kRounding = 0.002;
/// Less is no difference that anybody could notice.
constexpr double kSame = 0.005;
/// Seconds of packets that are read from the key frame before the start on.
constexpr int kRead = 10;

bool leaves_pictures_out(const VideoStream& video) {
  if (!video.frames || !video.duration || !video.average_frame_rate.is_known()) return false;
  const double stored = static_cast<double>(*video.frames) / video.average_frame_rate.value();
  return stored - *video.duration > kRounding;
}

}  // namespace

std::optional<std::vector<std::string>> find_edit_look(const Probe& probe, std::string_view input) {
  const VideoStream* video = find_main_video(probe);
  if (probe.container != "mov" || video == nullptr || probe.audio.empty()) return std::nullopt;
  if (!leaves_pictures_out(*video)) return std::nullopt;
  std::vector<std::string> argv = {"-v",
                                   "error",
                                   "-of",
                                   "csv=p=0",
                                   "-show_entries",
                                   "packet=pts_time",
                                   "-select_streams",
                                   fmt::format("{}", video->index)};
  // A little behind the start: from exactly 0 ffprobe would go to the key frame after it.
  argv.insert(argv.end(), {"-read_intervals",
                           fmt::format("{:.6f}%+{}", video->start.value_or(0) + kRounding, kRead)});
  for (std::string& option : input_options(probe.container)) argv.push_back(std::move(option));
  // All packets, with the times that they have beside the edit list, not as it is played.
  argv.insert(argv.end(), {"-advanced_editlist", "0", "-i", fmt::format("file:{}", input)});
  return argv;
}

std::optional<double> parse_edit_look(std::string_view stdout_text, double start) {
  std::optional<double> first;
  for (const std::string& line : base::split(stdout_text, '\n')) {
    double time = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), time);
    if (error != std::errc{} || !std::isfinite(time) || time < start - kRounding) continue;
    first = std::min(first.value_or(time), time);
  }
  if (!first || *first - start < kSame) return std::nullopt;
  return *first - start;
}

void add_edit_look(Probe& probe, double early) {
  VideoStream* main = find_main_video(probe);
  if (main == nullptr) return;
  main->start = main->start.value_or(0) + early;
  main->shown_early = early;
}

}  // namespace mpegflow::probe
