#include "core/verify/verify_rendition.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace mpegflow::verify {
namespace {

using encode::InputStreamStats;
using encode::StreamDamage;

// So many times longer than its frames last is no hole.
constexpr double kSparse = 8;
// Seconds from one key frame to the next; more is rare.
constexpr double kLongestGroup = 15;
// Seconds that somebody could miss.
constexpr double kNoticeable = 0.1;

/// The parts of a judgement, passed from check to check; the first fault stays the finding.
struct Gate {
  const Expectation& expectation;
  const RenditionFacts& facts;
  Verification result;

  bool is_video() const { return expectation.medium == Medium::video; }
  std::string_view medium() const { return is_video() ? "video" : "audio"; }

  void check(std::string name, bool ok, std::string expected, std::string found) {
    result.checks.push_back({std::move(name), ok, std::move(expected), std::move(found)});
  }
  void reject(std::string_view reason, std::string rule, const std::string& seen) {
    if (!result.is_accepted()) return;
    result.finding = retry::make_finding(reason, std::move(rule));
    if (result.finding.cause.ends_with('.')) result.finding.cause.pop_back();
    result.finding.cause += ": " + seen + ".";
  }
  void warn(std::string sentence) { result.warnings.push_back(std::move(sentence)); }
};

bool looks_cut(const Gate& gate) {
  return gate.expectation.cut_short || !gate.facts.stats.ended_early.empty();
}

struct Measured {
  std::int64_t packets_read = 0;
  std::int64_t frames_decoded = 0;
  std::int64_t samples_decoded = 0;
  StreamDamage damage;
  bool is_known = false;

