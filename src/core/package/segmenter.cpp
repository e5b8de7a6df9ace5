#include "core/package/segmenter.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "core/package/segment_writer.h"
#include "core/package/silence.h"

namespace mpegflow::package {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kMaxSegmentSamples = 1 << 22;
/// Fragments of segment n are numbered from n × this on: a chunk numbers them as a whole stream
/// would.
constexpr std::int64_t kFragmentsPerSegment = 4096;
constexpr std::int64_t kLatestTime = std::int64_t{1} << 54;

std::uint32_t first_sequence(std::int64_t segment_number) {
  return static_cast<std::uint32_t>((segment_number - 1) * kFragmentsPerSegment + 1);
}

}  // namespace

std::vector<std::string> muxer_arguments(TrackKind kind) {
  std::vector<std::string> arguments = {"-map_chapters", "-1", "-write_tmcd", "0"};
  if (kind == TrackKind::audio) arguments.insert(arguments.end(), {"-frag_duration", "1000000"});
  const std::string cut = kind == TrackKind::video ? "+frag_keyframe" : "";
  arguments.insert(
      arguments.end(),
      {"-f", "mp4", "-movflags", cut + "+delay_moov+default_base_moof+frag_discont+skip_trailer"});
  return arguments;
}

Segmenter::Segmenter(TrackKind kind, SegmentPlan plan, SegmenterLimits limits)
    : kind_(kind), plan_(plan), limits_(limits), reader_(limits.max_segment_bytes) {
  constexpr std::int64_t kLargest = std::numeric_limits<std::int32_t>::max();
  base::check(plan.duration.is_known() && plan.duration.num <= kLargest &&
                  plan.duration.den <= kLargest && plan.first_number > 0,
              "a segment plan has a duration and a first number");
  summary_.kind = kind;
}

base::Result<std::vector<Piece>> Segmenter::feed(std::string_view bytes) {
  if (error_) return tl::unexpected(*error_);
  const auto fed =
      reader_.feed(bytes, [this](TopLevelBox box) { return take_box(std::move(box)); });
  if (!fed) {
    error_ = fed.error();
    return tl::unexpected(*error_);
  }
  return std::exchange(pieces_, {});
}

base::Result<std::vector<Piece>> Segmenter::finish() {
  const auto end = [this]() -> base::Result<void> {
    RETURN_IF_ERROR(reader_.finish());
    if (pending_) return fail_stream("it ends before the bytes of its last fragment");
    if (!has_begun_) return fail_stream("it holds no samples");
    // How long a sample lasts says when the next is decoded, which need not be the next that is
    // shown. Nothing follows the last one, so what it says is how long it is shown.
    const std::int64_t shown_until = last_presentation_ + last_duration_;
    RETURN_IF_ERROR(end_segment(shown_until));
    if (kind_ == TrackKind::video)
      summary_.peak_frame_rate = peak_frame_rate_.finish(shown_until, summary_.timescale);
    return {};
  };
  if (error_) return tl::unexpected(*error_);
  if (const auto ended = end(); !ended) {
    error_ = ended.error();
    return tl::unexpected(*error_);
  }
  error_ = base::Error{base::ErrorCode::internal, "the segmenter was used after its end"};
  return std::exchange(pieces_, {});
}

base::Result<void> Segmenter::take_box(TopLevelBox box) {
  switch (box.type) {
    case box_type("moov"): return take_moov(std::move(box.payload));
    case box_type("moof"): return take_moof(box);
    case box_type("mdat"): return take_mdat(box);
    default: return {};
  }
}

base::Result<void> Segmenter::take_moov(std::string payload) {
  if (track_) return fail_stream("it has two moov boxes");
  moov_ = std::move(payload);
  ASSIGN_OR_RETURN(track_, read_track(moov_, kind_));
  summary_.codec = track_->codec;
  summary_.timescale = track_->timescale;
  return {};
}

base::Result<void> Segmenter::take_moof(const TopLevelBox& box) {
  if (!track_) return fail_stream("a fragment comes before moov");
  if (pending_) return fail_stream("a fragment has no mdat");
  ASSIGN_OR_RETURN(pending_, read_fragment_header(box.payload, box.offset, *track_));
  return {};
}

