#include "core/verify/verify_output.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "core/verify/verify_rendition.h"

namespace mpegflow::verify {
namespace {

// With less room than this a writer has most likely been cut off.
constexpr std::int64_t kNoRoom = 64 * 1024;
// Seconds by which a stream may differ that is called bounded, unless one frame is longer.
constexpr double kBound = 0.5;
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

/// What one stream of an output has been held against, from the weakest on.
enum class Proof { none, length, frames };

/// A stream of an output with that of an input that it is made of.
struct Pair {
  const encode::OutputStreamStats& written;
  std::size_t input = 0;  ///< in shape.inputs
  int stream = 0;         ///< of the input, in its container
};

/// The input stream of this kind that was read, if it was one alone.
const encode::InputStreamStats* find_only_read(const Judge& judge, std::string_view type) {
  const encode::InputStreamStats* found = nullptr;
  for (const encode::InputStreamStats& stream : judge.run.stats.inputs) {
    if (stream.type != type || (!stream.frames_decoded && stream.packets_read == 0)) continue;
    if (found != nullptr) return nullptr;
    found = &stream;
  }
  return found;
}

/// FFmpeg says it, but for what comes out of a complex graph: that is made of the only stream that
/// can be.
std::optional<Pair> find_pair(const Judge& judge, const encode::OutputStreamStats& written) {
  for (const encode::StreamMapping& mapping : judge.run.stats.mappings)
    if (mapping.output_file == written.file && mapping.output_stream == written.stream)
      return Pair{written, static_cast<std::size_t>(mapping.input_file), mapping.input_stream};
  const auto* read = find_only_read(judge, written.type);
  if (read == nullptr || judge.expectation.shape.inputs.size() != 1) return std::nullopt;
  return Pair{written, static_cast<std::size_t>(read->file), read->stream};
}

bool is_cover(const probe::Probe& probe, int index) {
  return std::ranges::any_of(probe.video, [&](const probe::VideoStream& stream) {
    return stream.index == index && stream.is_cover_art;
  });
}

bool has_one_of(const Judge& judge, std::string_view type) {
  return std::ranges::count(judge.run.stats.outputs, type, &encode::OutputStreamStats::type) == 1;
}

/// Seconds of a stream as its file tells them, or of the whole file; nullopt if the stream is not
/// there or no length is told.
template <class Stream>
std::optional<double> find_length(const std::vector<Stream>& streams, int index,
                                  std::optional<double> of_file) {
  const auto found = std::ranges::find(streams, index, &Stream::index);
  if (found == streams.end()) return std::nullopt;
  return found->duration ? found->duration : of_file;
}

/// What was measured of the output's stream.
RenditionFacts find_facts(const Judge& judge, const Pair& pair, double duration) {
  const probe::Probe& output = *judge.facts.probe;
  RenditionFacts facts;
  facts.stats = judge.run.stats;
  facts.stats.outputs = {pair.written};
  std::erase_if(facts.stats.inputs, [&](const encode::InputStreamStats& stream) {
    return static_cast<std::size_t>(stream.file) != pair.input || stream.stream != pair.stream;
  });
  facts.progress = judge.run.progress;
  facts.duration = duration;
  facts.samples = pair.written.packets_muxed;
  const auto counted = judge.facts.packets.find(pair.written.stream);
  if (facts.samples == 0 || !counts_exactly(output.container) ||
      counted == judge.facts.packets.end())
    return facts;
  // FLAC ends with a packet of nothing but the header's last word, which goes into the header.
  const bool is_last_word =
      pair.written.type == "audio" && counted->second == pair.written.packets_muxed - 1;
  if (!is_last_word) facts.samples = counted->second;
  return facts;
}

/// Sound that starts late is filled with silence by some and stays late with others: the length is
/// held against that of the two that is nearer.
void leave_out_late_start(const Source& source, int stream, std::optional<double> found,
                          Expectation& expectation) {
  const probe::AudioStream* audio = probe::find_audio(source.probe, stream);
  if (audio == nullptr || !audio->duration || !found || !expectation.duration) return;
  const double late = probe::find_offset(source.probe, audio->start);
  const double filled = *expectation.duration, kept = filled - late;
  if (late > 0 && std::abs(*found - kept) < std::abs(*found - filled)) expectation.duration = kept;
}

/// What came out of this stream against what went in; the rules are those of our own renditions.
Proof check_stream(Judge& judge, const Pair& pair, const std::string& name) {
  const auto known = judge.expectation.sources.find(pair.input);
  if (known == judge.expectation.sources.end() ||
      pair.input >= judge.expectation.shape.inputs.size())
    return Proof::none;
  const Source& source = known->second;
  const OutputShape& shape = judge.shape();
  const LengthBounds bounds =
      find_length_bounds(judge.expectation.shape.inputs[pair.input], shape, source.probe.duration);
  if (!bounds.is_known()) return Proof::none;
  const std::string& type = pair.written.type;
  const Medium medium = type == "video" ? Medium::video : Medium::audio;
  const probe::Probe& output = *judge.facts.probe;
  auto duration = medium == Medium::video
                      ? find_length(output.video, pair.written.stream, output.duration)
                      : find_length(output.audio, pair.written.stream, output.duration);
  // How long the last picture of a GIF is to be seen, only the one before it says.
  const auto pictures = judge.facts.packets.find(pair.written.stream);
  if (output.container == "gif" && pictures != judge.facts.packets.end() && pictures->second == 1)
    duration.reset();
  Expectation expectation = make_expectation(source.probe, source.sniff, medium, 0, pair.stream);
  expectation.is_copied = medium == Medium::video ? shape.copies_video : shape.copies_audio;
  // What was duplicated and dropped is counted for all outputs together.
  expectation.keeps_frames = shape.keeps_frames && has_one_of(judge, type);
  expectation.is_whole_input = bounds.is_whole;
  expectation.is_steady &= shape.keeps_frames && !shape.sets_rate;
  expectation.hash_match = judge.expectation.hash_match;
  expectation.tolerance = judge.expectation.duration_tolerance;
  expectation.may_be_longer = expectation.is_copied && !bounds.is_whole;
  if (!bounds.is_whole) {
    expectation.duration = bounds.most;
    expectation.may_be_shorter = !bounds.least.has_value();
    // Where the input ends is its container's word; this stream may end before.
    expectation.has_other_streams = true;
  }
  if (medium == Medium::audio) leave_out_late_start(source, pair.stream, duration, expectation);
  if (!duration) {  // nothing to compare
    expectation.duration = expectation.container_duration = std::nullopt;
    expectation.is_steady = false;
  }
  const RenditionFacts facts = find_facts(judge, pair, duration.value_or(0));
  if (facts.samples == 0 && !bounds.is_whole) return Proof::none;  // cut beyond the stream's end
  Verification of_stream = verify_rendition(expectation, facts);
  for (Check& check : of_stream.checks) {
    check.name = fmt::format("{}.{}", name, check.name);
    judge.result.checks.push_back(std::move(check));
  }
  std::ranges::copy(of_stream.warnings, std::back_inserter(judge.result.warnings));
  if (judge.result.is_accepted() && !of_stream.is_accepted())
    judge.result.finding = std::move(of_stream.finding);

  const bool is_counted = !facts.stats.inputs.empty() && shape.keeps_frames;
  if (bounds.is_whole && is_counted) return Proof::frames;
  const auto expected =
      expectation.duration ? expectation.duration : expectation.container_duration;
  if (!expected) return Proof::none;
  const double frame = expectation.frame_rate > 0 ? 1 / expectation.frame_rate : 0;
  const double difference = facts.duration - *expected;
  const bool is_close = std::abs(difference) <= std::max(kBound, frame) ||
                        (expectation.may_be_shorter && difference < 0);
  if (is_close) return Proof::length;
  if (!expectation.may_be_longer && of_stream.warnings.empty())
    judge.result.warnings.push_back(
        fmt::format("the {} is not as long as it should be: {:.2f} s, not {:.2f} s", name,
                    facts.duration, *expected));
  return Proof::none;
}

/// The weakest proof of all streams of sound and pictures; what stands still has no length.
Proof check_all_streams(Judge& judge) {
  std::optional<Proof> weakest;
  std::map<std::string, int> seen;
  const auto written = find_streams_of(judge);
  for (const encode::OutputStreamStats& stream : written) {
    if (stream.type != "video" && stream.type != "audio") continue;
    const int number = ++seen[stream.type];
    const auto pair = find_pair(judge, stream);
    const auto source =
        pair ? judge.expectation.sources.find(pair->input) : judge.expectation.sources.end();
    const bool is_picture =
        source != judge.expectation.sources.end() &&
        (source->second.sniff.is_still_image || is_cover(source->second.probe, pair->stream));
    if (is_picture || is_cover(*judge.facts.probe, stream.stream)) continue;
    const std::string name = number == 1 ? stream.type : fmt::format("{}{}", stream.type, number);
    const Proof proof = pair ? check_stream(judge, *pair, name) : Proof::none;
    weakest = std::min(weakest.value_or(proof), proof);
  }
  return weakest.value_or(Proof::none);
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

std::string to_level(Proof proof) {
  switch (proof) {
    case Proof::frames: return "exact";
    case Proof::length: return "bounded";
    case Proof::none: break;
  }
  return "structure";
}

}  // namespace

std::vector<std::size_t> find_telling_inputs(const CommandShape& shape) {
  std::vector<std::size_t> telling;
  if (std::ranges::none_of(shape.outputs, can_be_bounded)) return telling;
  for (std::size_t i = 0; i < shape.inputs.size(); ++i)
    if (has_known_length(shape.inputs[i])) telling.push_back(i);
  return telling;
}

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

bool is_each_packet_a_frame(std::string_view ffprobe_json) {
  const auto value = base::parse_json(ffprobe_json, "ffprobe's output");
  if (!value || !value->is_object()) return false;
  const base::json::array streams = base::array_or(value->get_object(), "streams");
  return !streams.empty() && std::ranges::all_of(streams, [](const base::json::value& item) {
    if (!item.is_object()) return false;
    const base::json::object& stream = item.get_object();
    const std::string kind = base::text_or(stream, "codec_type");
    const std::string packets = base::text_or(stream, "nb_read_packets");
    return (kind != "video" && kind != "audio") ||
           (!packets.empty() && packets == base::text_or(stream, "nb_read_frames"));
  });
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
  judge.result.level = to_level(Proof::none);
  if (facts.is_media && facts.size > 0) {
    judge.check("readable", facts.probe.has_value(), "ffprobe reads it",
                facts.probe ? "read" : base::to_printable(facts.probe_stderr.substr(0, 300)),
                "output_incomplete");
    if (facts.probe) {
      check_not_hollow(judge);
      check_stream_set(judge);
      check_times(judge);
      if (facts.is_whole) judge.result.level = to_level(check_all_streams(judge));
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
