#include "core/package/find_fault.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/package/silence.h"

namespace mpegflow::package {
namespace {

using Fault = std::optional<std::string>;

Fault find_segment_fault(const Segment& segment) {
  if (segment.bytes <= 0 || segment.samples <= 0) return segment.name + " is empty";
  if (segment.duration <= 0 || segment.decode_duration <= 0)
    return segment.name + " has no duration";
  if (!segment.starts_with_sync) return segment.name + " does not start with a key frame";
  return std::nullopt;
}

Fault find_gap(const Segment& before, const Segment& after) {
  if (before.decode_start + before.decode_duration != after.decode_start)
    return fmt::format("{} starts at tick {} of decoding, {} ends at {}", after.name,
                       after.decode_start, before.name,
                       before.decode_start + before.decode_duration);
  if (before.end() != after.start)
    return fmt::format("{} starts at tick {}, {} ends at {}", after.name, after.start, before.name,
                       before.end());
  return std::nullopt;
}

Fault find_structure_fault(const Summary& summary) {
  if (summary.segments.empty() || summary.timescale <= 0 || summary.init_bytes <= 0)
    return "no segment was written";
  const Segment* before = nullptr;
  for (const Segment& segment : summary.segments) {
    if (auto fault = find_segment_fault(segment)) return fault;
    if (before != nullptr)
      if (auto fault = find_gap(*before, segment)) return fault;
    before = &segment;
  }
  return std::nullopt;
}

/// Frames of sound whose times run into each other: a player would be late from there on.
Fault find_squeeze(const Summary& summary) {
  if (summary.codec.name != "mp4a.40.2" || summary.timescale != summary.codec.sample_rate)
    return std::nullopt;
  const double lasts = static_cast<double>(count_samples(summary) * kAacFrame) /
                       static_cast<double>(summary.timescale);
  const double duration = find_duration(summary).value();
  if (lasts <= duration + std::max(1.0, duration * 0.01)) return std::nullopt;
  return fmt::format("{:.1f} s of sound were squeezed into {:.1f} s", lasts, duration);
}

Fault find_late_segment(const Summary& summary, const Expectation& expectation) {
  const double step = expectation.segment_duration->value();
  const auto timescale = static_cast<double>(summary.timescale);
  const auto first =
      std::round(static_cast<double>(summary.segments.front().start) / timescale / step);
  for (std::size_t i = 1; i < summary.segments.size(); ++i) {
    const double start = static_cast<double>(summary.segments[i].start) / timescale;
    const double planned = (first + static_cast<double>(i)) * step;
    if (std::abs(start - planned) > expectation.segment_tolerance)
      return fmt::format("{} starts at {:.6f} s, planned was {:.6f} s", summary.segments[i].name,
                         start, planned);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> find_fault(const Summary& summary, const Expectation& expectation) {
  if (auto fault = find_structure_fault(summary)) return fault;
  if (auto fault = find_squeeze(summary)) return fault;
  const auto segments = static_cast<std::int64_t>(summary.segments.size());
  if (expectation.segments && *expectation.segments != segments)
    return fmt::format("{} segments were written, planned were {}", segments,
                       *expectation.segments);
  if (expectation.samples && *expectation.samples != count_samples(summary))
    return fmt::format("{} samples were written, {} went in", count_samples(summary),
                       *expectation.samples);
  const double start =
      static_cast<double>(summary.segments.front().start) / static_cast<double>(summary.timescale);
  if (expectation.start && std::abs(start - *expectation.start) > 0.5e-3)
    return fmt::format("it starts at {:.6f} s, not at {:.6f} s", start, *expectation.start);
  const double duration = find_duration(summary).value();
  if (expectation.duration &&
      std::abs(duration - *expectation.duration) > expectation.duration_tolerance)
    return fmt::format("it lasts {:.3f} s, expected were {:.3f} s", duration,
                       *expectation.duration);
  if (expectation.segment_duration) return find_late_segment(summary, expectation);
  return std::nullopt;
}

}  // namespace mpegflow::package