  std::int64_t damaged() const { return damage.refused_packets + damage.corrupt_frames; }
};

const InputStreamStats* find_source(const Gate& gate) {
  const auto& inputs = gate.facts.stats.inputs;
  if (!gate.expectation.is_copied) return encode::find_decoded(gate.facts.stats, gate.medium());
  const auto found = std::ranges::find_if(inputs, [&](const InputStreamStats& stream) {
    return stream.type == gate.medium() && stream.packets_read > 0;
  });
  return found == inputs.end() ? nullptr : &*found;
}

Measured measure(const Gate& gate) {
  const InputStreamStats* stream = find_source(gate);
  if (stream == nullptr) return {};
  Measured measured;
  measured.is_known = true;
  measured.packets_read = stream->packets_read;
  measured.frames_decoded = stream->frames_decoded.value_or(0);
  measured.samples_decoded = stream->samples_decoded.value_or(0);
  measured.damage = encode::find_damage(gate.facts.stats, stream->file, stream->stream);
  measured.damage.refused_packets =
      std::max(measured.damage.refused_packets, stream->decode_errors.value_or(0));
  if (gate.expectation.has_empty_packets) measured.damage.refused_packets = 0;
  return measured;
}

/// Nothing came out at all: did the container give packets, and could they be decoded?
void check_anything(Gate& gate, const Measured& measured) {
  const bool has_output = gate.facts.samples > 0;
  gate.check("has_output", has_output, "> 0", std::to_string(gate.facts.samples));
  if (has_output) return;
  if (gate.expectation.is_copied)
    gate.reject("input_timestamps_broken", "verify_nothing_copied",
                fmt::format("{} packets of the {} stream were read, none could be placed in time",
                            measured.packets_read, gate.medium()));
  else if (!measured.is_known || measured.frames_decoded > 0)
    gate.reject("output_incomplete", "verify_nothing_written",
                fmt::format("{} frames were decoded, none was written", measured.frames_decoded));
  else if (measured.packets_read == 0)
    gate.reject(gate.facts.stats.ended_early.empty() && !gate.expectation.cut_short
                    ? "input_corrupt"
                    : "input_truncated",
                "verify_no_packets",
                fmt::format("not one packet of the {} stream could be read", gate.medium()));
  else
    gate.reject("bitstream_corrupt", "verify_nothing_decoded",
                fmt::format("{} packets were read, none could be decoded", measured.packets_read));
}

/// Video only: audio is cut into other frame sizes, so its length is compared instead.
void check_conservation(Gate& gate, const Measured& measured) {
  const Expectation& expectation = gate.expectation;
  if (!gate.is_video() || !measured.is_known || !expectation.keeps_frames || expectation.is_copied)
    return;
  const std::int64_t duplicated = std::max(gate.facts.stats.duplicated_frames,
                                           gate.facts.progress ? gate.facts.progress->dup : 0);
  const std::int64_t dropped = std::max(gate.facts.stats.dropped_frames,
                                        gate.facts.progress ? gate.facts.progress->drop : 0);
  const std::int64_t expected = measured.frames_decoded + duplicated - dropped;
  const bool ok = !expectation.is_whole_input || expected == gate.facts.samples;
  gate.check("frames_conserved", ok, std::to_string(expected), std::to_string(gate.facts.samples));
  if (!ok)
    gate.reject(
        "output_incomplete", "verify_frames_conserved",
        fmt::format("{} frames should have been written, {} were", expected, gate.facts.samples));
}

/// What the encoder says it wrote must have reached us.
void check_muxed(Gate& gate) {
  const encode::OutputStreamStats* output = encode::find_output(gate.facts.stats, gate.medium());
  if (output == nullptr) return;
  const bool ok = output->packets_muxed == gate.facts.samples;
  gate.check("packets_arrived", ok, std::to_string(output->packets_muxed),
             std::to_string(gate.facts.samples));
  if (!ok)
    gate.reject("output_incomplete", "verify_packets_arrived",
                fmt::format("FFmpeg wrote {} packets, {} arrived", output->packets_muxed,
                            gate.facts.samples));
}

void check_damage(Gate& gate, const Measured& measured) {
  const std::int64_t all =
      std::max({measured.packets_read, measured.frames_decoded, gate.facts.samples});
  const bool is_heavy = encode::is_heavy_damage(measured.damaged(), all);
  gate.check("damage", !is_heavy, "at most 3 places or 1 %",
             fmt::format("{} of {}", measured.damaged(), all));
  if (measured.damaged() == 0) return;
  const std::string seen = fmt::format("{} of {} {} frames are damaged or could not be decoded",
                                       measured.damaged(), all, gate.medium());
  if (is_heavy) gate.reject("bitstream_corrupt", "verify_damage", seen);
  else gate.warn(seen);
}

/// An edit list plays a part of the packets that a container counts: together they last longer than
/// what is to be played.
bool hides_packets(const Gate& gate, const Measured& measured, std::int64_t packets) {
  const Expectation& expectation = gate.expectation;
  if (!expectation.played) return false;
  double each = expectation.picture_duration;
  if (!gate.is_video() && measured.frames_decoded == 0 && gate.facts.samples > 0)
    each = gate.facts.duration / static_cast<double>(gate.facts.samples);  // of a copy
  else if (!gate.is_video() && expectation.source_rate > 0)
    each = static_cast<double>(measured.samples_decoded) /
           static_cast<double>(measured.frames_decoded * expectation.source_rate);
  const double hidden = static_cast<double>(packets) * each - *expectation.played;
  return hidden > std::max(4 * each, *expectation.played * 0.005);
}

/// Missing packets up to the tolerance are forgiven without a sign of a cut: some containers count
/// a little wrong.
void check_packets(Gate& gate, const Measured& measured) {
  const Expectation& expectation = gate.expectation;
  if (!measured.is_known || !expectation.packets || !expectation.is_whole_input) return;
  if (hides_packets(gate, measured, *expectation.packets)) {
    gate.check("packets_read", true, "those that the edit list plays",
               std::to_string(measured.packets_read));
    return;
  }
  const std::int64_t missing = *expectation.packets - measured.packets_read;
  const bool is_cut = looks_cut(gate);
  const std::int64_t tolerated = is_cut ? 0 : std::max<std::int64_t>(2, *expectation.packets / 200);
  const bool ok = missing <= tolerated || (expectation.counts_empty_packets && !is_cut &&
                                           gate.facts.stats.container_errors == 0);
  gate.check("packets_read", ok, std::to_string(*expectation.packets),
             std::to_string(measured.packets_read));
  const std::string seen = fmt::format("{} of {} {} packets are there", measured.packets_read,
                                       *expectation.packets, gate.medium());
  if (!ok && (is_cut || gate.facts.stats.container_errors == 0))
    gate.reject("input_truncated", "verify_packets_missing", seen);
  else if (!ok) gate.reject("input_corrupt", "verify_packets_unreadable", seen);
  else if (missing > 0) gate.warn(seen);
}

bool shows_loss(const Gate& gate) {
  return gate.facts.stats.corrupt_packets > 0 || gate.facts.stats.container_errors > 0;
}

/// Containers round, encoders pad, a last frame has no length of its own: a quarter of a second, or
/// 1 % up to 2 s. With a sign of a cut only what rounding explains.
double tolerance(const Gate& gate, double duration, bool is_own) {
  if (gate.expectation.tolerance) return *gate.expectation.tolerance;
  const double frame = gate.expectation.frame_rate > 0 ? 1 / gate.expectation.frame_rate : 0.04;
  const double rounding = std::clamp(2 * frame, 0.1, 2.0);
  if (looks_cut(gate) || shows_loss(gate)) return rounding;
  const double usual = std::max(0.25, std::min(duration * 0.01, 2.0));
  return std::max(rounding, is_own ? usual : 2 * usual);
}

void reject_short(Gate& gate, const Measured& measured, const std::string& seen) {
  const bool is_cut = looks_cut(gate);
  if (measured.damaged() > 3 && !is_cut)
    gate.reject("bitstream_corrupt", "verify_short_by_damage", seen);
  else if (gate.facts.stats.container_errors > 0 && !is_cut)
    gate.reject("input_corrupt", "verify_short_by_container", seen);
  else if (gate.expectation.is_length_from_times && !is_cut && !shows_loss(gate))
    // All that there is was read, so it is its time that jumps; FFmpeg closes such holes.
    gate.reject("input_timestamps_broken", "verify_jump", seen);
  else gate.reject("input_truncated", "verify_short", seen);
}

/// A steady stream with fewer frames than its length holds has a hole. Cameras skip frames too, so
/// it takes a complaint of a decoder or demuxer to call it damage.
void check_density(Gate& gate, const Measured& measured) {
  const Expectation& expectation = gate.expectation;
  if (!gate.is_video() || expectation.packets || !expectation.is_whole_input) return;
  if (!expectation.is_steady || gate.facts.duration <= 0) return;
  const double expected = gate.facts.duration * expectation.frame_rate;
  // Not a hole in the pictures but in time: a few seconds that last for hours. It is a pause if the
  // file says that it is so long and nobody complained.
  if (gate.facts.duration >
      kSparse * (1 + static_cast<double>(gate.facts.samples) / expectation.frame_rate)) {
    const bool is_pause =
        expectation.is_length_stated && measured.damaged() == 0 && !shows_loss(gate);
    const std::string spread =
        fmt::format("{} frames are spread over {:.0f} s", gate.facts.samples, gate.facts.duration);
    gate.check("no_jump", is_pause, fmt::format("{:.0f} frames", expected),
               std::to_string(gate.facts.samples));
    if (is_pause) return gate.warn(spread + ": for a while there is no new picture");
    return gate.reject("input_timestamps_broken", "verify_jump", spread);
  }
  const double missing = expected - static_cast<double>(gate.facts.samples);
  const bool ok = missing <= std::max(3.0, expected * 0.02);
  gate.check("no_hole", ok, fmt::format("{:.0f}", expected), std::to_string(gate.facts.samples));
  if (ok) return;
  const std::string seen =
      fmt::format("about {:.0f} of {:.0f} frames are missing in between", missing, expected);
  if (measured.damaged() > 0 || shows_loss(gate))
    gate.reject("bitstream_corrupt", "verify_hole", seen);
  else gate.warn(seen);
}

/// Seconds before the first key frame of a recording that began anywhere: nobody can show them.
double find_lead(const Gate& gate) {
  const Expectation& expectation = gate.expectation;
  if (!gate.is_video() || expectation.is_length_stated || !gate.facts.start) return 0;
  const double late = *gate.facts.start - expectation.start;
  return late > 0 && late <= kLongestGroup ? late : 0;
}

void check_duration(Gate& gate, const Measured& measured) {
  const Expectation& expectation = gate.expectation;
  const bool is_own = expectation.duration.has_value();
  std::optional<double> expected = is_own ? expectation.duration : expectation.container_duration;
  if (!expected || *expected <= 0) return;
  const double lead = find_lead(gate);
  *expected -= lead;
  if (lead > kNoticeable)
    gate.warn(fmt::format("the first {:.2f} s of the picture are left out: no key frame is in them",
                          lead));
  const double difference = gate.facts.duration - *expected;
  const std::string seen =
      fmt::format("{:.2f} s came out of {:.2f} s", gate.facts.duration, *expected);
  const double slack = expectation.may_be_longer ? kLongestGroup : 0;
  const double most = expectation.tolerance.value_or(std::max(1.0, *expected * 0.1));
  const bool is_long = difference > most + slack;
  const bool is_short = !expectation.may_be_shorter &&
                        -difference > tolerance(gate, *expected, is_own) + expectation.slack;
  gate.check("duration", !is_long && !is_short, fmt::format("{:.3f}", *expected),
             fmt::format("{:.3f}", gate.facts.duration));
  if (is_long) return gate.reject("input_timestamps_broken", "verify_long", seen);
  if (!is_short) return;
  // The container's length may be that of another stream: then it needs a second witness.
  const bool is_cut = looks_cut(gate) || shows_loss(gate) || measured.damaged() > 0;
  if (is_own || !expectation.has_other_streams || is_cut) reject_short(gate, measured, seen);
  else gate.warn(fmt::format("the {} is shorter than the file: {}", gate.medium(), seen));
}

/// A file that ends inside its last unit and states no length: nothing can show that what is
/// missing does not matter.
void check_cut(Gate& gate) {
  const Expectation& expectation = gate.expectation;
  if (!expectation.cut_short || expectation.is_length_stated || !expectation.is_whole_input) return;
  gate.check("not_cut", false, "whole", *expectation.cut_short);
  gate.reject("input_truncated", "verify_cut", *expectation.cut_short);
}

void note_demuxer(Gate& gate) {
  const encode::EncodeStats& stats = gate.facts.stats;
  if (stats.corrupt_packets > 0)
    gate.warn(fmt::format("the container marks {} packets as damaged", stats.corrupt_packets));
  if (!stats.ended_early.empty()) gate.warn(fmt::format("FFmpeg says: {}", stats.ended_early));
  if (gate.expectation.cut_short)
    gate.warn(fmt::format("the file looks cut: {}", *gate.expectation.cut_short));
}

retry::Finding conclude(const Gate& gate) {
  const retry::Finding& finding = gate.result.finding;
  if (finding.bucket == retry::Bucket::none)
    return retry::make_finding(gate.result.warnings.empty() ? "ok" : "ok_with_warnings",
                               "verify_exact");
  const bool blames_input = finding.status == retry::FindingStatus::failed_input;
  if (blames_input && gate.expectation.hash_match == false)
    return retry::make_finding("stage_in_corrupt", "fact_hash_mismatch");
  return finding;
}

}  // namespace

Verification verify_rendition(const Expectation& expectation, const RenditionFacts& facts) {
  Gate gate{expectation, facts, {}};
  gate.result.level = "exact";
  const Measured measured = measure(gate);
  if (!measured.is_known) gate.warn("FFmpeg printed no statistics; frames were not accounted for");
  check_anything(gate, measured);
  check_muxed(gate);
  check_conservation(gate, measured);
  check_packets(gate, measured);
  check_damage(gate, measured);
  check_duration(gate, measured);
  check_density(gate, measured);
  check_cut(gate);
  note_demuxer(gate);
  gate.result.finding = conclude(gate);
  return gate.result;
}

}  // namespace mpegflow::verify
