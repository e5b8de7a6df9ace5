#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/probe/bytes.h"
#include "core/probe/sniff_parts.h"
#include "core/probe/transport_packets.h"

namespace mpegflow::probe {
namespace {

using namespace std::string_view_literals;

constexpr char kSync = 0x47;

struct PacketRun {
  std::size_t packet = 0;  ///< 188, 192 (with time code) or 204 (with error correction) bytes
  std::size_t sync = 0;    ///< offset of the first sync byte of the run
  std::size_t count = 0;
};

std::size_t count_packets(std::string_view bytes, std::size_t at, std::size_t packet) {
  std::size_t count = 0;
  for (; at < bytes.size() && bytes[at] == kSync; at += packet) ++count;
  return count;
}

/// The longest run of sync bytes; damage or garbage may stand before it.
PacketRun find_packet_run(std::string_view bytes) {
  PacketRun best;
  for (const std::size_t packet : {188U, 192U, 204U}) {
    for (std::size_t at = 0; at < std::min<std::size_t>(bytes.size(), 4096); ++at) {
      if (bytes[at] != kSync) continue;
      const std::size_t count = count_packets(bytes, at, packet);
      if (count > best.count) best = {packet, at, count};
    }
  }
  return best;
}

/// Writers write whole packets, so bytes after the last whole one that begin like a packet can only
/// be the rest of a cut.
bool ends_inside_packet(std::string_view tail, std::size_t packet) {
  const std::size_t before_sync = packet == 192 ? 4 : 0;
  for (std::size_t rest = before_sync + 1; rest < packet; ++rest) {
    if (tail.size() < rest + 4 * packet) return false;
    const std::size_t partial = tail.size() - rest + before_sync;
    const bool is_aligned = tail[partial] == kSync && tail[partial - packet] == kSync &&
                            tail[partial - 2 * packet] == kSync &&
                            tail[partial - 3 * packet] == kSync;
    if (is_aligned) return true;
  }
  return false;
}

/// True when the tail ends with whole packets; sync bytes elsewhere are then chance.
bool ends_with_packet(std::string_view tail, std::size_t packet) {
  if (tail.size() < 4 * packet) return true;
  const std::size_t before_sync = packet == 192 ? 4 : 0;
  for (std::size_t back = 1; back <= 3; ++back)
    if (tail[tail.size() - back * packet + before_sync] != kSync) return false;
  return true;
}

/// The last bytes are no packets at all: zeros of a download that was never filled, or garbage.
bool ends_without_packets(std::string_view tail, std::size_t packet) {
  constexpr std::size_t kEnough = 16384;
  if (tail.size() < kEnough) return false;
  const std::string_view last = tail.substr(tail.size() - kEnough / 2);
  for (std::size_t at = 0; at < packet; ++at)
    if (count_packets(last, at, packet) >= 3) return false;
  return true;
}

/// Offset of the first sync byte of whole packets that end where `tail` ends.
std::size_t find_last_grid(std::string_view tail, std::size_t packet) {
  const std::size_t before_sync = packet == 192 ? 4 : 0;
  return tail.size() % packet + before_sync;
}

std::optional<Sniff> sniff_transport_stream(const SniffInput& input) {
  const PacketRun run = find_packet_run(input.head);
  const std::size_t needed = input.head.size() < 5 * 188 ? 3 : 5;
  if (run.count < needed) return std::nullopt;
  Sniff sniffed{.container = "mpegts", .description = "MPEG transport stream"};
  const std::string_view tail = !input.tail.empty() ? input.tail
                                : static_cast<std::int64_t>(input.head.size()) == input.size
                                    ? input.head
                                    : std::string_view{};
  if (!tail.empty() && !ends_with_packet(tail, run.packet) &&
      ends_inside_packet(tail, run.packet)) {
    sniffed.cut_short = fmt::format("it ends inside a packet of {} bytes", run.packet);
    sniffed.is_surely_cut = true;
  }
  if (ends_without_packets(tail, run.packet)) {
    sniffed.cut_short = "its end holds no packets";
    sniffed.is_surely_cut = true;
  }
  // What a receiver recorded begins and ends anywhere; what a muxer wrote does not.
  if (!tail.empty() && !sniffed.cut_short &&
      !begins_inside_unit(input.head, {run.packet, run.sync})) {
    const PacketGrid grid{run.packet, find_last_grid(tail, run.packet)};
    sniffed.cut_short = find_unfinished_unit(tail, grid);
  }
  return sniffed;
}

/// Bytes of an MPEG audio frame (layer I, II, III), 0 if no header stands there.
std::size_t mpeg_audio_frame(std::string_view bytes, std::size_t at) {
  const std::uint64_t header = big_endian(bytes, at, 4);
  if (at + 4 > bytes.size() || (header & 0xffe00000U) != 0xffe00000U) return 0;
  const std::size_t version = header >> 19 & 3, layer = 4 - (header >> 17 & 3);
  const std::size_t rate_index = header >> 12 & 15, frequency_index = header >> 10 & 3;
  if (version == 1 || layer == 4 || rate_index == 0 || rate_index == 15 || frequency_index == 3)
    return 0;
  constexpr std::array<std::array<std::size_t, 14>, 5> kRates = {{
      {32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
      {32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
      {32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
      {32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
      {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
  }};
  const bool is_first = version == 3;
  const std::size_t row = is_first ? layer - 1 : layer == 1 ? 3 : 4;
  const std::size_t bit_rate = kRates[row][rate_index - 1] * 1000;
  constexpr std::array<std::size_t, 3> kFrequencies = {44100, 48000, 32000};
  const std::size_t halved = is_first ? 1 : version == 2 ? 2 : 4;
  const std::size_t frequency = kFrequencies[frequency_index] / halved;
  const std::size_t padding = header >> 9 & 1;
  if (layer == 1) return (12 * bit_rate / frequency + padding) * 4;
  const std::size_t samples = layer == 3 && !is_first ? 72 : 144;
  return samples * bit_rate / frequency + padding;
}

std::size_t adts_frame(std::string_view bytes, std::size_t at) {
  if (at + 7 > bytes.size() || (big_endian(bytes, at, 2) & 0xfff6U) != 0xfff0U) return 0;
  const std::size_t size = big_endian(bytes, at + 3, 3) >> 5 & 0x1fff;
  return (byte_at(bytes, at + 2) >> 2 & 15) < 13 && size >= 7 ? size : 0;
}

/// Frames that follow each other without a gap, from `at`; stops at the end of what we have.
template <class FrameSize>
bool has_frames(std::string_view bytes, std::size_t at, std::size_t needed, FrameSize frame_size) {
  std::size_t count = 0;
  while (at + 8 <= bytes.size() && count < needed) {
    const std::size_t size = frame_size(bytes, at);
    if (size == 0) return false;
    at += size;
    ++count;
  }
  return count >= needed || (count >= 2 && at <= bytes.size() + 8192);
}

std::size_t size_of_id3(std::string_view head) {
  if (!has_at(head, 0, "ID3")) return 0;
  std::size_t size = 0;
  for (std::size_t i = 6; i < 10; ++i) size = size << 7 | (byte_at(head, i) & 0x7f);
  return size + 10;
}

/// Damage or silence may stand before the first frame, so a few places are tried.
std::optional<Sniff> sniff_audio_frames(const SniffInput& input) {
  const std::size_t start = size_of_id3(input.head);
  Sniff mp3{.container = "mp3", .description = "MPEG audio (MP3)"};
  // A cover picture may fill the whole head: the tag alone then tells.
  if (start != 0 && start + 4096 > input.head.size() &&
      static_cast<std::int64_t>(start) + 128 < input.size)
    return mp3;
  if (has_at(input.head, start, "fLaC")) return Sniff{.container = "flac", .description = "FLAC"};
  const std::size_t last = std::min(input.head.size(), start + 4096);
  for (std::size_t at = start; at < last; ++at) {
    if (input.head[at] != '\xff') continue;
    if (has_frames(input.head, at, at == start ? 3 : 6, adts_frame))
      return Sniff{.container = "aac", .description = "AAC (ADTS)"};
    if (has_frames(input.head, at, at == start ? 3 : 6, mpeg_audio_frame)) return mp3;
  }
  return std::nullopt;
}

struct SyncWord {
  std::string_view bytes;
  std::string_view container;
  std::string_view description;
};

std::optional<Sniff> sniff_sync_word(std::string_view head) {
  if (has_at(head, 0, "\x0b\x77"sv)) {
    const bool is_enhanced = (byte_at(head, 5) >> 3) > 10;
    return is_enhanced ? Sniff{.container = "eac3", .description = "E-AC-3"}
                       : Sniff{.container = "ac3", .description = "AC-3"};
  }
  if (has_at(head, 4, "\xf8\x72\x6f\xba"sv))
    return Sniff{.container = "truehd", .description = "TrueHD"};
  if (has_at(head, 4, "\xf8\x72\x6f\xbb"sv)) return Sniff{.container = "mlp", .description = "MLP"};
  constexpr std::array kDts = {"\x7f\xfe\x80\x01"sv, "\xfe\x7f\x01\x80"sv, "\x1f\xff\xe8\x00"sv,
                               "\xff\x1f\x00\xe8"sv, "DTSHDHDR"sv};
  for (const std::string_view word : kDts)
    if (has_at(head, 0, word))
      return Sniff{.container = word.starts_with("DTS") ? "dtshd" : "dts", .description = "DTS"};
  if (has_at(head, 0, "\x56\xe0"sv) && (big_endian(head, 0, 2) & 0xffe0) == 0x56e0)
    return Sniff{.container = "loas", .description = "AAC (LATM)"};
  if (has_at(head, 0, "\x12\x00\x0a"sv))
    return Sniff{.container = "obu", .description = "AV1 without container"};
  return std::nullopt;
}

/// What the NAL units of the head are, told by the two syntaxes' own headers.
struct NalCounts {
  int h264_parameters = 0, h264_slices = 0;
  int hevc_parameters = 0, hevc_slices = 0;
  int impossible_h264 = 0, impossible_hevc = 0;
};

NalCounts count_nal_units(std::string_view head) {
  NalCounts counts;
  for (std::size_t at = head.find("\0\0\x01"sv);
       at != std::string_view::npos && at + 5 < head.size(); at = head.find("\0\0\x01"sv, at + 3)) {
    const std::uint64_t first = byte_at(head, at + 3), second = byte_at(head, at + 4);
    const std::uint64_t h264 = first & 0x1f, hevc = first >> 1 & 0x3f;
    if ((first & 0x80) != 0 || h264 == 0 || h264 > 23) ++counts.impossible_h264;
    if ((first & 0x80) != 0 || (second & 7) == 0 || hevc > 47) ++counts.impossible_hevc;
    counts.h264_parameters += h264 == 7 || h264 == 8;
    counts.h264_slices += h264 == 1 || h264 == 2 || h264 == 5;
    counts.hevc_parameters += hevc >= 32 && hevc <= 34 && (second & 7) != 0;
    counts.hevc_slices += (hevc <= 9 || (hevc >= 16 && hevc <= 21)) && (second & 7) != 0;
  }
  return counts;
}

/// A program stream whose last packet is longer than what is left of the file.
bool ends_inside_pes_packet(std::string_view tail) {
  for (std::size_t at = tail.rfind("\0\0\x01"sv); at != std::string_view::npos && at > 0;
       at = tail.rfind("\0\0\x01"sv, at - 1)) {
    const std::uint64_t code = byte_at(tail, at + 3);
    if (code == 0xb9 || code == 0xba) return false;
    if (code < 0xbb) continue;
    const std::size_t end = at + 6 + static_cast<std::size_t>(big_endian(tail, at + 4, 2));
    return end > tail.size();
  }
  return false;
}

Sniff describe_program_stream(std::string_view tail) {
  Sniff sniffed{.container = "mpeg", .description = "MPEG program stream"};
  if (ends_inside_pes_packet(tail)) sniffed.cut_short = "it ends inside a packet";
  return sniffed;
}

std::optional<Sniff> sniff_start_codes(std::string_view head, std::string_view tail) {
  const std::size_t at = head.find("\0\0\x01"sv);
  if (at == std::string_view::npos || at > 4096) return std::nullopt;
  const bool is_near = at <= 4;
  const std::uint64_t code = byte_at(head, at + 3);
  if (code == 0xba) return describe_program_stream(tail);
  if (is_near &&
      (code == 0xbb || (code >= 0xe0 && code <= 0xef) || (code >= 0xc0 && code <= 0xdf)) &&
      head.find("\0\0\x01\xba"sv) != std::string_view::npos)
    return describe_program_stream(tail);
  if (is_near && code == 0xb3)
    return Sniff{.container = "mpegvideo", .description = "MPEG video without container"};
  if (is_near && (code == 0xb0 || code == 0xb5))
    return Sniff{.container = "m4v", .description = "MPEG-4 video without container"};
  if (is_near && code == 0x0f && byte_at(head, at + 4) >= 0xc0)
    return Sniff{.container = "vc1", .description = "VC-1 without container"};
  const NalCounts counts = count_nal_units(head);
  const auto is_plausible = [](int parameters, int slices, int impossible) {
    return slices > 0 && parameters + slices > 2 * impossible && (parameters > 0 || slices > 3);
  };
  const bool is_hevc =
      counts.hevc_parameters > 0 &&
      is_plausible(counts.hevc_parameters, counts.hevc_slices, counts.impossible_hevc);
  if (is_hevc && counts.impossible_hevc <= counts.impossible_h264 &&
      counts.hevc_parameters >= counts.h264_parameters)
    return Sniff{.container = "hevc", .description = "H.265 without container"};
  if (is_plausible(counts.h264_parameters, counts.h264_slices, counts.impossible_h264))
    return Sniff{.container = "h264", .description = "H.264 without container"};
  if (is_hevc) return Sniff{.container = "hevc", .description = "H.265 without container"};
  return std::nullopt;
}

}  // namespace

std::optional<Sniff> sniff_raw_stream(const SniffInput& input) {
  if (auto stream = sniff_transport_stream(input)) return stream;
  if (auto stream = sniff_sync_word(input.head)) return stream;
  if (auto stream = sniff_start_codes(input.head, input.tail)) return stream;
  return sniff_audio_frames(input);
}

}  // namespace mpegflow::probe
