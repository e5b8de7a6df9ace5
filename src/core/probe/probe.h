#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace mpegflow::probe {

/// A fraction as FFmpeg prints it ("30000/1001"); 0/0 or 0/1 means unknown.
struct Rational {
  std::int64_t num = 0;
  std::int64_t den = 1;

  bool operator==(const Rational&) const = default;
  bool is_known() const { return num > 0 && den > 0; }
  double value() const {
    return den == 0 ? 0 : static_cast<double>(num) / static_cast<double>(den);
  }
};

/// What a look at some frames says of how they were scanned.
struct FieldCounts {
  std::int64_t top_first = 0, bottom_first = 0, progressive = 0, undetermined = 0;

  bool operator==(const FieldCounts&) const = default;
};

/// The display on which HDR10 was graded (SMPTE ST 2086).
struct MasteringDisplay {
  struct Point {
    double x = 0, y = 0;  ///< CIE 1931

    bool operator==(const Point&) const = default;
  };
  Point red, green, blue, white;
  double least = 0, most = 0;  ///< cd/m²

  bool operator==(const MasteringDisplay&) const = default;
};

/// How light the lightest pixel and the lightest picture are, in cd/m²; 0 is unknown.
struct ContentLight {
  std::int64_t most = 0, average = 0;

  bool operator==(const ContentLight&) const = default;
};

struct LightMetadata {
  std::optional<MasteringDisplay> display;
  std::optional<ContentLight> content;

  bool operator==(const LightMetadata&) const = default;
};

struct VideoStream {
  int index = 0;  ///< in the container
  std::string codec;
  std::string tag;  ///< as the container names the codec: "avc1"; "encv" if it is encrypted
  std::int64_t width = 0, height = 0;  ///< coded picture, pixels
  Rational sample_aspect{1, 1};
  int rotation = 0;     ///< degrees clockwise to show it upright: 0, 90, 180, 270
  Rational frame_rate;  ///< r_frame_rate: the lowest rate that holds all times
  Rational average_frame_rate;
  std::string pixel_format;
  std::string color_transfer, color_primaries, color_space, color_range;
  std::string field_order;
  std::optional<FieldCounts> fields;  ///< nullopt: nobody has looked
  LightMetadata light;
  std::optional<double> duration;      ///< seconds, stated for this stream
  std::optional<double> start;         ///< seconds
  std::optional<std::int64_t> frames;  ///< stated by the container
  std::string language;
  bool is_cover_art = false;
  bool is_default = false;  ///< the file wants it shown if nothing else is asked for
  /// Seconds by which FFmpeg shows the pictures before their time (see edit_look.h); `start` is
  /// the true one.
  double shown_early = 0;
  bool has_hidden_alpha = false;  ///< VP8, VP9: transparency in a layer that few decoders read

  bool operator==(const VideoStream&) const = default;
};

struct AudioStream {
  int index = 0;
  std::string codec;
  std::string tag;  ///< "mp4a"; "enca" if it is encrypted
  std::int64_t sample_rate = 0;
  std::int64_t channels = 0;
  std::string channel_layout;  ///< "5.1(side)"; empty if the file does not say
  std::string language;        ///< as the file has it: "eng", "de"; "und" is unknown
  std::string title;
  bool is_default = false;
  bool is_commentary = false;
  bool is_described = false;  ///< for those who do not see the picture
  /// FFmpeg cannot decode such packets and gives them a length: the times of the others are wrong.
  bool has_empty_packets = false;
  std::optional<double> duration;
  std::optional<double> start;
  std::optional<std::int64_t> packets;  ///< stated by the container

  bool operator==(const AudioStream&) const = default;
};

struct SubtitleStream {
  int index = 0;
  std::string codec;  ///< "subrip", "mov_text", "ass"; "dvd_subtitle" is made of pictures
  std::string language;
  std::string title;
  bool is_default = false;
  bool is_forced = false;    ///< only what is foreign in the sound
  bool is_captions = false;  ///< for those who do not hear the sound

  bool operator==(const SubtitleStream&) const = default;
};

/// What an input is, from our own look at its first bytes and from ffprobe.
struct Probe {
  std::string container;  ///< FFmpeg demuxer that we force with -f: "mov", "matroska", "mpegts", …
  std::int64_t size = 0;           ///< bytes
  std::optional<double> duration;  ///< seconds, of the whole container
  std::optional<double> start;     ///< seconds
  std::int64_t bit_rate = 0;
  std::vector<VideoStream> video;  ///< pictures that are cover art last
  std::vector<AudioStream> audio;
  std::vector<SubtitleStream> subtitles;
  int other_streams = 0;  ///< data, time codes, attachments

  bool operator==(const Probe&) const = default;
};

/// Of the streams that are moving pictures, not cover art: one that the file wants shown before
/// others, then the largest, then the first; nullptr if there is none.
const VideoStream* find_main_video(const Probe& probe);
VideoStream* find_main_video(Probe& probe);
/// One that the file wants heard before others, then the first; nullptr if there is none.
const AudioStream* find_main_audio(const Probe& probe);
const AudioStream* find_audio(const Probe& probe, int index);

/// Seconds from the start of the job's time line, which is the earliest start of all, to `start`.
double find_offset(const Probe& probe, std::optional<double> start);

/// Reads `ffprobe -v error -print_format json -show_format -show_streams` (invalid_argument if it
/// is not that).
base::Result<Probe> parse_ffprobe(std::string_view json_text, std::string container,
                                  std::int64_t size);

/// For the record; parse_probe(to_json(p)) == p.
base::json::object to_json(const Probe& probe);
Probe parse_probe(const base::json::object& record);

}  // namespace mpegflow::probe
