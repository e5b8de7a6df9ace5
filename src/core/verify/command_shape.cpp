#include "core/verify/command_shape.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"
#include "core/command/formats.h"
#include "core/command/parse_command.h"

namespace mpegflow::verify {
namespace {

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

/// Muxers, and extensions where those choose the muxer, of files that say how long each of their
/// streams is, or from which it can be counted.
constexpr std::array<std::string_view, 34> kMeasured = {
    "mp4", "mov", "m4a",  "m4v",    "m4b", "ipod", "psp",  "ismv", "3gp",  "3g2", "f4v", "matroska",
    "mkv", "mka", "webm", "mpegts", "ts",  "mts",  "m2ts", "mpg",  "mpeg", "vob", "flv", "avi",
    "mxf", "wav", "w64",  "flac",   "ogg", "gif",  "hls",  "m3u8", "dash", "mpd"};

/// Options, of either side, that give streams another length or drop a part of them, in ways that
/// are not followed here.
constexpr std::array<std::string_view, 26> kTimeOptions = {"stream_loop",
                                                           "itsoffset",
                                                           "itsscale",
                                                           "isync",
                                                           "loop",
                                                           "framerate",
                                                           "pattern_type",
                                                           "start_number",
                                                           "ignore_editlist",
                                                           "advanced_editlist",
                                                           "use_wallclock_as_timestamps",
                                                           "fflags",
                                                           "skip_frame",
                                                           "discard",
                                                           "drop_changed",
                                                           "copyts",
                                                           "timelimit",
                                                           "async",
                                                           "apad",
                                                           "output_ts_offset",
                                                           "dts_delta_threshold",
                                                           "dts_error_threshold",
                                                           "seek_timestamp",
                                                           "copypriorss",
                                                           "copyinkf",
                                                           "force_fps"};

/// Bitstream filters that change no times and take no packets away.
constexpr std::array<std::string_view, 12> kPlainBitstreamFilters = {
    "h264_mp4toannexb",   "hevc_mp4toannexb",
    "vvc_mp4toannexb",    "aac_adtstoasc",
    "h264_metadata",      "hevc_metadata",
    "av1_metadata",       "extract_extradata",
    "dump_extra",         "null",
    "h264_redundant_pps", "mpeg4_unpack_bframes"};

/// Demuxers of what is no file of media with a length of its own.
constexpr std::array<std::string_view, 8> kSources = {"lavfi",   "concat",     "image2", "rawvideo",
                                                      "concatf", "image2pipe", "v4l2",   "x11grab"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_for(const command::OptionUse& use, char medium) {
  return use.specifier.empty() || use.specifier.front() == medium;
}

/// What the options before a file say of it.
struct Saying {
  std::string format;
  std::optional<double> start, limit, end;
  bool is_from_end = false, is_time_changed = false, has_rate = false;
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

void apply_codec(OutputShape& output, const command::OptionUse& use) {
  if (use.value != "copy") return;
  const bool is_video_alone = use.name == "vcodec";
  const bool is_audio_alone = use.name == "acodec";
  if (use.name == "scodec" || use.name == "dcodec") return;
  if (!is_audio_alone && is_for(use, 'v')) output.copies_video = true;
  if (!is_video_alone && is_for(use, 'a')) output.copies_audio = true;
}

void apply_bitstream_filters(OutputShape& output, std::string_view chain) {
  output.keeps_frames = false;
  for (const std::string& filter : base::split(chain, ','))
    if (!is_one_of(kPlainBitstreamFilters, filter.substr(0, filter.find('='))))
      output.keeps_time = false;
}

/// How the frames are brought to a rate; "drop" makes their times anew.
void apply_rate_mode(OutputShape& output, const command::OptionUse& use) {
  output.sets_rate = true;
  if (use.value == "drop" || use.value == "3") output.keeps_time = false;
}

/// "-to 1:30": a time that cannot be read is one that is not known here.
void apply_time(Saying& saying, std::optional<double>& place, std::string_view value) {
  place = parse_time(value);
  if (!place) saying.is_time_changed = true;
}

void apply_option(Saying& saying, const command::OptionUse& use) {
  const std::string& name = use.name;
  OutputShape& output = saying.output;
  const auto is_any_of = [&](std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, name) != names.end();
  };
  if (name == "f") saying.format = use.value;
  else if (name == "ss") apply_time(saying, saying.start, use.value);
  else if (name == "t") apply_time(saying, saying.limit, use.value);
  else if (name == "to") apply_time(saying, saying.end, use.value);
  else if (name == "sseof") saying.is_from_end = true;
  else if (name == "shortest") output.is_shortest = true;
  else if (is_any_of({"frames", "vframes", "aframes", "dframes"})) output.is_frame_limited = true;
  else if (name == "fs") output.is_size_limited = true;
  else if (is_any_of({"c", "codec", "vcodec", "acodec", "scodec", "dcodec"}))
    apply_codec(output, use);
  else if (is_any_of({"vf", "af", "filter"}) && !use.is_from_file) apply_filters(output, use.value);
  else if (is_any_of({"vf", "af", "filter", "filter_script"}))
    output.keeps_time = output.keeps_frames = false;
  else if (is_any_of({"bsf", "vbsf", "absf"})) apply_bitstream_filters(output, use.value);
  else if (name == "enc_time_base") output.keeps_frames = false;
  else if (is_one_of(kTimeOptions, name)) saying.is_time_changed = true;
  // Before an input it is the rate that its frames are taken to have.
  else if (name == "r") output.sets_rate = saying.has_rate = true;
  else if (is_any_of({"fps_mode", "vsync", "fpsmax", "frame_drop_threshold"}))
    apply_rate_mode(output, use);
}

Saying read_options(const std::vector<command::OptionUse>& uses) {
  Saying saying;
  for (const command::OptionUse& use : uses) apply_option(saying, use);
  return saying;
}

InputShape to_input(const command::FileGroup& group) {
  const Saying saying = read_options(group.options);
  InputShape input;
  input.name = group.name;
  input.format = saying.format;
  input.start = saying.start;
  input.limit = saying.find_limit();
  input.is_from_end = saying.is_from_end;
  input.is_time_changed = saying.is_time_changed || saying.has_rate;
  return input;
}

OutputShape to_output(const command::FileGroup& group) {
  Saying saying = read_options(group.options);
  OutputShape output = std::move(saying.output);
  output.name = group.name;
  output.muxer = command::find_muxer(saying.format, group.name);
  output.start = saying.start;
  output.limit = saying.find_limit();
  if (saying.is_time_changed) output.keeps_time = false;
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
  if (argv.empty()) return shape;
  const auto parsed = command::parse_command(argv.subspan(1), command::OptionTable());
  if (!parsed) return shape;
  OutputShape of_all;  // what the graphs and the options of the whole command do to each output
  for (const command::OptionUse& use : parsed->globals) {
    if (use.name == "filter_complex_script" || use.is_from_file)
      of_all.keeps_time = of_all.keeps_frames = false;
    else if (use.name == "filter_complex" || use.name == "lavfi") apply_filters(of_all, use.value);
    else if (use.name == "vsync") apply_rate_mode(of_all, use);
    else if (is_one_of(kTimeOptions, use.name)) of_all.keeps_time = false;
  }
  for (const command::FileGroup& group : parsed->inputs) shape.inputs.push_back(to_input(group));
  for (const command::FileGroup& group : parsed->outputs) {
    OutputShape output = to_output(group);
    output.keeps_time &= of_all.keeps_time;
    output.keeps_frames &= of_all.keeps_frames;
    output.sets_rate |= of_all.sets_rate;
    shape.outputs.push_back(std::move(output));
  }
  return shape;
}

bool has_known_length(const InputShape& input) {
  return !input.is_time_changed && !input.is_from_end && !is_one_of(kSources, input.format);
}

bool can_be_bounded(const OutputShape& output) {
  return output.keeps_time && !output.is_frame_limited && is_one_of(kMeasured, output.muxer);
}

LengthBounds find_length_bounds(const InputShape& input, const OutputShape& output,
                                std::optional<double> input_length) {
  LengthBounds bounds;
  if (!input_length || !has_known_length(input) || !can_be_bounded(output)) return bounds;
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
