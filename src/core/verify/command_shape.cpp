#include "core/verify/command_shape.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace mpegflow::verify {
namespace {

using Names = std::span<const std::string_view>;

/// Options of ffmpeg that take no value; every other one does.
constexpr std::array<std::string_view, 40> kSwitches = {"y",
                                                        "n",
                                                        "an",
                                                        "vn",
                                                        "sn",
                                                        "dn",
                                                        "nostdin",
                                                        "stdin",
                                                        "hide_banner",
                                                        "nostats",
                                                        "stats",
                                                        "shortest",
                                                        "re",
                                                        "copyts",
                                                        "start_at_zero",
                                                        "bitexact",
                                                        "xerror",
                                                        "benchmark",
                                                        "benchmark_all",
                                                        "autorotate",
                                                        "noautorotate",
                                                        "autoscale",
                                                        "noautoscale",
                                                        "accurate_seek",
                                                        "noaccurate_seek",
                                                        "seek_timestamp",
                                                        "ignore_unknown",
                                                        "copy_unknown",
                                                        "intra",
                                                        "psnr",
                                                        "qphist",
                                                        "dump",
                                                        "hex",
                                                        "report",
                                                        "find_stream_info",
                                                        "nofind_stream_info",
                                                        "debug_ts",
                                                        "vstats",
                                                        "recast_media",
                                                        "fix_sub_duration"};

/// One frame in, one frame out, at the same time.
constexpr std::array<std::string_view, 72> kFrameFilters = {"scale",
                                                            "zscale",
                                                            "format",
                                                            "crop",
                                                            "pad",
                                                            "setsar",
                                                            "setdar",
                                                            "drawtext",
                                                            "drawbox",
                                                            "drawgrid",
                                                            "subtitles",
                                                            "ass",
                                                            "hflip",
                                                            "vflip",
                                                            "rotate",
                                                            "transpose",
                                                            "eq",
                                                            "hue",
                                                            "lut",
                                                            "lutyuv",
                                                            "lutrgb",
                                                            "lut3d",
                                                            "lut1d",
                                                            "haldclut",
                                                            "unsharp",
                                                            "boxblur",
                                                            "gblur",
                                                            "hqdn3d",
                                                            "nlmeans",
                                                            "deband",
                                                            "deblock",
                                                            "colorspace",
                                                            "colormatrix",
                                                            "colorbalance",
                                                            "colorchannelmixer",
                                                            "colorlevels",
                                                            "curves",
                                                            "vignette",
                                                            "null",
                                                            "copy",
                                                            "split",
                                                            "setparams",
                                                            "setfield",
                                                            "setrange",
                                                            "noise",
                                                            "tonemap",
                                                            "fade",
                                                            "delogo",
                                                            "kerndeint",
                                                            "smartblur",
                                                            "sab",
                                                            "cas",
                                                            "limiter",
                                                            "negate",
                                                            "edgedetect",
                                                            "perspective",
                                                            "lenscorrection",
                                                            "geq",
                                                            "swapuv",
                                                            "extractplanes",
                                                            "monochrome",
                                                            "exposure",
                                                            "hwupload",
                                                            "hwdownload",
                                                            "hwmap",
                                                            "scale_cuda",
                                                            "scale_npp",
                                                            "scale_qsv",
                                                            "scale_vaapi",
                                                            "settb",
                                                            "blackdetect",
                                                            "freezedetect"};

/// They leave the length as it is, but not the number of frames; for audio that is of no matter.
constexpr std::array<std::string_view, 72> kTimeFilters = {
    "fps",          "framerate",   "minterpolate", "telecine",    "detelecine",   "pullup",
    "fieldmatch",   "decimate",    "mpdecimate",   "interlace",   "tinterlace",   "separatefields",
    "aresample",    "aformat",     "volume",       "loudnorm",    "dynaudnorm",   "acompressor",
    "alimiter",     "agate",       "pan",          "channelmap",  "channelsplit", "highpass",
    "lowpass",      "bandpass",    "bandreject",   "equalizer",   "bass",         "treble",
    "firequalizer", "anequalizer", "afade",        "anull",       "asplit",       "asetnsamples",
    "compand",      "mcompand",    "stereotools",  "stereowiden", "extrastereo",  "earwax",
    "crossfeed",    "haas",        "aeval",        "afftdn",      "anlmdn",       "arnndn",
    "adeclick",     "adeclip",     "deesser",      "speechnorm",  "volumedetect", "silencedetect",
    "ebur128",      "astats",      "ashowinfo",    "showinfo",    "replaygain",   "sofalizer",
    "headphone",    "surround",    "acontrast",    "aexciter",    "tremolo",      "vibrato",
    "yadif",        "bwdif",       "w3fdif",       "estdif",      "metadata",     "vpp_qsv"};

/// Muxers that write something else than one file of media with a length.
constexpr std::array<std::string_view, 16> kLengthless = {
    "image2",  "image2pipe", "null", "hash", "md5", "framemd5",   "framehash", "streamhash",
    "segment", "ssegment",   "hls",  "dash", "tee", "ffmetadata", "crc",       "framecrc"};

/// Demuxers of what is no file of media with a length of its own.
constexpr std::array<std::string_view, 8> kSources = {"lavfi",   "concat",     "image2", "rawvideo",
                                                      "concatf", "image2pipe", "v4l2",   "x11grab"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// "-c:v:0" is the option c with the specifier v:0.
struct Option {
  std::string_view name, specifier;

  bool is_for(char medium) const { return specifier.empty() || specifier.front() == medium; }
};

Option split_option(std::string_view argument) {
  argument.remove_prefix(1);
  const std::size_t colon = argument.find(':');
  if (colon == std::string_view::npos) return {argument, {}};
  return {argument.substr(0, colon), argument.substr(colon + 1)};
}

/// What stands before the next file; it belongs to that file.
struct Pending {
  std::string format;
  std::optional<double> start, limit, end;
  bool is_from_end = false, is_time_changed = false;
  OutputShape output;

  std::optional<double> find_limit() const {
    if (limit) return limit;
    if (!end) return std::nullopt;
    return std::max(0.0, *end - start.value_or(0));
  }
};

void apply_filters(OutputShape& output, std::string_view graph) {
  for (const std::string& filter : list_filters(graph)) {
    const bool keeps_frames = is_one_of(kFrameFilters, filter);
    if (!keeps_frames) output.keeps_frames = false;
    if (!keeps_frames && !is_one_of(kTimeFilters, filter)) output.keeps_time = false;
  }
}

void apply_codec(OutputShape& output, const Option& option, std::string_view value) {
  if (value != "copy") return;
  const bool is_video_alone = option.name == "vcodec";
  const bool is_audio_alone = option.name == "acodec";
  if (!is_audio_alone && option.is_for('v')) output.copies_video = true;
  if (!is_video_alone && option.is_for('a')) output.copies_audio = true;
}

void apply_switch(Pending& pending, std::string_view name) {
  if (name == "vn") pending.output.has_video = false;
  if (name == "an") pending.output.has_audio = false;
  if (name == "shortest") pending.output.is_shortest = true;
}

bool changes_time(std::string_view name) {
  constexpr std::array<std::string_view, 7> kNames = {
      "stream_loop", "itsoffset", "itsscale", "loop", "framerate", "pattern_type", "start_number"};
  return is_one_of(kNames, name);
}

void apply_option(Pending& pending, const Option& option, const std::string& value) {
  const std::string_view name = option.name;
  OutputShape& output = pending.output;
  if (name == "f") pending.format = value;
  else if (name == "ss") pending.start = parse_time(value);
  else if (name == "t") pending.limit = parse_time(value);
  else if (name == "to") pending.end = parse_time(value);
  else if (name == "sseof") pending.is_from_end = true;
  else if (name == "frames" || name == "vframes" || name == "aframes") {
    std::int64_t frames = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), frames);
    if (error == std::errc{}) output.frames = frames;
  } else if (name == "fs") output.is_size_limited = true;
  else if (name == "c" || name == "codec" || name == "vcodec" || name == "acodec")
    apply_codec(output, option, value);
  else if (name == "vf" || name == "af" || name == "filter") apply_filters(output, value);
  else if (name == "filter_script") output.keeps_time = output.keeps_frames = false;
  else if (name == "bsf" || name == "vbsf" || name == "absf" || name == "enc_time_base")
    output.keeps_frames = false;
  else if (changes_time(name)) pending.is_time_changed = true;
  // Before an input it is the rate that its frames are taken to have.
  else if (name == "r") output.sets_rate = pending.is_time_changed = true;
  else if (name == "fps_mode" || name == "vsync") output.sets_rate = true;
}