base::Result<void> Segmenter::take_mdat(const TopLevelBox& box) {
  if (!pending_) return fail_stream("an mdat belongs to no fragment");
  const FragmentHeader header = *std::exchange(pending_, std::nullopt);
  const std::int64_t start = header.data_start - box.offset - box.header_size;
  if (start < 0 || start + header.data_size > static_cast<std::int64_t>(box.payload.size()))
    return fail_stream("a fragment's samples lie outside its mdat");
  if (!has_begun_) RETURN_IF_ERROR(begin_stream(header.fragment));
  RETURN_IF_ERROR(join(header.fragment.decode_time + shift_));
  std::string_view rest = std::string_view(box.payload).substr(static_cast<std::size_t>(start));
  for (const Sample& sample : header.fragment.samples) {
    RETURN_IF_ERROR(append(sample, rest.substr(0, sample.size)));
    rest.remove_prefix(sample.size);
  }
  return {};
}

/// Decode times in a file are not negative: the whole stream is moved by what is needed, and the
/// edit list takes it back. Sound that starts late is moved to the end of as many silent frames as
/// reach back to 0: players want all renditions to begin there.
base::Result<void> Segmenter::begin_stream(const Fragment& first) {
  shift_ = std::max<std::int64_t>(0, -first.decode_time);
  const std::string silence = find_silence(first.decode_time);
  if (!silence.empty()) {
    summary_.silent_samples = (first.decode_time + kAacFrame - 1) / kAacFrame;
    shift_ = summary_.silent_samples * kAacFrame - first.decode_time;
  }
  media_time_ = track_->media_time + shift_;
  const std::int64_t largest = track_->media_time_width == 8
                                   ? std::numeric_limits<std::int64_t>::max()
                                   : std::numeric_limits<std::int32_t>::max();
  if (shift_ > 0 && (track_->media_time_width == 0 || media_time_ > largest))
    return fail_stream("it starts before 0 and no edit list can say so");
  has_begun_ = true;
  next_decode_ = first.decode_time + shift_;
  const std::string init = make_init_segment(*track_, moov_, media_time_);
  moov_.clear();
  summary_.init_bytes = static_cast<std::int64_t>(init.size());
  pieces_.push_back({"init.mp4", init});
  if (silence.empty()) return {};
  next_decode_ = 0;
  const Sample silent{kAacFrame, static_cast<std::uint32_t>(silence.size()),
                      first.samples.front().flags, 0};
  for (std::int64_t i = 0; i < summary_.silent_samples; ++i)
    RETURN_IF_ERROR(append(silent, silence));
  return {};
}

/// A frame of silence for sound that starts at `decode_time`, or nothing if it needs none.
std::string Segmenter::find_silence(std::int64_t decode_time) const {
  const bool is_late = kind_ == TrackKind::audio && plan_.first_number == 1 && decode_time > 0;
  const Codec& codec = track_->codec;
  if (!is_late || codec.name != "mp4a.40.2" || track_->timescale != codec.sample_rate) return {};
  return make_silent_aac(codec.channels);
}

/// A fragment starts at `decode_time`: the sample before it lasts until then.
base::Result<void> Segmenter::join(std::int64_t decode_time) {
  const std::int64_t gap = decode_time - next_decode_;
  if (gap == 0) return {};
  Sample& last = fragments_.back().samples.back();
  const std::int64_t duration = last.duration + gap;
  if (duration < 0 || duration > std::numeric_limits<std::uint32_t>::max())
    return fail_stream(fmt::format("time jumps by {} ticks between two fragments", gap));
  last.duration = static_cast<std::uint32_t>(duration);
  segment_.decode_duration += gap;
  next_decode_ = decode_time;
  return {};
}

