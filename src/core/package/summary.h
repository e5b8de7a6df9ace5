#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "core/package/codec.h"
#include "core/probe/probe.h"

namespace mpegflow::package {

using probe::Rational;

/// Bytes of a segment that hold one key frame and what is needed to read it: the fragment's header
/// and the picture at its front.
struct KeyFrame {
  std::int64_t start = 0;   ///< presentation, ticks
  std::int64_t offset = 0;  ///< in the segment
  std::int64_t bytes = 0;

  bool operator==(const KeyFrame&) const = default;
};

/// One media segment. All times in ticks of the rendition.
struct Segment {
  std::string name;  ///< "seg_00001.m4s"
  std::int64_t bytes = 0;
  std::int64_t start = 0;            ///< presentation, 0 = start of the job's time line
  std::int64_t duration = 0;         ///< presentation, up to the start of the next segment
  std::int64_t decode_start = 0;     ///< tfdt
  std::int64_t decode_duration = 0;  ///< sum of the sample durations
  std::int64_t samples = 0;
  std::int64_t sync_samples = 0;
  bool starts_with_sync = false;
  std::vector<KeyFrame> key_frames = {};  ///< of video only

  bool operator==(const Segment&) const = default;
  std::int64_t end() const { return start + duration; }
};

/// What was really written for one rendition, enough for every playlist and check: nothing has to
/// be read back.
struct Summary {
  TrackKind kind = TrackKind::video;
  Codec codec;
  std::int64_t timescale = 0;   ///< ticks per second
  std::int64_t init_bytes = 0;  ///< of init.mp4
  /// Of the samples those at the front that are ours: silence before a late start.
  std::int64_t silent_samples = 0;
  Rational peak_frame_rate = {};  ///< of video; see PeakFrameRate
  std::vector<Segment> segments;

  bool operator==(const Summary&) const = default;
};

std::int64_t count_samples(const Summary& summary);
std::int64_t count_sync_samples(const Summary& summary);
/// Of the media segments, without init.mp4.
std::int64_t count_bytes(const Summary& summary);
/// Seconds presented, exactly, from the start of the first segment to the end of the last; in
/// lowest terms.
Rational find_duration(const Summary& summary);
/// Samples per second, in lowest terms: of a constant rate exactly that rate, else the average.
/// This is DASH's frameRate.
Rational find_frame_rate(const Summary& summary);
/// Where they come fastest, which is HLS's FRAME-RATE; the average if the record does not say it.
Rational find_peak_frame_rate(const Summary& summary);

/// Seconds of each segment, rounded to microseconds such that their sum never drifts from the true
/// time by more than half of one. What EXTINF says.
std::vector<std::int64_t> find_durations_us(const Summary& summary);

/// Bits per second, rounded up, as RFC 8216 wants them: the peak is the largest rate of any
/// contiguous run of segments that lasts 0.5 to 1.5 target durations (seconds), and never below the
/// average.
std::int64_t find_peak_bit_rate(const Summary& summary, std::int64_t target_duration);
std::int64_t find_average_bit_rate(const Summary& summary);

/// For the record; parse_summary(to_json(s)) == s. The record also says what follows from the
/// fields (duration, frame rate, counts), for people.
base::json::object to_json(const Summary& summary);
Summary parse_summary(const base::json::object& record);

}  // namespace mpegflow::package