InputShape to_input(const Pending& pending, const std::string& name) {
  InputShape input;
  input.name = name;
  input.format = pending.format;
  input.start = pending.start;
  input.limit = pending.find_limit();
  input.is_from_end = pending.is_from_end;
  input.is_time_changed = pending.is_time_changed;
  return input;
}

OutputShape to_output(Pending& pending, const std::string& name) {
  OutputShape output = std::move(pending.output);
  output.name = name;
  output.format = pending.format;
  output.start = pending.start;
  output.limit = pending.find_limit();
  return output;
}

std::optional<double> parse_plain(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<double> parse_time(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  double unit = is_negative ? -1 : 1;
  if (text.ends_with("us")) {
    unit /= 1e6;
    text.remove_suffix(2);
  } else if (text.ends_with("ms")) {
    unit /= 1e3;
    text.remove_suffix(2);
  } else if (text.ends_with("s")) {
    text.remove_suffix(1);
  }
  double seconds = 0;
  const std::vector<std::string> parts = base::split(text, ':');
  if (parts.empty() || parts.size() > 3) return std::nullopt;
  for (const std::string& part : parts) {
    const auto number = parse_plain(part);
    if (!number || *number < 0) return std::nullopt;
    seconds = seconds * 60 + *number;
  }
  return seconds * unit;
}

std::vector<std::string> list_filters(std::string_view graph) {
  std::vector<std::string> names;
  std::string name;
  enum class Place { in_name, in_label, in_rest } place = Place::in_name;
  bool is_quoted = false;
  const auto end_filter = [&] {
    const std::string_view trimmed = base::trim(name);
    if (!trimmed.empty()) names.emplace_back(trimmed.substr(0, trimmed.find('@')));
    name.clear();
    place = Place::in_name;
  };
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const char c = graph[i];
    if (c == '\\') {
      ++i;
    } else if (c == '\'') {
      is_quoted = !is_quoted;
    } else if (is_quoted) {
      continue;
    } else if (c == ',' || c == ';') {
      end_filter();
    } else if (place == Place::in_name && c == '[') {
      place = Place::in_label;
    } else if (place == Place::in_label) {
      if (c == ']') place = Place::in_name;
    } else if (place == Place::in_name && c == '=') {
      place = Place::in_rest;
    } else if (place == Place::in_name) {
      name += c;
    }
  }
  end_filter();
  return names;
}

