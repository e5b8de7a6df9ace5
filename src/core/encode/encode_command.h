#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/encode/picture.h"
#include "core/package/segmenter.h"
#include "core/probe/probe.h"
#include "core/submit/job_spec.h"

namespace mpegflow::encode {

/// What of an encoder revision the command line depends on.
struct EncoderFacts {
  int version_major = 5, version_minor = 1;  ///< of FFmpeg
  bool can_convert_colors = true;            ///< it has the filters zscale and tonemap
};

/// Of the text that `ffmpeg -version` begins with and the record that is kept of an encoder
/// revision; what they do not say is taken for granted.
EncoderFacts read_encoder_facts(const std::string& version, const std::string& record);

/// HEVC and AV1 keep HDR, in 10 bits; all else is SDR in 8.
PictureTarget find_target(const submit::RenditionSpec& rendition, const probe::VideoStream& video);

/// The rhythm that all renditions of a job share.
struct Rhythm {
  bool is_constant_rate = true;
  package::Rational frame_rate;        ///< of all renditions, if it is constant
  std::int64_t gop_frames = 0;         ///< key frame every so many frames, if it is constant
  double gop_duration = 2;             ///< seconds, else
  double start = 0;                    ///< seconds, when the first picture is shown
  package::Rational segment_duration;  ///< seconds, a whole number of GOPs
};

/// About `packaging.gop_duration` and `.segment_duration`, in whole frames of the source's rate.
Rhythm plan_rhythm(const probe::Probe& probe, const probe::VideoStream& video,
                   const submit::PackagingSpec& packaging);

/// Of audio that has no picture beside it.
Rhythm plan_audio_rhythm(const submit::PackagingSpec& packaging);

/// Brings one stream of text out as WebVTT on standard output.
std::vector<std::string> make_subtitle_command(const probe::Probe& probe,
                                               const probe::SubtitleStream& subtitles,
                                               const std::string& input_name);

/// The argument vectors ("ffmpeg" first), for a working folder that has the input as `input_name`.
/// The media comes out of standard output, -progress out of descriptor 3. One encoder thread: VBV
/// with several gives other pictures at every run (docs/adr).
std::vector<std::string> make_video_command(const probe::Probe& probe,
                                            const probe::VideoStream& video,
                                            const submit::RenditionSpec& rendition,
                                            const Rhythm& rhythm, const EncoderFacts& encoder,
                                            const std::string& input_name);
std::vector<std::string> make_audio_command(const probe::Probe& probe,
                                            const probe::AudioStream& audio,
                                            const submit::AudioSpec& spec,
                                            const EncoderFacts& encoder,
                                            const std::string& input_name);

/// What a file of its own is made of; a missing stream is null.
struct FileSources {
  const probe::Probe& probe;
  const probe::VideoStream* video = nullptr;
  const probe::AudioStream* audio = nullptr;
  std::string input_name;
};

/// One progressive MP4 with picture and sound, its index in front, written to `output`.
std::vector<std::string> make_file_command(const FileSources& sources,
                                           const submit::RenditionSpec* rendition,
                                           const submit::AudioSpec& audio, const Rhythm& rhythm,
                                           const EncoderFacts& encoder, const std::string& output);

}  // namespace mpegflow::encode
