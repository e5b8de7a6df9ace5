#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "core/probe/probe.h"

namespace mpegflow::probe {
namespace {

namespace json = base::json;

template <class T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// ffprobe writes some numbers as text, some as numbers, and "N/A" or nothing for unknown.
template <class T>
std::optional<T> number_of(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return parse_number<T>(std::string_view(value->get_string()));
  if (value->is_int64()) return static_cast<T>(value->get_int64());
  if (value->is_double() && std::is_floating_point_v<T>) return static_cast<T>(value->get_double());
  return std::nullopt;
}

std::optional<double> seconds_of(const json::object& object, std::string_view key) {
  const auto seconds = number_of<double>(object, key);
  return seconds && std::isfinite(*seconds) ? seconds : std::nullopt;
}

Rational fraction_of(const json::object& object, std::string_view key, char separator) {
  const std::vector<std::string> parts = base::split(base::text_or(object, key), separator);
  if (parts.size() != 2) return {0, 1};
  return {parse_number<std::int64_t>(parts[0]).value_or(0),
          parse_number<std::int64_t>(parts[1]).value_or(1)};
}

/// Matroska states a stream's length in a tag: "00:01:02.345000000".
std::optional<double> tagged_duration(const json::object& stream) {
  const json::object tags = base::object_or(stream, "tags");
  std::string text = base::text_or(tags, "DURATION");
  for (const auto& [key, value] : tags)
    if (text.empty() && std::string_view(key).starts_with("DURATION") && value.is_string())
      text = value.get_string();
  const std::vector<std::string> parts = base::split(text, ':');
  if (parts.size() != 3) return std::nullopt;
  const auto hours = parse_number<double>(parts[0]), minutes = parse_number<double>(parts[1]),
             seconds = parse_number<double>(parts[2]);
  if (!hours || !minutes || !seconds) return std::nullopt;
  return *hours * 3600 + *minutes * 60 + *seconds;
}

std::optional<double> duration_of(const json::object& stream) {
  const auto stated = seconds_of(stream, "duration");
  return stated ? stated : tagged_duration(stream);
}

/// "BPS"-style statistics tags of Matroska count packets too.
std::optional<std::int64_t> packets_of(const json::object& stream) {
  const auto stated = number_of<std::int64_t>(stream, "nb_frames");
  if (stated) return stated;
  for (const auto& [key, value] : base::object_or(stream, "tags"))
    if (std::string_view(key).starts_with("NUMBER_OF_FRAMES") && value.is_string())
      return parse_number<std::int64_t>(std::string_view(value.get_string()));
  return std::nullopt;
}

/// FFmpeg states the display matrix counterclockwise; the old tag is clockwise.
int rotation_of(const json::object& stream) {
  double clockwise = 0;
  for (const json::value& data : base::array_or(stream, "side_data_list"))
    if (data.is_object() && data.get_object().contains("rotation"))
      clockwise = -number_of<double>(data.get_object(), "rotation").value_or(0);
  if (clockwise == 0)
    clockwise = number_of<double>(base::object_or(stream, "tags"), "rotate").value_or(0);
  if (!std::isfinite(clockwise)) return 0;
  const long quarters = std::lround(std::fmod(clockwise, 360.0) / 90.0);
  return static_cast<int>((quarters % 4 + 4) % 4) * 90;
}

bool has_disposition(const json::object& stream, std::string_view which) {
  return base::int_or(base::object_or(stream, "disposition"), which) != 0;
}

/// Tags are spelled in capitals by some containers.
std::string tag_of(const json::object& stream, std::string_view which) {
  const auto is_same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == b;
  };
  for (const auto& [key, value] : base::object_or(stream, "tags"))
    if (value.is_string() && std::ranges::equal(std::string_view(key), which, is_same))
      return std::string(value.get_string());
  return {};
}

VideoStream read_video(const json::object& stream) {
  VideoStream video;
  video.index = static_cast<int>(base::int_or(stream, "index"));
  video.codec = base::text_or(stream, "codec_name");
  video.tag = base::text_or(stream, "codec_tag_string");
  video.width = base::int_or(stream, "width");
  video.height = base::int_or(stream, "height");
  const Rational aspect = fraction_of(stream, "sample_aspect_ratio", ':');
  video.sample_aspect = aspect.is_known() ? aspect : Rational{1, 1};
  video.rotation = rotation_of(stream);
  video.frame_rate = fraction_of(stream, "r_frame_rate", '/');
  video.average_frame_rate = fraction_of(stream, "avg_frame_rate", '/');
  video.pixel_format = base::text_or(stream, "pix_fmt");
  video.color_transfer = base::text_or(stream, "color_transfer");
  video.color_primaries = base::text_or(stream, "color_primaries");
  video.color_space = base::text_or(stream, "color_space");
  video.color_range = base::text_or(stream, "color_range");
  video.field_order = base::text_or(stream, "field_order");
  video.duration = duration_of(stream);
  video.start = seconds_of(stream, "start_time");
  video.frames = packets_of(stream);
  video.language = tag_of(stream, "language");
  video.is_cover_art = has_disposition(stream, "attached_pic");
  video.is_default = has_disposition(stream, "default");
  video.has_hidden_alpha = tag_of(stream, "alpha_mode") == "1";
  return video;
}

AudioStream read_audio(const json::object& stream) {
  AudioStream audio;
  audio.index = static_cast<int>(base::int_or(stream, "index"));
  audio.codec = base::text_or(stream, "codec_name");
  audio.tag = base::text_or(stream, "codec_tag_string");
  audio.sample_rate = number_of<std::int64_t>(stream, "sample_rate").value_or(0);
  audio.channels = base::int_or(stream, "channels");
  audio.channel_layout = base::text_or(stream, "channel_layout");
  audio.language = tag_of(stream, "language");
  audio.title = tag_of(stream, "title");
  audio.is_default = has_disposition(stream, "default");
  audio.is_commentary = has_disposition(stream, "comment");
  audio.is_described = has_disposition(stream, "visual_impaired");
  audio.duration = duration_of(stream);
  audio.start = seconds_of(stream, "start_time");
  audio.packets = packets_of(stream);
  return audio;
}

SubtitleStream read_subtitles(const json::object& stream) {
  SubtitleStream subtitles;
  subtitles.index = static_cast<int>(base::int_or(stream, "index"));
  subtitles.codec = base::text_or(stream, "codec_name");
  subtitles.language = tag_of(stream, "language");
  subtitles.title = tag_of(stream, "title");
  subtitles.is_default = has_disposition(stream, "default");
  subtitles.is_forced = has_disposition(stream, "forced");
  subtitles.is_captions =
      has_disposition(stream, "hearing_impaired") || has_disposition(stream, "captions");
  return subtitles;
}

void read_stream(const json::object& stream, Probe& probe) {
  const std::string kind = base::text_or(stream, "codec_type");
  if (kind == "video") probe.video.push_back(read_video(stream));
  else if (kind == "audio") probe.audio.push_back(read_audio(stream));
  else if (kind == "subtitle") probe.subtitles.push_back(read_subtitles(stream));
  else ++probe.other_streams;
}

}  // namespace

base::Result<Probe> parse_ffprobe(std::string_view json_text, std::string container,
                                  std::int64_t size) {
  ASSIGN_OR_RETURN(const json::value document, base::parse_json(json_text, "ffprobe's output"));
  if (!document.is_object() || !document.get_object().contains("format"))
    return base::fail(base::ErrorCode::invalid_argument, "ffprobe's output has no format section");
  const json::object& root = document.get_object();
  const json::object format = base::object_or(root, "format");
  Probe probe;
  probe.container = std::move(container);
  probe.size = size;
  probe.duration = seconds_of(format, "duration");
  probe.start = seconds_of(format, "start_time");
  probe.bit_rate = number_of<std::int64_t>(format, "bit_rate").value_or(0);
  for (const json::value& stream : base::array_or(root, "streams"))
    if (stream.is_object()) read_stream(stream.get_object(), probe);
  std::stable_partition(probe.video.begin(), probe.video.end(),
                        [](const VideoStream& stream) { return !stream.is_cover_art; });
  return probe;
}

}  // namespace mpegflow::probe
