#include "core/retry/success.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/encode/stderr_reader.h"
#include "core/retry/complaints.h"

namespace mpegflow::retry {
namespace {

std::optional<Finding> judge_streamed_cut(const Case& c) {
  for (const RuleHit& hit : c.hits)
    if (hit.rule->id == "cut_transfer" || hit.rule->id == "timed_out")
      return make_finding(hit.rule->reason, std::string(hit.rule->id), {evidence_of(*hit.line)});
  return std::nullopt;
}

/// A plain conversion of one input: nothing in the arguments makes the output shorter or longer.
bool keeps_duration(const EncoderExit& exit) {
  constexpr std::array<std::string_view, 24> kChangers = {"-ss",
                                                          "-t",
                                                          "-to",
                                                          "-sseof",
                                                          "-frames",
                                                          "-vframes",
                                                          "-aframes",
                                                          "-shortest",
                                                          "-fs",
                                                          "-stream_loop",
                                                          "-loop",
                                                          "-itsoffset",
                                                          "-itsscale",
                                                          "-timelimit",
                                                          "-re",
                                                          "-readrate",
                                                          "-vf",
                                                          "-af",
                                                          "-filter_complex",
                                                          "-lavfi",
                                                          "-filter",
                                                          "-f",
                                                          "-segment_time",
                                                          "-pattern_type"};
  if (exit.argv.empty() || inputs_of(exit).size() != 1) return false;
  return std::none_of(exit.argv.begin(), exit.argv.end(), [&](const std::string& word) {
    const std::string_view option = std::string_view(word).substr(0, word.find(':'));
    return option == "-r" ||
           std::find(kChangers.begin(), kChangers.end(), option) != kChangers.end();
  });
}

std::optional<double> parse_seconds(std::string_view text) {
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return seconds;
}

std::int64_t count_damage(const Case& c) {
  std::int64_t damaged = 0;
  for (const encode::StreamDamage& damage : encode::read_encode_stats(c.log.lines).damage)
    damaged += damage.refused_packets + damage.corrupt_frames;
  return damaged;
}

/// The output plays much shorter or longer than what FFmpeg read in the header of the input.
std::optional<Finding> judge_duration(const Case& c) {
  const auto& out = c.exit.facts.output_seconds;
  const auto& in = c.log.input_seconds;
  if (!out || !in || *in <= 0 || !keeps_duration(c.exit)) return std::nullopt;
  const RuleHit* damage = find_hit(c, "damage");
  if (*out < *in * 0.93 && *in - *out > 0.3) {
    const RuleHit* ended = find_hit(c, "ended_early");
    const bool is_damaged = damage != nullptr && ended == nullptr && count_damage(c) > 3;
    if (*in > 100 * *out) return std::nullopt;  // the header was wrong, not the output
    return found_at(is_damaged ? "bitstream_corrupt" : "input_truncated", "output_short",
                    ended != nullptr ? ended : damage);
  }
  if (*out > 10 * *in + 10)
    return found_at(damage != nullptr ? "bitstream_corrupt" : "input_timestamps_broken",
                    "output_long", damage);
  return std::nullopt;
}

/// The header says how long the input is; of other formats FFmpeg guesses it from what is there.
bool tells_its_length(const Case& c) {
  const std::string_view format = c.log.input_format;
  return format.starts_with("matroska") || format.starts_with("mov,") || format == "asf" ||
         format == "wav" || format == "flac";
}

/// Without statistics verify has nothing to measure, so the complaints themselves must do.
std::optional<Finding> judge_unmeasured_loss(const Case& c) {
  if (c.exit.tool == "ffprobe" || !encode::read_encode_stats(c.log.lines).inputs.empty())
    return std::nullopt;
  if (const RuleHit* hit = find_hit(c, "time_range"); hit != nullptr && asks_for_part(c.exit))
    return found_at("time_range_empty", "time_range", hit);
  const bool is_empty =
      c.exit.facts.output_seconds.value_or(0) == 0 && c.exit.facts.output_bytes.value_or(0) < 4096;
  if (begins_too_late(c) && is_empty) return make_finding("time_range_empty", "begins_too_late");
  if (auto finding = judge_duration(c)) return finding;
  const RuleHit* ended = find_hit(c, "ended_early");
  const RuleHit* damage = find_hit(c, "damage");
  const std::int64_t places = count_damage(c);
  if (const RuleHit* subtitle = find_hit(c, "subtitle_file"))
    return found_at("subtitle_invalid", "subtitle_file", subtitle);
  // A recording put together of several says more of its length than its header.
  const bool is_longer = c.exit.facts.output_seconds && c.log.input_seconds &&
                         *c.exit.facts.output_seconds > 1.2 * *c.log.input_seconds;
  if (damage != nullptr && places > 0 && !(is_longer && places <= 2)) {
    const bool is_cut = ended != nullptr || (places <= 1 && !tells_its_length(c));
    return found_at(is_cut ? "input_truncated" : "bitstream_corrupt",
                    is_cut ? "cut_at_end" : "damage", ended != nullptr ? ended : damage);
  }
  if (ended != nullptr) return found_at("input_truncated", "ended_early", ended);
  return std::nullopt;
}

/// Messages with which FFmpeg admits a loss that its exit code does not tell.
bool admits_loss(const RuleHit& hit) {
  constexpr std::array<std::string_view, 6> kRules = {
      "no_space", "demuxing_io", "interleaved_write", "open_files", "read_only", "received_signal"};
  return std::find(kRules.begin(), kRules.end(), hit.rule->id) != kRules.end();
}

}  // namespace

bool begins_too_late(const Case& c) {
  const auto start = parse_seconds(value_of(c.exit, "-ss"));
  return start && c.log.input_seconds && *start >= *c.log.input_seconds;
}

Finding judge_success(const Case& c) {
  if (auto cut = judge_streamed_cut(c)) return std::move(*cut);
  if (auto cut = judge_connection(c)) return std::move(*cut);
  for (const RuleHit& hit : c.hits) {
    if (!admits_loss(hit)) continue;
    const std::string_view reason = judge(c, hit);
    if (!reason.empty()) return found_at(reason, std::string(hit.rule->id), &hit);
  }
  const ExitFacts& facts = c.exit.facts;
  if ((facts.disk_free == 0 || facts.disk_free_inodes == 0) && facts.output_bytes.value_or(0) == 0)
    return make_finding(judge_no_space(c), "fact_disk_full");
  if (auto loss = judge_unmeasured_loss(c)) return std::move(*loss);
  for (const std::string_view rule : {"font", "glyph", "fontconfig"})
    if (const RuleHit* hit = find_hit(c, rule))
      return found_at("font_missing", std::string(rule), hit);
  const bool has_warnings = std::any_of(c.hits.begin(), c.hits.end(), [](const RuleHit& hit) {
    return hit.rule->weight != Weight::wrapper;
  });
  return make_finding(has_warnings ? "ok_with_warnings" : "ok", "exit_zero");
}

}  // namespace mpegflow::retry
