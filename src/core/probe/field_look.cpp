#include "core/probe/field_look.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <re2/re2.h>

#include "core/probe/ffprobe_command.h"
#include "core/probe/sniff.h"

namespace mpegflow::probe {
namespace {

constexpr int kFrames = 120;
/// A third into the stream there is less black and fewer titles than at its start.
constexpr double kLongEnoughToSeek = 30;

/// Codecs that say nothing of fields. Of the others the absence of a mark is believed: the filter
/// is deceived by much that was drawn by a computer.
constexpr std::array<std::string_view, 6> kSilent = {"dvvideo", "rawvideo", "huffyuv",
                                                     "ffvhuff", "utvideo",  "v210"};
/// The heights of interlaced television.
constexpr std::array<std::int64_t, 5> kTelevision = {480, 486, 576, 1080, 1088};

bool is_in_doubt(const VideoStream& video) {
  const bool is_stated = !video.field_order.empty() && video.field_order != "unknown";
  if (is_stated && video.field_order != "progressive") return true;
  // Of a silent codec it is the container that says "progressive", which few writers take care of.
  return std::ranges::find(kSilent, video.codec) != kSilent.end() &&
         std::ranges::find(kTelevision, video.height) != kTelevision.end();
}

}  // namespace

std::optional<std::vector<std::string>> find_field_look(const Probe& probe,
                                                        std::string_view input) {
  const VideoStream* video = find_main_video(probe);
  if (video == nullptr || !is_in_doubt(*video)) return std::nullopt;
  std::vector<std::string> argv = {"-nostdin", "-hide_banner", "-nostats", "-loglevel", "info"};
  for (std::string& option : input_options(probe.container)) argv.push_back(std::move(option));
  if (const double duration = probe.duration.value_or(0); duration > kLongEnoughToSeek)
    argv.insert(argv.end(), {"-ss", fmt::format("{:.0f}", duration / 3)});
  argv.insert(argv.end(), {"-threads", "2", "-max_pixels", std::to_string(kMaximumPixels), "-i",
                           fmt::format("file:{}", input), "-map", fmt::format("0:{}", video->index),
                           "-frames:v", std::to_string(kFrames), "-vf", "idet", "-f", "null", "-"});
  return argv;
}

std::optional<FieldCounts> parse_field_look(std::string_view stderr_text) {
  static const re2::RE2 kCounts(
      R"(Multi frame detection: TFF:\s*(\d+) BFF:\s*(\d+) Progressive:\s*(\d+) Undetermined:\s*(\d+))");
  std::optional<FieldCounts> found;
  FieldCounts counts;
  re2::StringPiece rest(stderr_text.data(), stderr_text.size());
  while (re2::RE2::FindAndConsume(&rest, kCounts, &counts.top_first, &counts.bottom_first,
                                  &counts.progressive, &counts.undetermined))
    found = counts;
  return found;
}

void add_field_look(Probe& probe, const FieldCounts& fields) {
  if (VideoStream* main = find_main_video(probe)) main->fields = fields;
}

}  // namespace mpegflow::probe
