#include "core/verify/verify_output.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "core/verify/verify_rendition.h"

namespace mpegflow::verify {
namespace {

// With less room than this a writer has most likely been cut off.
constexpr std::int64_t kNoRoom = 64 * 1024;
// Small damage in a stream that is only passed on was in the input.
constexpr std::int64_t kForgivenErrors = 3;

void add_check(Verification& result, std::string name, bool ok, std::string expected,
               std::string found, std::string_view reason) {
  if (!ok && result.is_accepted()) {
    result.finding = retry::make_finding(reason, "verify_" + name);
    if (result.finding.cause.ends_with('.')) result.finding.cause.pop_back();
    result.finding.cause += fmt::format(": {}, expected {}, found {}.", name, expected, found);
  }
  result.checks.push_back({std::move(name), ok, std::move(expected), std::move(found)});
}

std::string describe_part(const DecodedPart& part) {
  if (part.errors > 0) return fmt::format("{} errors, first: {}", part.errors, part.first_error);
  return part.ended_well ? "no errors" : "the decoder failed";
}

void add_part(Verification& result, const DecodedPart& part, std::int64_t allowed,
              std::string_view reason) {
  const bool ok = part.errors <= allowed && (part.ended_well || part.errors > 0);
  add_check(result, part.place + "_decodes", ok,
            allowed == 0 ? "no errors" : fmt::format("at most {} errors", allowed),
            describe_part(part), reason);
  if (ok && part.errors > 0)
    result.warnings.push_back(
        fmt::format("{} errors while decoding the {}", part.errors, part.place));
}

struct Judge {
  const OutputExpectation& expectation;
  const CommandFacts& run;
  const OutputFacts& facts;
  Verification result;

  const OutputShape& shape() const { return expectation.shape.outputs.at(expectation.output); }
  bool is_copied() const { return shape().copies_video || shape().copies_audio; }

