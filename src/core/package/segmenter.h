#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/package/box.h"
#include "core/package/fragment.h"
#include "core/package/peak_frame_rate.h"
#include "core/package/summary.h"
#include "core/package/track.h"

namespace mpegflow::package {

/// The muxer part of the encoder's command line (the output, "pipe:1", follows), tried with FFmpeg
/// 5.1:
/// - one stream only: no chapters and no time code track;
/// - default_base_moof: the moof's positions do not depend on what was written before;
/// - delay_moov: the moov is written with the first fragment, so that it knows the encoder's delay
///   and has the edit list that hides it. With +cmaf (negative composition offsets, no edit list)
///   AAC came 1024 samples late, and ffprobe saw the first picture at the depth of reordering
///   instead of 0. One edit that is only an offset is also what MSE in browsers is known to honour;
/// - frag_discont: a stream that starts late, or a chunk, says so in tfdt, to the tick. Without it
///   FFmpeg writes an empty edit, rounded to milliseconds, and we refuse that;
/// - frag_keyframe: one fragment is one group of pictures; audio is cut every second instead;
/// - skip_trailer: nothing that a pipe could not take.
/// HEVC needs "-tag:v hvc1" from the encoder's part, or Apple's players refuse it.
std::vector<std::string> muxer_arguments(TrackKind kind);

/// Where segments end: at k × duration on the presentation's time line, the same for all
/// renditions. A fraction, so that nothing drifts: 180 pictures at 30000/1001 are 180180/30000 s.
struct SegmentPlan {
  Rational duration;              ///< seconds
  std::int64_t first_number = 1;  ///< of the first segment; more than 1 in a later chunk

  bool operator==(const SegmentPlan&) const = default;
};

/// A file to be written: "init.mp4" or "seg_00001.m4s".
struct Piece {
  std::string name;
  std::string bytes;

  bool operator==(const Piece&) const = default;
};

struct SegmenterLimits {
  std::int64_t max_segment_bytes = std::int64_t{512} << 20;  ///< also of one fragment
};

/// Turns what one encoder writes to its pipe into CMAF segments, in one pass; the output does not
/// depend on how the input is chunked. Video is cut at the first key frame at or after a boundary
/// (half a picture before it counts as at it, but never more than 20 ms), audio at the sample
/// nearest to it. AAC that starts late has silence put before it, from 0 on. Holds one segment and
/// one fragment at most. After an error every call returns that error.
class Segmenter {
 public:
  Segmenter(TrackKind kind, SegmentPlan plan, SegmenterLimits limits = {});

  base::Result<std::vector<Piece>> feed(std::string_view bytes);
  /// The end of the pipe: the last segment, or an error if the stream stops in the middle or has
  /// no samples. An encoder that died between two fragments looks like one that was done: compare
  /// with the frames that went in.
  base::Result<std::vector<Piece>> finish();

  /// Of the pieces handed out so far; complete after finish().
  const Summary& summary() const { return summary_; }

 private:
  base::Result<void> take_box(TopLevelBox box);
  base::Result<void> take_moov(std::string payload);
  base::Result<void> take_moof(const TopLevelBox& box);
  base::Result<void> take_mdat(const TopLevelBox& box);
  base::Result<void> begin_stream(const Fragment& first);
  std::string find_silence(std::int64_t decode_time) const;
  base::Result<void> join(std::int64_t decode_time);
  base::Result<void> append(const Sample& sample, std::string_view bytes);
  base::Result<void> end_segment(std::int64_t next_start);
  bool is_boundary(std::int64_t presentation, std::uint32_t duration) const;
  std::int64_t find_boundary_after(std::int64_t presentation, std::uint32_t duration) const;
  std::int64_t twice_edge(std::int64_t presentation, std::uint32_t duration) const;

  TrackKind kind_;
  SegmentPlan plan_;
  SegmenterLimits limits_;
  TopLevelReader reader_;
  std::optional<base::Error> error_;
  std::vector<Piece> pieces_;
  Summary summary_;

  std::string moov_;
  std::optional<Track> track_;
  std::optional<FragmentHeader> pending_;  ///< a moof whose mdat has not come yet
  bool has_begun_ = false;
  std::int64_t shift_ = 0;       ///< added to FFmpeg's decode times so that none is negative
  std::int64_t media_time_ = 0;  ///< of our edit list
  std::int64_t next_decode_ = 0;

  /// The segment being filled.
  std::vector<Fragment> fragments_;
  Segment segment_;
  std::int64_t segment_bytes_ = 0;
  std::int64_t segment_samples_ = 0;
  std::vector<std::int64_t> shown_;  ///< when each picture of it is shown
  /// Presentation times of those fragments of it that start with a key frame, in their order.
  std::vector<std::optional<std::int64_t>> key_starts_;
  std::int64_t next_boundary_ = 0;      ///< k: the segment ends at k × duration
  std::int64_t last_presentation_ = 0;  ///< the latest of all samples so far
  std::int64_t last_duration_ = 0;      ///< of the sample that was decoded last
  PeakFrameRate peak_frame_rate_;
};

}  // namespace mpegflow::package
