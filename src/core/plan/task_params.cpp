#include "core/plan/task_params.h"

namespace mpegflow::plan {
namespace {

using base::json::array;
using base::json::object;

array to_array(const std::vector<std::string>& texts) {
  array made;
  for (const std::string& text : texts) made.emplace_back(text);
  return made;
}

std::vector<std::string> texts_of(const object& record, std::string_view key) {
  std::vector<std::string> texts;
  for (const auto& item : base::array_or(record, key))
    if (item.is_string()) texts.emplace_back(item.get_string());
  return texts;
}

object to_object(const std::map<std::string, std::string>& texts) {
  object made;
  for (const auto& [key, text] : texts) made[key] = text;
  return made;
}

std::map<std::string, std::string> map_of(const object& record, std::string_view key) {
  std::map<std::string, std::string> texts;
  for (const auto& member : base::object_or(record, key))
    if (member.value().is_string()) texts[member.key()] = member.value().get_string();
  return texts;
}

// What is new in a record is written only where it says something: what was planned before stays
// what it was.

void put_loudness(object& record, const std::string& task, const submit::LoudnessSpec& spec) {
  if (task.empty()) return;
  record["loudness_task"] = task;
  record["loudness"] = {
      {"target", spec.target}, {"true_peak", spec.true_peak}, {"range", spec.range}};
}

submit::LoudnessSpec loudness_of(const object& record) {
  const object loudness = base::object_or(record, "loudness");
  if (loudness.empty()) return {};
  return {true, base::double_or(loudness, "target"), base::double_or(loudness, "true_peak"),
          base::double_or(loudness, "range")};
}

object to_json(const package::SpriteSheets& sheets) {
  return {{"interval", sheets.interval}, {"duration", sheets.duration}, {"columns", sheets.columns},
          {"rows", sheets.rows},         {"width", sheets.width},       {"height", sheets.height}};
}

std::optional<package::SpriteSheets> sprites_of(const object& record) {
  const object sheets = base::object_or(record, "sprites");
  if (sheets.empty()) return std::nullopt;
  return package::SpriteSheets{
      base::double_or(sheets, "interval"), base::double_or(sheets, "duration"),
      base::int_or(sheets, "columns"),     base::int_or(sheets, "rows"),
      base::int_or(sheets, "width"),       base::int_or(sheets, "height")};
}

}  // namespace

bool writes_files(const object& record) {
  return record.contains("outputs");
}

object to_json(const ProbeParams& params) {
  return {{"inputs", to_array(params.inputs)}, {"needs_video", params.needs_video}};
}

ProbeParams parse_probe_params(const object& record) {
  return {texts_of(record, "inputs"), base::bool_or(record, "needs_video")};
}

object to_json(const EncodeParams& params) {
  object record{{"input", params.input},
                {"input_name", params.input_name},
                {"folder", params.folder},
                {"kind", to_word(params.kind)},
                {"stream_index", params.stream_index},
                {"segment_duration",
                 {{"num", params.segment_duration.num}, {"den", params.segment_duration.den}}},
                {"has_constant_rate", params.has_constant_rate},
                {"argv", to_array(params.argv)}};
  put_loudness(record, params.loudness_task, params.loudness);
  if (params.fallback) record["fallback"] = to_json(*params.fallback);
  return record;
}

EncodeParams parse_encode_params(const object& record) {
  EncodeParams params;
  params.input = base::text_or(record, "input");
  params.input_name = base::text_or(record, "input_name");
  params.folder = base::text_or(record, "folder");
  params.kind = base::text_or(record, "kind") == "audio" ? package::TrackKind::audio
                                                         : package::TrackKind::video;
  params.stream_index = static_cast<int>(base::int_or(record, "stream_index"));
  const object duration = base::object_or(record, "segment_duration");
  params.segment_duration = {base::int_or(duration, "num"), base::int_or(duration, "den", 1)};
  params.has_constant_rate = base::bool_or(record, "has_constant_rate", true);
  params.argv = texts_of(record, "argv");
  params.loudness_task = base::text_or(record, "loudness_task");
  params.loudness = loudness_of(record);
  params.fallback = find_fallback(record);
  return params;
}

object to_json(const SubtitleParams& params) {
  object record{{"input", params.input},
                {"input_name", params.input_name},
                {"folder", params.folder},
                {"kind", "subtitles"},
                {"stream_index", params.stream_index},
                {"segment_duration",
                 {{"num", params.segment_duration.num}, {"den", params.segment_duration.den}}},
                {"duration", params.duration},
                {"argv", to_array(params.argv)}};
  if (params.has_whole_file) record["has_whole_file"] = true;
  return record;
}

bool is_subtitle_params(const object& record) {
  return base::text_or(record, "kind") == "subtitles";
}

SubtitleParams parse_subtitle_params(const object& record) {
  const object duration = base::object_or(record, "segment_duration");
  return {base::text_or(record, "input"),
          base::text_or(record, "input_name"),
          base::text_or(record, "folder"),
          static_cast<int>(base::int_or(record, "stream_index")),
          {base::int_or(duration, "num"), base::int_or(duration, "den", 1)},
          base::double_or(record, "duration"),
          texts_of(record, "argv"),
          base::bool_or(record, "has_whole_file")};
}

object to_json(const TrackParams& params) {
  return {{"key", params.key},
          {"name", params.name},
          {"language", params.language},
          {"is_default", params.is_default},
          {"is_autoselect", params.is_autoselect},
          {"is_forced", params.is_forced},
          {"characteristics", params.characteristics}};
}

TrackParams parse_track_params(const object& record) {
  return {base::text_or(record, "key"),
          base::text_or(record, "name"),
          base::text_or(record, "language"),
          base::bool_or(record, "is_default"),
          base::bool_or(record, "is_autoselect"),
          base::bool_or(record, "is_forced"),
          base::text_or(record, "characteristics")};
}

object to_json(const ManifestParams& params) {
  array audio, subtitles;
  for (const TrackParams& track : params.audio) audio.push_back(to_json(track));
  for (const TrackParams& track : params.subtitles) subtitles.push_back(to_json(track));
  object record{{"renditions", to_array(params.renditions)},
                {"audio", audio},
                {"subtitles", subtitles},
                {"notes", to_array(params.notes)}};
  if (params.dash) record["dash"] = true;
  if (params.iframes) record["iframes"] = true;
  return record;
}

ManifestParams parse_manifest_params(const object& record) {
  ManifestParams params;
  params.renditions = texts_of(record, "renditions");
  for (const auto& track : base::array_or(record, "audio"))
    if (track.is_object()) params.audio.push_back(parse_track_params(track.get_object()));
  for (const auto& track : base::array_or(record, "subtitles"))
    if (track.is_object()) params.subtitles.push_back(parse_track_params(track.get_object()));
  params.notes = texts_of(record, "notes");
  params.dash = base::bool_or(record, "dash");
  params.iframes = base::bool_or(record, "iframes");
  return params;
}

object to_json(const FfmpegParams& params) {
  object record{{"argv", to_array(params.argv)},
                {"inputs", to_object(params.inputs)},
                {"needed", to_object(params.needed)},
                {"outputs", to_array(params.outputs)},
                {"folder", params.folder}};
  if (params.sprites) record["sprites"] = to_json(*params.sprites);
  put_loudness(record, params.loudness_task, params.loudness);
  // Only where they say something: what was planned before had neither.
  if (params.takes_all) record["takes_all"] = true;
  if (!params.folders.empty()) record["folders"] = to_array(params.folders);
  if (!params.notes.empty()) record["notes"] = to_array(params.notes);
  if (params.fallback) record["fallback"] = to_json(*params.fallback);
  if (!params.texts.empty()) record["texts"] = to_object(params.texts);
  return record;
}

FfmpegParams parse_ffmpeg_params(const object& record) {
  return {texts_of(record, "argv"),
          map_of(record, "inputs"),
          map_of(record, "needed"),
          texts_of(record, "outputs"),
          base::text_or(record, "folder"),
          sprites_of(record),
          base::text_or(record, "loudness_task"),
          loudness_of(record),
          base::bool_or(record, "takes_all"),
          texts_of(record, "folders"),
          texts_of(record, "notes"),
          find_fallback(record),
          map_of(record, "texts")};
}

object to_json(const MeasureParams& params) {
  return {
      {"input", params.input}, {"input_name", params.input_name}, {"argv", to_array(params.argv)}};
}

MeasureParams parse_measure_params(const object& record) {
  return {base::text_or(record, "input"), base::text_or(record, "input_name"),
          texts_of(record, "argv")};
}

object to_json(const DeliverParams& params) {
  object record = {{"target_uri", params.target_uri}};
  if (params.adds) record["adds"] = true;
  return record;
}

DeliverParams parse_deliver_params(const object& record) {
  return {base::text_or(record, "target_uri"), base::bool_or(record, "adds")};
}

}  // namespace mpegflow::plan
