#include "core/package/summary.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

namespace mpegflow::package {
namespace {

namespace json = base::json;

__extension__ using Wide = __int128;

template <class Field>
std::int64_t sum_of(const Summary& summary, Field Segment::*field) {
  std::int64_t sum = 0;
  for (const Segment& segment : summary.segments) sum += segment.*field;
  return sum;
}

Rational reduce(Wide num, Wide den) {
  Wide a = num, b = den;
  while (b != 0) a = std::exchange(b, a % b);
  if (a == 0) return {0, 1};
  return {static_cast<std::int64_t>(num / a), static_cast<std::int64_t>(den / a)};
}

/// Microseconds of `ticks` (not negative), rounded to the nearest.
std::int64_t to_us(std::int64_t ticks, std::int64_t timescale) {
  return static_cast<std::int64_t>((Wide{ticks} * 2'000'000 + timescale) / (2 * Wide{timescale}));
}

std::int64_t rate_of(std::int64_t bytes, std::int64_t us) {
  return static_cast<std::int64_t>((Wide{bytes} * 8'000'000 + us - 1) / us);
}

/// [start, offset, bytes] of each.
json::array to_json(const std::vector<KeyFrame>& frames) {
  json::array list;
  for (const KeyFrame& frame : frames)
    list.push_back(json::array{frame.start, frame.offset, frame.bytes});
  return list;
}

std::vector<KeyFrame> parse_key_frames(const json::array& list) {
  std::vector<KeyFrame> frames;
  for (const json::value& one : list) {
    const auto* numbers = one.if_array();
    if (numbers == nullptr || numbers->size() != 3) continue;
    const auto at = [&](std::size_t i) {
      return (*numbers)[i].is_int64() ? (*numbers)[i].get_int64() : 0;
    };
    frames.push_back({at(0), at(1), at(2)});
  }
  return frames;
}

json::object to_json(const Rational& rate) {
  return {{"num", rate.num}, {"den", rate.den}};
}

Rational parse_rational(const json::object& record) {
  return {base::int_or(record, "num"), std::max<std::int64_t>(1, base::int_or(record, "den"))};
}

json::object to_json(const Segment& segment) {
  return {{"name", segment.name},
          {"bytes", segment.bytes},
          {"start", segment.start},
          {"duration", segment.duration},
          {"decode_start", segment.decode_start},
          {"decode_duration", segment.decode_duration},
          {"samples", segment.samples},
          {"sync_samples", segment.sync_samples},
          {"starts_with_sync", segment.starts_with_sync},
          {"key_frames", to_json(segment.key_frames)}};
}

Segment parse_segment(const json::object& record) {
  Segment segment;
  segment.name = base::text_or(record, "name");
  segment.bytes = base::int_or(record, "bytes");
  segment.start = base::int_or(record, "start");
  segment.duration = base::int_or(record, "duration");
  segment.decode_start = base::int_or(record, "decode_start");
  segment.decode_duration = base::int_or(record, "decode_duration");
  segment.samples = base::int_or(record, "samples");
  segment.sync_samples = base::int_or(record, "sync_samples");
  segment.starts_with_sync = base::bool_or(record, "starts_with_sync");
  segment.key_frames = parse_key_frames(base::array_or(record, "key_frames"));
  return segment;
}

}  // namespace

std::int64_t count_samples(const Summary& summary) {
  return sum_of(summary, &Segment::samples);
}

std::int64_t count_sync_samples(const Summary& summary) {
  return sum_of(summary, &Segment::sync_samples);
}

std::int64_t count_bytes(const Summary& summary) {
  return sum_of(summary, &Segment::bytes);
}

Rational find_duration(const Summary& summary) {
  if (summary.segments.empty() || summary.timescale <= 0) return {0, 1};
  return reduce(summary.segments.back().end() - summary.segments.front().start, summary.timescale);
}

Rational find_frame_rate(const Summary& summary) {
  const std::int64_t ticks = sum_of(summary, &Segment::duration);
  if (ticks <= 0) return {0, 1};
  return reduce(Wide{count_samples(summary)} * summary.timescale, ticks);
}

Rational find_peak_frame_rate(const Summary& summary) {
  return summary.peak_frame_rate.is_known() ? summary.peak_frame_rate : find_frame_rate(summary);
}

std::vector<std::int64_t> find_durations_us(const Summary& summary) {
  std::vector<std::int64_t> durations;
  if (summary.timescale <= 0) return durations;
  for (const Segment& segment : summary.segments)
    durations.push_back(to_us(segment.end(), summary.timescale) -
                        to_us(segment.start, summary.timescale));
  return durations;
}

std::int64_t find_peak_bit_rate(const Summary& summary, std::int64_t target_duration) {
  const std::vector<std::int64_t> durations = find_durations_us(summary);
  std::int64_t peak = find_average_bit_rate(summary);
  for (std::size_t first = 0; first < durations.size(); ++first) {
    std::int64_t bytes = 0, us = 0;
    for (std::size_t last = first; last < durations.size(); ++last) {
      bytes += summary.segments[last].bytes;
      us += durations[last];
      if (2 * us > 3'000'000 * target_duration) break;
      if (us > 0 && 2 * us >= 1'000'000 * target_duration)
        peak = std::max(peak, rate_of(bytes, us));
    }
  }
  return peak;
}

std::int64_t find_average_bit_rate(const Summary& summary) {
  const std::vector<std::int64_t> durations = find_durations_us(summary);
  const std::int64_t us = std::accumulate(durations.begin(), durations.end(), std::int64_t{0});
  return us > 0 ? rate_of(count_bytes(summary), us) : 0;
}

json::object to_json(const Summary& summary) {
  const Rational duration = find_duration(summary);
  json::object record = {{"kind", to_word(summary.kind)}, {"codec", summary.codec.name}};
  if (summary.kind == TrackKind::video) {
    const Rational rate = find_frame_rate(summary);
    record["width"] = summary.codec.width;
    record["height"] = summary.codec.height;
    record["video_range"] = summary.codec.video_range;
    record["frame_rate"] = fmt::format("{}/{}", rate.num, rate.den);
    record["frame_rate_3_decimals"] = fmt::format("{:.3f}", rate.value());
    if (summary.peak_frame_rate.is_known())
      record["peak_frame_rate"] = to_json(summary.peak_frame_rate);
  } else {
    record["sample_rate"] = summary.codec.sample_rate;
    record["channels"] = summary.codec.channels;
  }
  record["timescale"] = summary.timescale;
  record["duration"] = fmt::format("{}/{}", duration.num, duration.den);
  record["samples"] = count_samples(summary);
  record["sync_samples"] = count_sync_samples(summary);
  record["init_bytes"] = summary.init_bytes;
  if (summary.silent_samples > 0) record["silent_samples"] = summary.silent_samples;
  json::array segments;
  for (const Segment& segment : summary.segments) segments.push_back(to_json(segment));
  record["segments"] = std::move(segments);
  return record;
}

Summary parse_summary(const json::object& record) {
  Summary summary;
  summary.kind = base::text_or(record, "kind") == "audio" ? TrackKind::audio : TrackKind::video;
  summary.codec.name = base::text_or(record, "codec");
  summary.codec.width = base::int_or(record, "width");
  summary.codec.height = base::int_or(record, "height");
  summary.codec.video_range = base::text_or(record, "video_range");
  summary.codec.sample_rate = base::int_or(record, "sample_rate");
  summary.codec.channels = base::int_or(record, "channels");
  summary.timescale = base::int_or(record, "timescale");
  summary.init_bytes = base::int_or(record, "init_bytes");
  summary.silent_samples = base::int_or(record, "silent_samples");
  summary.peak_frame_rate = parse_rational(base::object_or(record, "peak_frame_rate"));
  for (const json::value& segment : base::array_or(record, "segments"))
    if (segment.is_object()) summary.segments.push_back(parse_segment(segment.get_object()));
  return summary;
}

}  // namespace mpegflow::package