  void check(std::string name, bool ok, std::string expected, std::string found,
             std::string_view reason) {
    add_check(result, std::move(name), ok, std::move(expected), std::move(found), reason);
  }
};

std::vector<encode::OutputStreamStats> find_streams_of(const Judge& judge) {
  std::vector<encode::OutputStreamStats> streams;
  for (const encode::OutputStreamStats& stream : judge.run.stats.outputs)
    if (stream.file == static_cast<int>(judge.expectation.output)) streams.push_back(stream);
  return streams;
}

std::string describe_streams(std::int64_t video, std::int64_t audio) {
  return fmt::format("{} video, {} audio", video, audio);
}

/// What FFmpeg said that it muxed must be in the file.
void check_stream_set(Judge& judge) {
  const auto written = find_streams_of(judge);
  if (written.empty()) return;
  // Some muxers leave a stream out that got no packet.
  const auto count = [&](std::string_view type) -> std::int64_t {
    return std::ranges::count_if(written, [&](const encode::OutputStreamStats& stream) {
      return stream.type == type && stream.packets_muxed > 0;
    });
  };
  const auto video = static_cast<std::int64_t>(judge.facts.probe->video.size());
  const auto audio = static_cast<std::int64_t>(judge.facts.probe->audio.size());
  const std::int64_t wanted_video = count("video"), wanted_audio = count("audio");
  judge.check("streams", video >= wanted_video && audio >= wanted_audio,
              describe_streams(wanted_video, wanted_audio), describe_streams(video, audio),
              judge.is_copied() ? "codec_container_mismatch" : "output_incomplete");
}

bool is_cut_by_command(const Judge& judge) {
  const CommandShape& shape = judge.expectation.shape;
  return judge.shape().start || judge.shape().limit ||
         std::ranges::any_of(shape.inputs, [](const InputShape& input) {
           return input.start || input.limit || input.is_from_end;
         });
}

/// A file of a header alone: a cut beyond the end, or times that no frame could be placed by.
void check_not_hollow(Judge& judge) {
  const auto written = find_streams_of(judge);
  std::int64_t packets = 0, muxed = 0;
  for (const auto& [index, count] : judge.facts.packets) packets += count;
  for (const auto& stream : written) muxed += stream.packets_muxed;
  const probe::Probe& probe = *judge.facts.probe;
  const bool has_streams = !probe.video.empty() || !probe.audio.empty() || !probe.subtitles.empty();
  if (judge.facts.packets.empty() && has_streams) return;  // they were not counted
  const std::string_view reason = is_cut_by_command(judge)          ? "time_range_empty"
                                  : judge.is_copied() && muxed == 0 ? "input_timestamps_broken"
                                                                    : "output_incomplete";
  judge.check("packets", packets > 0, "1 or more", std::to_string(packets), reason);
}

/// Times that the container needs and the copied stream does not have.
void check_times(Judge& judge) {
  const bool is_timeless =
      std::ranges::any_of(judge.facts.probe->video, [&](const probe::VideoStream& stream) {
        return !stream.is_cover_art && !stream.start && !stream.duration &&
               !judge.facts.probe->duration;
      });
  if (!judge.shape().copies_video || judge.facts.probe->video.empty()) return;
  judge.check("times", !is_timeless, "frames have times", is_timeless ? "none has" : "they have",
              "input_timestamps_broken");
}

void check_decodes(Judge& judge) {
  const bool is_passed_on = judge.is_copied();
  const std::int64_t allowed =
      judge.expectation.max_decode_errors.value_or(is_passed_on ? kForgivenErrors : 0);
  for (const DecodedPart& part : judge.facts.decoded)
    add_part(judge.result, part, allowed, is_passed_on ? "bitstream_corrupt" : "output_incomplete");
}

/// Containers in which a packet that was muxed is a packet that is read.
bool counts_exactly(std::string_view container) {
  return container == "mov" || container == "matroska" || container == "flv" || container == "avi";
}

struct Stream {
  int index = 0;
  std::optional<double> duration;
};

std::optional<Stream> find_output_stream(const probe::Probe& probe, Medium medium) {
  if (medium == Medium::video) {
    const auto* stream = probe::find_main_video(probe);
    if (stream == nullptr) return std::nullopt;
    return Stream{stream->index, stream->duration ? stream->duration : probe.duration};
  }
  const auto* stream = probe::find_main_audio(probe);
  if (stream == nullptr) return std::nullopt;
  return Stream{stream->index, stream->duration ? stream->duration : probe.duration};
}

/// The input stream of this kind that was read, if it was one alone.
std::optional<int> find_read_stream(const Judge& judge, std::string_view type, bool is_copied) {
  std::optional<int> found;
  for (const encode::InputStreamStats& stream : judge.run.stats.inputs) {
    const bool is_read = is_copied ? stream.packets_read > 0 : stream.frames_decoded.has_value();
    if (stream.type != type || !is_read) continue;
    if (found) return std::nullopt;
    found = stream.stream;
  }
  return found;
}

bool has_one_of(const Judge& judge, std::string_view type) {
  return std::ranges::count(judge.run.stats.outputs, type, &encode::OutputStreamStats::type) == 1;
}

/// What came out of this medium against what went in; the rules are those of our own renditions.
void check_medium(Judge& judge, Medium medium, std::string_view type, const LengthBounds& bounds) {
  const probe::Probe& output = *judge.facts.probe;
  const auto stream = find_output_stream(output, medium);
  const OutputShape& shape = judge.shape();
  const bool is_copied = medium == Medium::video ? shape.copies_video : shape.copies_audio;
  const auto read = find_read_stream(judge, type, is_copied);
  if (!stream || !read) return;
  const Source& source = *judge.expectation.source;
  Expectation expectation = make_expectation(source.probe, source.sniff, medium, 0, read);
  expectation.is_copied = is_copied;
  // What was duplicated and dropped is counted for all outputs together.
  expectation.keeps_frames = shape.keeps_frames && has_one_of(judge, type);
  expectation.is_whole_input = bounds.is_whole;
  expectation.is_steady &= shape.keeps_frames && !shape.sets_rate;
  expectation.hash_match = judge.expectation.hash_match;
  expectation.tolerance = judge.expectation.duration_tolerance;
  expectation.may_be_longer = is_copied && !bounds.is_whole;
  if (!bounds.is_whole) {
    expectation.duration = bounds.most;
    expectation.may_be_shorter = !bounds.least.has_value();
    // Where the input ends is its container's word; this stream may end before.
    expectation.has_other_streams = true;
  }
  RenditionFacts facts;
  facts.stats = judge.run.stats;
  facts.stats.outputs = find_streams_of(judge);
  facts.progress = judge.run.progress;
  facts.duration = stream->duration.value_or(0);
  const auto* muxed = encode::find_output(facts.stats, type);
  const auto counted = judge.facts.packets.find(stream->index);
  facts.samples = muxed != nullptr ? muxed->packets_muxed : 0;
  if (facts.samples == 0 && !bounds.is_whole) return;  // the cut lies beyond this stream's end
  if (counts_exactly(output.container) && counted != judge.facts.packets.end())
    facts.samples = counted->second;
  if (!stream->duration) {  // nothing to compare: a stream of pictures, say
    expectation.duration = expectation.container_duration = std::nullopt;
    expectation.is_steady = false;
  }
  Verification of_medium = verify_rendition(expectation, facts);
  for (Check& check : of_medium.checks) {
    check.name = fmt::format("{}.{}", type, check.name);
    judge.result.checks.push_back(std::move(check));
  }
  for (std::string& warning : of_medium.warnings)
    judge.result.warnings.push_back(std::move(warning));
  if (judge.result.is_accepted() && !of_medium.is_accepted())
    judge.result.finding = std::move(of_medium.finding);
}

/// A full disk explains every output that is not whole (FFmpeg up to 6.0 exits 0 on it).
void blame_disk(Judge& judge) {
  retry::Finding& finding = judge.result.finding;
  const bool is_full = (judge.facts.free_bytes && *judge.facts.free_bytes < kNoRoom) ||
                       (judge.facts.free_inodes && *judge.facts.free_inodes == 0);
  const bool is_unfinished =
      finding.reason == "output_incomplete" || finding.reason == "time_range_empty";
  if (judge.result.is_accepted() || !is_unfinished || !is_full) return;
  finding = retry::make_finding("disk_full", "verify_no_room", std::move(finding.evidence));
}

/// The length of the input that the command reads; nullopt where it reads several.
std::optional<double> find_input_length(const OutputExpectation& expectation) {
  if (!expectation.source) return std::nullopt;
  return expectation.source->probe.duration;
}

std::string find_level(const Judge& judge, const LengthBounds& bounds) {
  const bool is_counted = !judge.run.stats.inputs.empty() && judge.shape().keeps_frames;
  if (bounds.is_whole && is_counted && judge.facts.probe) return "exact";
  return bounds.least || bounds.most ? "bounded" : "structure";
}

}  // namespace

std::string weaker_level(const std::string& one, const std::string& other) {
  constexpr std::array<std::string_view, 4> kLevels = {"none", "structure", "bounded", "exact"};
  if (one.empty()) return other;
  const auto rank = [&](const std::string& level) { return std::ranges::find(kLevels, level); };
  return rank(other) < rank(one) ? other : one;
}

std::map<int, std::int64_t> read_packet_counts(std::string_view ffprobe_json) {
  std::map<int, std::int64_t> counts;
  const auto value = base::parse_json(ffprobe_json, "ffprobe's output");
  if (!value || !value->is_object()) return counts;
  for (const auto& item : base::array_or(value->get_object(), "streams")) {
    if (!item.is_object()) continue;
    const base::json::object& stream = item.get_object();
    const std::string count = base::text_or(stream, "nb_read_packets");
    if (const auto number = parse_time(count))
      counts[static_cast<int>(base::int_or(stream, "index"))] = static_cast<std::int64_t>(*number);
    else counts[static_cast<int>(base::int_or(stream, "index"))] = 0;
  }
  return counts;
}

void add_decoded(Verification& verification, const DecodedPart& part, std::int64_t allowed) {
  add_part(verification, part, allowed, "output_incomplete");
}

namespace {

/// What comes of counting frames at a rate that they do not keep; the pictures are none the worse.
bool is_of_the_clock(const encode::StderrLine& line) {
  return line.text.find("non monotonically increasing dts to muxer") != std::string::npos;
}

}  // namespace

DecodedPart read_decoded_part(std::string place, bool ended_well, std::string_view stderr_text) {
  DecodedPart part{std::move(place), ended_well, 0, {}};
  for (const encode::StderrLine& line : encode::read_stderr_lines(stderr_text)) {
    if (is_of_the_clock(line)) continue;
    if (part.errors == 0)
      part.first_error = base::to_printable(std::string_view(line.whole).substr(0, 300));
    part.errors += std::max(1, static_cast<int>(line.times));
  }
  return part;
}

Verification verify_output(const OutputExpectation& expectation, const CommandFacts& run,
                           const OutputFacts& facts) {
  Judge judge{expectation, run, facts, {}};
  judge.check("written", facts.size > 0, "a file with content", fmt::format("{} bytes", facts.size),
              is_cut_by_command(judge) ? "time_range_empty" : "output_incomplete");
  const LengthBounds bounds =
      find_length_bounds(expectation.shape, judge.shape(), find_input_length(expectation));
  judge.result.level = find_level(judge, bounds);
  if (facts.is_media && facts.size > 0) {
    judge.check("readable", facts.probe.has_value(), "ffprobe reads it",
                facts.probe ? "read" : base::to_printable(facts.probe_stderr.substr(0, 300)),
                "output_incomplete");
    if (facts.probe) {
      check_not_hollow(judge);
      check_stream_set(judge);
      check_times(judge);
      if (expectation.source && (bounds.least || bounds.most)) {
        check_medium(judge, Medium::video, "video", bounds);
        check_medium(judge, Medium::audio, "audio", bounds);
      }
    }
    check_decodes(judge);
  }
  blame_disk(judge);
  if (judge.result.is_accepted())
    judge.result.finding = retry::make_finding(
        judge.result.warnings.empty() ? "ok" : "ok_with_warnings", "verify_" + judge.result.level);
  return judge.result;
}

}  // namespace mpegflow::verify