CommandShape read_command_shape(std::span<const std::string> argv) {
  CommandShape shape;
  Pending pending;
  bool has_graph = false;
  std::vector<std::string> graphs;
  for (std::size_t i = 1; i < argv.size(); ++i) {
    const std::string& argument = argv[i];
    if (!argument.starts_with('-') || argument.size() == 1) {
      shape.outputs.push_back(to_output(pending, argument));
      pending = {};
      continue;
    }
    const Option option = split_option(argument);
    if (is_one_of(kSwitches, option.name)) {
      apply_switch(pending, option.name);
      continue;
    }
    if (i + 1 >= argv.size()) break;
    const std::string& value = argv[++i];
    if (option.name == "i") {
      shape.inputs.push_back(to_input(pending, value));
      pending = {};
    } else if (option.name == "filter_complex" || option.name == "lavfi") {
      graphs.push_back(value);
    } else if (option.name == "filter_complex_script") {
      has_graph = true;
    } else {
      apply_option(pending, option, value);
    }
  }
  // A graph may feed any of the outputs.
  for (OutputShape& output : shape.outputs) {
    for (const std::string& graph : graphs) apply_filters(output, graph);
    if (has_graph) output.keeps_time = output.keeps_frames = false;
  }
  return shape;
}

LengthBounds find_length_bounds(const CommandShape& shape, const OutputShape& output,
                                std::optional<double> input_length) {
  LengthBounds bounds;
  bounds.most = output.limit;
  if (shape.inputs.size() != 1 || !input_length || !output.keeps_time ||
      is_one_of(kLengthless, output.format) || output.frames)
    return bounds;
  const InputShape& input = shape.inputs.front();
  if (input.is_time_changed || input.is_from_end || is_one_of(kSources, input.format))
    return bounds;
  double length = std::max(0.0, *input_length - input.start.value_or(0));
  if (input.limit) length = std::min(length, *input.limit);
  length = std::max(0.0, length - output.start.value_or(0));
  if (output.limit) length = std::min(length, *output.limit);
  bounds.most = length;
  if (!output.is_shortest && !output.is_size_limited) bounds.least = length;
  bounds.is_whole =
      bounds.least.has_value() && !input.start && !input.limit && !output.start && !output.limit;
  return bounds;
}

}  // namespace mpegflow::verify