base::Result<void> Segmenter::append(const Sample& sample, std::string_view bytes) {
  const std::int64_t presentation = next_decode_ + sample.composition_offset - media_time_;
  if (next_decode_ > kLatestTime) return fail_stream("a sample has an impossible time");
  if (!fragments_.empty() && sample.is_sync() && is_boundary(presentation, sample.duration))
    RETURN_IF_ERROR(end_segment(presentation));
  if (fragments_.empty()) {
    segment_ = {};
    // What the edit list hides is not presented, so time starts at 0.
    segment_.start = std::max<std::int64_t>(0, presentation);
    segment_.decode_start = next_decode_;
    segment_.starts_with_sync = sample.is_sync();
    next_boundary_ = find_boundary_after(presentation, sample.duration);
  }
  if (fragments_.empty() || (kind_ == TrackKind::video && sample.is_sync())) {
    fragments_.emplace_back();
    fragments_.back().decode_time = next_decode_;
    const bool is_key = kind_ == TrackKind::video && sample.is_sync();
    key_starts_.push_back(is_key ? std::optional(std::max<std::int64_t>(0, presentation))
                                 : std::nullopt);
  }
  if (kind_ == TrackKind::video) shown_.push_back(std::max<std::int64_t>(0, presentation));
  segment_bytes_ += sample.size;
  if (segment_bytes_ > limits_.max_segment_bytes || ++segment_samples_ > kMaxSegmentSamples)
    return fail_stream("a segment grows beyond the limit: are there no key frames?");
  Fragment& fragment = fragments_.back();
  fragment.samples.push_back(sample);
  fragment.bytes += bytes;
  segment_.samples += 1;
  segment_.sync_samples += sample.is_sync() ? 1 : 0;
  segment_.decode_duration += sample.duration;
  next_decode_ += sample.duration;
  last_presentation_ = std::max(last_presentation_, presentation);
  last_duration_ = sample.duration;
  return {};
}

base::Result<void> Segmenter::end_segment(std::int64_t next_start) {
  const auto number = static_cast<std::int64_t>(summary_.segments.size()) + plan_.first_number;
  segment_.duration = next_start - segment_.start;
  if (segment_.duration <= 0) return fail_stream("a segment has no duration");
  segment_.name = fmt::format("seg_{:05}.m4s", number);
  MediaSegment made =
      make_media_segment(track_->id, first_sequence(number), std::exchange(fragments_, {}));
  const auto key_starts = std::exchange(key_starts_, {});
  for (std::size_t i = 0; i < key_starts.size(); ++i)
    if (key_starts[i])
      segment_.key_frames.push_back(
          {*key_starts[i], made.fragments[i].offset, made.fragments[i].first_bytes});
  Piece piece{segment_.name, std::move(made.bytes)};
  segment_.bytes = static_cast<std::int64_t>(piece.bytes.size());
  pieces_.push_back(std::move(piece));
  summary_.segments.push_back(std::exchange(segment_, {}));
  peak_frame_rate_.add(std::exchange(shown_, {}), summary_.timescale);
  segment_bytes_ = 0;
  segment_samples_ = 0;
  return {};
}

/// Twice the time from which on a sample counts as at a boundary: its middle, or 20 ms after its
/// start if it is a long picture, whose length says little.
std::int64_t Segmenter::twice_edge(std::int64_t presentation, std::uint32_t duration) const {
  const std::int64_t longest = track_->timescale / 25;
  const std::int64_t width =
      kind_ == TrackKind::video ? std::min<std::int64_t>(duration, longest) : duration;
  return 2 * presentation + width;
}

bool Segmenter::is_boundary(std::int64_t presentation, std::uint32_t duration) const {
  return Wide{twice_edge(presentation, duration)} * plan_.duration.den >=
         2 * Wide{next_boundary_} * plan_.duration.num * track_->timescale;
}

std::int64_t Segmenter::find_boundary_after(std::int64_t presentation,
                                            std::uint32_t duration) const {
  const Wide edge = Wide{twice_edge(presentation, duration)} * plan_.duration.den;
  const Wide step = 2 * Wide{plan_.duration.num} * track_->timescale;
  return edge < 0 ? 1 : static_cast<std::int64_t>(edge / step) + 1;
}

}  // namespace mpegflow::package
