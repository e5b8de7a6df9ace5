#include "core/probe/probe.h"

#include <algorithm>
#include <utility>

namespace mpegflow::probe {
namespace {

namespace json = base::json;

json::value to_json(const Rational& value) {
  return json::array{value.num, value.den};
}

Rational rational_of(const json::object& record, std::string_view key, Rational fallback) {
  const json::array pair = base::array_or(record, key);
  if (pair.size() != 2 || !pair[0].is_int64() || !pair[1].is_int64()) return fallback;
  return {pair[0].as_int64(), pair[1].as_int64()};
}

template <class T>
void put(json::object& record, std::string_view key, const std::optional<T>& value) {
  if (value) record[key] = *value;
}

std::optional<double> double_of(const json::object& record, std::string_view key) {
  if (!record.contains(key)) return std::nullopt;
  return base::double_or(record, key);
}

std::optional<std::int64_t> int_of(const json::object& record, std::string_view key) {
  if (!record.contains(key)) return std::nullopt;
  return base::int_or(record, key);
}

void put_light(json::object& record, const LightMetadata& light) {
  if (const auto& display = light.display)
    record["mastering_display"] = json::array{
        display->red.x,  display->red.y,   display->green.x, display->green.y, display->blue.x,
        display->blue.y, display->white.x, display->white.y, display->least,   display->most};
  if (const auto& content = light.content)
    record["content_light"] = json::array{content->most, content->average};
}

LightMetadata light_of(const json::object& record) {
  LightMetadata light;
  const auto number = [](const json::array& list, std::size_t index) {
    boost::system::error_code error;
    const double value = list[index].to_number<double>(error);
    return error ? 0.0 : value;
  };
  if (const json::array list = base::array_or(record, "mastering_display"); list.size() == 10) {
    const auto point = [&](std::size_t index) {
      return MasteringDisplay::Point{number(list, index), number(list, index + 1)};
    };
    light.display =
        MasteringDisplay{point(0), point(2), point(4), point(6), number(list, 8), number(list, 9)};
  }
  if (const json::array list = base::array_or(record, "content_light"); list.size() == 2)
    light.content = ContentLight{static_cast<std::int64_t>(number(list, 0)),
                                 static_cast<std::int64_t>(number(list, 1))};
  return light;
}

json::object to_json(const VideoStream& stream) {
  json::object record{{"index", stream.index},
                      {"codec", stream.codec},
                      {"tag", stream.tag},
                      {"width", stream.width},
                      {"height", stream.height},
                      {"sample_aspect", to_json(stream.sample_aspect)},
                      {"rotation", stream.rotation},
                      {"frame_rate", to_json(stream.frame_rate)},
                      {"average_frame_rate", to_json(stream.average_frame_rate)},
                      {"pixel_format", stream.pixel_format},
                      {"color_transfer", stream.color_transfer},
                      {"color_primaries", stream.color_primaries},
                      {"color_space", stream.color_space},
                      {"color_range", stream.color_range},
                      {"field_order", stream.field_order},
                      {"language", stream.language},
                      {"is_cover_art", stream.is_cover_art},
                      {"is_default", stream.is_default},
                      {"has_hidden_alpha", stream.has_hidden_alpha}};
  put(record, "duration", stream.duration);
  put(record, "start", stream.start);
  put(record, "frames", stream.frames);
  put_light(record, stream.light);
  if (stream.shown_early != 0) record["shown_early"] = stream.shown_early;
  if (stream.fields)
    record["fields"] = json::object{{"top_first", stream.fields->top_first},
                                    {"bottom_first", stream.fields->bottom_first},
                                    {"progressive", stream.fields->progressive},
                                    {"undetermined", stream.fields->undetermined}};
  return record;
}

json::object to_json(const AudioStream& stream) {
  json::object record{{"index", stream.index},
                      {"codec", stream.codec},
                      {"tag", stream.tag},
                      {"sample_rate", stream.sample_rate},
                      {"channels", stream.channels},
                      {"channel_layout", stream.channel_layout},
                      {"language", stream.language},
                      {"title", stream.title},
                      {"is_default", stream.is_default},
                      {"is_commentary", stream.is_commentary},
                      {"is_described", stream.is_described}};
  put(record, "duration", stream.duration);
  put(record, "start", stream.start);
  put(record, "packets", stream.packets);
  if (stream.has_empty_packets) record["has_empty_packets"] = true;
  return record;
}

json::object to_json(const SubtitleStream& stream) {
  return {{"index", stream.index},
          {"codec", stream.codec},
          {"language", stream.language},
          {"title", stream.title},
          {"is_default", stream.is_default},
          {"is_forced", stream.is_forced},
          {"is_captions", stream.is_captions}};
}

VideoStream parse_video(const json::object& record) {
  VideoStream stream;
  stream.index = static_cast<int>(base::int_or(record, "index"));
  stream.codec = base::text_or(record, "codec");
  stream.tag = base::text_or(record, "tag");
  stream.width = base::int_or(record, "width");
  stream.height = base::int_or(record, "height");
  stream.sample_aspect = rational_of(record, "sample_aspect", {1, 1});
  stream.rotation = static_cast<int>(base::int_or(record, "rotation"));
  stream.frame_rate = rational_of(record, "frame_rate", {});
  stream.average_frame_rate = rational_of(record, "average_frame_rate", {});
  stream.pixel_format = base::text_or(record, "pixel_format");
  stream.color_transfer = base::text_or(record, "color_transfer");
  stream.color_primaries = base::text_or(record, "color_primaries");
  stream.color_space = base::text_or(record, "color_space");
  stream.color_range = base::text_or(record, "color_range");
  stream.field_order = base::text_or(record, "field_order");
  stream.language = base::text_or(record, "language");
  stream.is_cover_art = base::bool_or(record, "is_cover_art");
  stream.is_default = base::bool_or(record, "is_default");
  stream.has_hidden_alpha = base::bool_or(record, "has_hidden_alpha");
  stream.duration = double_of(record, "duration");
  stream.start = double_of(record, "start");
  stream.frames = int_of(record, "frames");
  stream.light = light_of(record);
  stream.shown_early = base::double_or(record, "shown_early");
  if (record.contains("fields")) {
    const json::object fields = base::object_or(record, "fields");
    stream.fields =
        FieldCounts{base::int_or(fields, "top_first"), base::int_or(fields, "bottom_first"),
                    base::int_or(fields, "progressive"), base::int_or(fields, "undetermined")};
  }
  return stream;
}

AudioStream parse_audio(const json::object& record) {
  AudioStream stream;
  stream.index = static_cast<int>(base::int_or(record, "index"));
  stream.codec = base::text_or(record, "codec");
  stream.tag = base::text_or(record, "tag");
  stream.sample_rate = base::int_or(record, "sample_rate");
  stream.channels = base::int_or(record, "channels");
  stream.channel_layout = base::text_or(record, "channel_layout");
  stream.language = base::text_or(record, "language");
  stream.title = base::text_or(record, "title");
  stream.is_default = base::bool_or(record, "is_default");
  stream.is_commentary = base::bool_or(record, "is_commentary");
  stream.is_described = base::bool_or(record, "is_described");
  stream.duration = double_of(record, "duration");
  stream.start = double_of(record, "start");
  stream.packets = int_of(record, "packets");
  stream.has_empty_packets = base::bool_or(record, "has_empty_packets");
  return stream;
}

SubtitleStream parse_subtitles(const json::object& record) {
  SubtitleStream stream;
  stream.index = static_cast<int>(base::int_or(record, "index"));
  stream.codec = base::text_or(record, "codec");
  stream.language = base::text_or(record, "language");
  stream.title = base::text_or(record, "title");
  stream.is_default = base::bool_or(record, "is_default");
  stream.is_forced = base::bool_or(record, "is_forced");
  stream.is_captions = base::bool_or(record, "is_captions");
  return stream;
}

}  // namespace

const VideoStream* find_main_video(const Probe& probe) {
  const VideoStream* best = nullptr;
  const auto rank = [](const VideoStream& stream) {
    return std::pair(stream.is_default, stream.width * stream.height);
  };
  for (const VideoStream& stream : probe.video)
    if (!stream.is_cover_art && (best == nullptr || rank(stream) > rank(*best))) best = &stream;
  return best;
}

VideoStream* find_main_video(Probe& probe) {
  const VideoStream* main = find_main_video(std::as_const(probe));
  return main == nullptr ? nullptr
                         : &probe.video[static_cast<std::size_t>(main - probe.video.data())];
}

const AudioStream* find_main_audio(const Probe& probe) {
  if (probe.audio.empty()) return nullptr;
  const auto wanted = std::ranges::find(probe.audio, true, &AudioStream::is_default);
  return wanted == probe.audio.end() ? &probe.audio.front() : &*wanted;
}

const AudioStream* find_audio(const Probe& probe, int index) {
  const auto found = std::ranges::find(probe.audio, index, &AudioStream::index);
  return found == probe.audio.end() ? nullptr : &*found;
}

double find_offset(const Probe& probe, std::optional<double> start) {
  return start && probe.start ? *start - *probe.start : 0;
}

json::object to_json(const Probe& probe) {
  json::array video, audio, subtitles;
  for (const VideoStream& stream : probe.video) video.push_back(to_json(stream));
  for (const AudioStream& stream : probe.audio) audio.push_back(to_json(stream));
  for (const SubtitleStream& stream : probe.subtitles) subtitles.push_back(to_json(stream));
  json::object record{{"container", probe.container},        {"size", probe.size},
                      {"bit_rate", probe.bit_rate},          {"video", std::move(video)},
                      {"audio", std::move(audio)},           {"subtitles", std::move(subtitles)},
                      {"other_streams", probe.other_streams}};
  put(record, "duration", probe.duration);
  put(record, "start", probe.start);
  return record;
}

Probe parse_probe(const json::object& record) {
  Probe probe;
  probe.container = base::text_or(record, "container");
  probe.size = base::int_or(record, "size");
  probe.bit_rate = base::int_or(record, "bit_rate");
  probe.other_streams = static_cast<int>(base::int_or(record, "other_streams"));
  probe.duration = double_of(record, "duration");
  probe.start = double_of(record, "start");
  for (const json::value& stream : base::array_or(record, "video"))
    if (stream.is_object()) probe.video.push_back(parse_video(stream.get_object()));
  for (const json::value& stream : base::array_or(record, "audio"))
    if (stream.is_object()) probe.audio.push_back(parse_audio(stream.get_object()));
  for (const json::value& stream : base::array_or(record, "subtitles"))
    if (stream.is_object()) probe.subtitles.push_back(parse_subtitles(stream.get_object()));
  return probe;
}

}  // namespace mpegflow::probe
