#include "core/verify/expectation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace mpegflow::verify {
namespace {

/// MP4 states a number of samples unless it is fragmented.
bool states_length(std::string_view container, const Expectation& expectation) {
  if (container == "mov") return expectation.packets.has_value();
  constexpr std::array<std::string_view, 9> kStating = {"matroska", "avi", "flv",  "asf", "wav",
                                                        "w64",      "mxf", "aiff", "rm"};
  const bool has_length = expectation.duration || expectation.container_duration;
  return has_length && std::find(kStating.begin(), kStating.end(), container) != kStating.end();
}

template <class Stream>
const Stream* find_stream(const std::vector<Stream>& streams, int index) {
  const auto found = std::ranges::find(streams, index, &Stream::index);
  return found == streams.end() ? nullptr : &*found;
}

/// Uncompressed sound in MP4 is counted in samples, of which one packet has many.
bool counts_samples(const probe::AudioStream& audio) {
  return audio.packets && audio.duration && *audio.duration > 0 &&
         static_cast<double>(*audio.packets) >
             0.5 * *audio.duration * static_cast<double>(audio.sample_rate);
}

/// What a stream's header says of its length. In Matroska some muxers count it from the start of
/// the file and others from the stream's own.
std::optional<double> own_duration(const probe::Probe& probe, std::optional<double> stated,
                                   std::optional<double> start) {
  if (!stated || !probe.duration || probe.container != "matroska") return stated;
  return std::min(*stated, *probe.duration - probe::find_offset(probe, start));
}

}  // namespace

Expectation make_expectation(const probe::Probe& probe, const probe::Sniff& sniff, Medium medium,
                             std::int64_t sample_rate, std::optional<int> stream) {
  Expectation expectation;
  expectation.medium = medium;
  expectation.container_duration = probe.duration;
  expectation.has_other_streams = probe.video.size() + probe.audio.size() > 1;
  expectation.sample_rate = sample_rate;
  expectation.cut_short = sniff.cut_short;
  bool is_counted_in_samples = false;
  if (probe.container == "matroska") expectation.slack = std::max(0.0, probe.start.value_or(0));
  if (const probe::VideoStream* video =
          stream ? find_stream(probe.video, *stream) : probe::find_main_video(probe);
      medium == Medium::video && video != nullptr) {
    expectation.packets = video->frames;
    expectation.duration = own_duration(probe, video->duration, video->start);
    // A late start is none of the picture's length.
    if (probe.duration) *expectation.container_duration -= probe::find_offset(probe, video->start);
    expectation.counts_empty_packets = probe.container == "avi";
    expectation.start = probe::find_offset(probe, video->start);
    expectation.frame_rate = video->frame_rate.value();
    if (probe.container == "mov" && video->average_frame_rate.is_known()) {
      expectation.played = video->duration;
      expectation.picture_duration = 1 / video->average_frame_rate.value();
    }
    const double average = video->average_frame_rate.value();
    expectation.is_steady =
        expectation.frame_rate > 0 && std::abs(average - expectation.frame_rate) < 0.01 * average;
  }
  if (const probe::AudioStream* audio =
          stream ? find_stream(probe.audio, *stream) : probe::find_main_audio(probe);
      medium == Medium::audio && audio != nullptr) {
    expectation.packets = audio->packets;
    // AVI counts samples, bytes or packets, as its writer liked.
    is_counted_in_samples = probe.container == "avi" || counts_samples(*audio);
    if (probe.container == "mov") expectation.played = audio->duration;
    expectation.has_empty_packets = audio->has_empty_packets;
    expectation.source_rate = audio->sample_rate;
    expectation.duration = own_duration(probe, audio->duration, audio->start);
    // A late start is filled with silence.
    if (expectation.duration) *expectation.duration += probe::find_offset(probe, audio->start);
  }
  expectation.is_length_stated = states_length(probe.container, expectation);
  expectation.is_length_from_times = probe.container == "mpegts" || probe.container == "mpeg";
  if (is_counted_in_samples) expectation.packets.reset();
  return expectation;
}

}  // namespace mpegflow::verify
