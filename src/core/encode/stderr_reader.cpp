#include "core/encode/stderr_reader.h"

#include <algorithm>

#include <re2/re2.h>

namespace mpegflow::encode {
namespace {

using re2::RE2;

StreamDamage& damage_of(EncodeStats& stats, int file, int stream) {
  for (StreamDamage& damage : stats.damage)
    if (damage.file == file && damage.stream == stream) return damage;
  return stats.damage.emplace_back(StreamDamage{file, stream});
}

bool read_input_stream(const StderrLine& line, EncodeStats& stats) {
  static const RE2 kHead(R"(^Input stream #(\d+):(\d+) \((\w+)\): (\d+) packets read)");
  static const RE2 kDecoded(R"((\d+) frames decoded)");
  static const RE2 kErrors(R"((\d+) decode errors)");
  static const RE2 kSamples(R"(\((\d+) samples\))");
  InputStreamStats stream;
  if (!RE2::PartialMatch(line.text, kHead, &stream.file, &stream.stream, &stream.type,
                         &stream.packets_read))
    return false;
  std::int64_t number = 0;
  if (RE2::PartialMatch(line.text, kDecoded, &number)) stream.frames_decoded = number;
  if (RE2::PartialMatch(line.text, kErrors, &number)) stream.decode_errors = number;
  if (RE2::PartialMatch(line.text, kSamples, &number)) stream.samples_decoded = number;
  stats.inputs.push_back(std::move(stream));
  return true;
}

bool read_output_stream(const StderrLine& line, EncodeStats& stats) {
  static const RE2 kHead(R"(^Output stream #(\d+):(\d+) \((\w+)\): )");
  static const RE2 kEncoded(R"((\d+) frames encoded)");
  static const RE2 kSamples(R"(\((\d+) samples\))");
  static const RE2 kMuxed(R"((\d+) packets muxed)");
  OutputStreamStats stream;
  if (!RE2::PartialMatch(line.text, kHead, &stream.file, &stream.stream, &stream.type))
    return false;
  std::int64_t number = 0;
  if (RE2::PartialMatch(line.text, kEncoded, &number)) stream.frames_encoded = number;
  if (RE2::PartialMatch(line.text, kSamples, &number)) stream.samples_encoded = number;
  if (RE2::PartialMatch(line.text, kMuxed, &number)) stream.packets_muxed = number;
  stats.outputs.push_back(std::move(stream));
  return true;
}

bool read_mapping(const StderrLine& line, EncodeStats& stats) {
  static const RE2 kMapping(R"(^\s*Stream #(\d+):(\d+) -> #(\d+):(\d+) \()");
  StreamMapping mapping;
  if (!RE2::PartialMatch(line.text, kMapping, &mapping.input_file, &mapping.input_stream,
                         &mapping.output_file, &mapping.output_stream))
    return false;
  stats.mappings.push_back(mapping);
  return true;
}

/// Up to 6.0 the stream stands in the message; from 6.1 on in the context, "vist#0:0/h264". From
/// 6.1 on, "Decoding error" follows "Error submitting packet" for other packets, never the same.
bool read_refused_packet(const StderrLine& line, EncodeStats& stats) {
  static const RE2 kOld(R"(^Error while decoding stream #(\d+):(\d+): )");
  static const RE2 kNew(
      R"(^(?:Error submitting (?:a )?packet to (?:the )?decoder|Decoding error): )");
  static const RE2 kContext(R"(ist#(\d+):(\d+))");
  int file = 0, stream = 0;
  const bool is_old = RE2::PartialMatch(line.text, kOld, &file, &stream);
  const bool is_new = !is_old && RE2::PartialMatch(line.text, kNew);
  if (is_new) RE2::PartialMatch(line.context, kContext, &file, &stream);
  if (is_old || is_new) damage_of(stats, file, stream).refused_packets += line.times;
  return is_old || is_new;
}

bool read_corrupt_frame(const StderrLine& line, EncodeStats& stats) {
  static const RE2 kOld(R"(: corrupt decoded frame in stream (\d+)$)");
  static const RE2 kContext(R"(ist#(\d+):(\d+))");
  int file = 0, stream = 0;
  const bool is_new = line.text == "corrupt decoded frame";
  if (is_new) RE2::PartialMatch(line.context, kContext, &file, &stream);
  if (!is_new && !RE2::PartialMatch(line.text, kOld, &stream)) return false;
  damage_of(stats, file, stream).corrupt_frames += line.times;
  return true;
}

bool read_demuxer_complaint(const StderrLine& line, EncodeStats& stats) {
  static const RE2 kPacket(R"(^Packet corrupt \()");
  static const RE2 kEnded(
      R"(partial file$|^File ended prematurely|^Stream ends prematurely|atom truncated|)"
      R"(^Truncat|filesize and duration do not match|^File (?:is )?truncated)");
  static const RE2 kContainer(
      R"(invalid as first byte of an EBML number|exceeds containing master element|)"
      R"(^Invalid (?:EBML|track number|chunk)|^Unknown-sized element|^Non-increasing|)"
      R"(Length \d+ indicated by an EBML|^Found unknown-length element|)"
      R"(^Could not find codec parameters for stream)");
  if (RE2::PartialMatch(line.text, kPacket)) stats.corrupt_packets += line.times;
  if (RE2::PartialMatch(line.text, kEnded) && stats.ended_early.empty())
    stats.ended_early = line.text;
  if (RE2::PartialMatch(line.text, kContainer)) stats.container_errors += line.times;
  return false;
}

}  // namespace

EncodeStats read_encode_stats(std::span<const StderrLine> lines) {
  EncodeStats stats;
  for (const StderrLine& line : lines) {
    if (read_refused_packet(line, stats) || read_corrupt_frame(line, stats) ||
        read_input_stream(line, stats) || read_output_stream(line, stats) ||
        read_mapping(line, stats))
      continue;
    read_demuxer_complaint(line, stats);
  }
  return stats;
}

EncodeStats read_encode_stats(std::string_view stderr_text) {
  const std::vector<StderrLine> lines = read_stderr_lines(stderr_text);
  EncodeStats stats = read_encode_stats(lines);
  // The last status line counts what the frame-rate logic did; it is no message, so it is read
  // here.
  const std::size_t status = stderr_text.rfind("frame=");
  if (status == std::string_view::npos) return stats;
  static const RE2 kDuplicated(R"(\bdup=\s*(\d+))");
  static const RE2 kDropped(R"(\bdrop=\s*(\d+))");
  const std::string_view rest = stderr_text.substr(status, 400);
  const std::string_view row = rest.substr(0, rest.find_first_of("\r\n"));
  RE2::PartialMatch(row, kDuplicated, &stats.duplicated_frames);
  RE2::PartialMatch(row, kDropped, &stats.dropped_frames);
  return stats;
}

const InputStreamStats* find_decoded(const EncodeStats& stats, std::string_view type) {
  const auto found =
      std::find_if(stats.inputs.begin(), stats.inputs.end(), [&](const InputStreamStats& stream) {
        return stream.type == type && stream.frames_decoded.has_value();
      });
  return found == stats.inputs.end() ? nullptr : &*found;
}

const OutputStreamStats* find_output(const EncodeStats& stats, std::string_view type) {
  const auto found =
      std::find_if(stats.outputs.begin(), stats.outputs.end(),
                   [&](const OutputStreamStats& stream) { return stream.type == type; });
  return found == stats.outputs.end() ? nullptr : &*found;
}

StreamDamage find_damage(const EncodeStats& stats, int file, int stream) {
  for (const StreamDamage& damage : stats.damage)
    if (damage.file == file && damage.stream == stream) return damage;
  return StreamDamage{file, stream};
}

bool is_heavy_damage(std::int64_t damaged, std::int64_t frames) {
  return damaged > 3 && damaged * 100 > frames;
}

}  // namespace mpegflow::encode
