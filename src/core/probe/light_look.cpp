#include "core/probe/light_look.h"

#include <charconv>

#include <fmt/format.h>

#include "core/probe/ffprobe_command.h"
#include "core/probe/sniff.h"

namespace mpegflow::probe {
namespace {

namespace json = base::json;

/// "34000/50000"
double fraction_of(const json::object& record, std::string_view key) {
  const std::string text = base::text_or(record, key);
  const char* const last = text.data() + text.size();
  double top = 0, bottom = 0;
  const auto [slash, error] = std::from_chars(text.data(), last, top);
  if (error != std::errc{} || slash == last || *slash != '/') return 0;
  if (std::from_chars(slash + 1, last, bottom).ec != std::errc{} || bottom <= 0) return 0;
  return top / bottom;
}

MasteringDisplay read_display(const json::object& record) {
  const auto point = [&](const std::string& name) {
    return MasteringDisplay::Point{fraction_of(record, name + "_x"),
                                   fraction_of(record, name + "_y")};
  };
  return {point("red"),
          point("green"),
          point("blue"),
          point("white_point"),
          fraction_of(record, "min_luminance"),
          fraction_of(record, "max_luminance")};
}

void read_side_data(const json::object& owner, LightMetadata& light) {
  for (const json::value& item : base::array_or(owner, "side_data_list")) {
    if (!item.is_object()) continue;
    const json::object& record = item.get_object();
    if (record.contains("red_x") && record.contains("max_luminance"))
      light.display = read_display(record);
    if (record.contains("max_content"))
      light.content =
          ContentLight{base::int_or(record, "max_content"), base::int_or(record, "max_average")};
  }
}

}  // namespace

std::optional<std::vector<std::string>> find_light_look(const Probe& probe,
                                                        std::string_view input) {
  const VideoStream* video = find_main_video(probe);
  if (video == nullptr || video->color_transfer != "smpte2084") return std::nullopt;
  std::vector<std::string> argv = {"-v",
                                   "error",
                                   "-print_format",
                                   "json",
                                   "-show_streams",
                                   "-show_frames",
                                   "-select_streams",
                                   fmt::format("{}", video->index),
                                   "-read_intervals",
                                   "%+#1"};
  for (std::string& option : input_options(probe.container)) argv.push_back(std::move(option));
  argv.insert(argv.end(),
              {"-max_pixels", std::to_string(kMaximumPixels), "-i", fmt::format("file:{}", input)});
  return argv;
}

LightMetadata parse_light_look(std::string_view stdout_text) {
  LightMetadata light;
  const auto value = base::parse_json(stdout_text, "ffprobe's output");
  if (!value || !value->is_object()) return light;
  // What the picture says itself comes last and counts.
  for (const char* list : {"streams", "frames"})
    for (const json::value& item : base::array_or(value->get_object(), list))
      if (item.is_object()) read_side_data(item.get_object(), light);
  return light;
}

void add_light_look(Probe& probe, const LightMetadata& light) {
  if (VideoStream* main = find_main_video(probe)) main->light = light;
}

}  // namespace mpegflow::probe
