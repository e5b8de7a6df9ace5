#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "core/probe/bytes.h"
#include "core/probe/sniff_parts.h"

namespace mpegflow::probe {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::size_t offset;
  std::string_view bytes;
  std::size_t second_offset;
  std::string_view second_bytes;  ///< empty: one place is enough
  std::string_view container;
  std::string_view description;
};

constexpr std::array kSignatures = std::to_array<Signature>({
    {0, "\x1a\x45\xdf\xa3"sv, 0, {}, "matroska", "Matroska or WebM"},
    {0, "RIFF", 8, "AVI ", "avi", "AVI"},
    {0, "RIFF", 8, "AVIX", "avi", "AVI"},
    {0, "RIFF", 8, "AVI\x19", "avi", "AVI"},
    {0, "ON2 ", 8, "ON2f", "avi", "AVI (On2)"},
    {0, "RIFF", 8, "WAVE", "wav", "WAV"},
    {0, "RIFX", 8, "WAVE", "wav", "WAV"},
    {0, "RF64", 8, "WAVE", "wav", "WAV (RF64)"},
    {0, "BW64", 8, "WAVE", "wav", "WAV (BW64)"},
    {0, "riff\x2e\x91\xcf\x11"sv, 0, {}, "w64", "Wave64"},
    {0, "RIFF", 8, "CDXA", "mpeg", "MPEG on a video CD"},
    {0, "FLV\x01", 0, {}, "flv", "Flash video"},
    {0, "OggS", 0, {}, "ogg", "Ogg"},
    {0, "fLaC", 0, {}, "flac", "FLAC"},
    {0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11"sv, 0, {}, "asf", "ASF (WMV, WMA)"},
    {0, "\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01"sv, 0, {}, "mxf", "MXF"},
    {0, "\0\0\0\0\x01\xbc"sv, 14, "\xe1\xe2"sv, "gxf", "GXF"},
    {0, "DKIF\0\0"sv, 0, {}, "ivf", "IVF"},
    {0, "YUV4MPEG2", 0, {}, "yuv4mpegpipe", "uncompressed video (Y4M)"},
    {0, "FORM", 8, "AIFF", "aiff", "AIFF"},
    {0, "FORM", 8, "AIFC", "aiff", "AIFF-C"},
    {0, "FORM", 8, "8SVX", "iff", "IFF sound"},
    {0, "FRM8", 12, "DSD ", "iff", "DSDIFF"},
    {0, "DSD ", 28, "fmt ", "dsf", "DSF"},
    {0, "caff\0\x01"sv, 0, {}, "caf", "Core Audio"},
    {0, ".snd", 0, {}, "au", "Sun audio"},
    {0, "#!AMR", 0, {}, "amr", "AMR"},
    {0, ".RMF", 0, {}, "rm", "RealMedia"},
    {0, ".ra\xfd"sv, 0, {}, "rm", "RealAudio"},
    {0, ".R1M", 0, {}, "ivr", "Internet Video Recording"},
    {0, ".REC", 0, {}, "ivr", "Internet Video Recording"},
    {0, "\xb7\xd8\x00\x20\x37\x49\xda\x11"sv, 0, {}, "wtv", "Windows TV recording"},
    {0, "nut/multimedia container", 0, {}, "nut", "NUT"},
    {0, "wvpk", 0, {}, "wv", "WavPack"},
    {0, "TTA1", 0, {}, "tta", "True Audio"},
    {0, "tBaK", 0, {}, "tak", "TAK"},
    {0, "MAC ", 0, {}, "ape", "Monkey's Audio"},
    {0, "MPCK", 0, {}, "mpc8", "Musepack"},
    {0, "MP+", 0, {}, "mpc", "Musepack"},
    {0, "OFR ", 0, {}, "ofr", "OptimFROG"},
    {0, "Creative Voice File\x1a", 0, {}, "voc", "Creative voice"},
    {0, "NSVf", 0, {}, "nsv", "Nullsoft video"},
    {0, "NSVs", 0, {}, "nsv", "Nullsoft video"},
    {0, "FWS", 0, {}, "swf", "Flash"},
    {0, "CWS", 0, {}, "swf", "Flash"},
    {0, "BIKi", 0, {}, "bink", "Bink"},
    {0, "BIKf", 0, {}, "bink", "Bink"},
    {0, "BIKg", 0, {}, "bink", "Bink"},
    {0, "BIKh", 0, {}, "bink", "Bink"},
    {0, "SMK2", 0, {}, "smk", "Smacker"},
    {0, "SMK4", 0, {}, "smk", "Smacker"},
    {0, "THP\0"sv, 0, {}, "thp", "THP"},
    {0, "DHAV", 0, {}, "dhav", "surveillance video (DHAV)"},
    {0, "\x1f\x07\x00"sv, 0, {}, "dv", "DV"},
    {0, "BBCD\0"sv, 0, {}, "dirac", "Dirac"},
});

constexpr std::array kBoxTypes = std::to_array<std::string_view>(
    {"ftyp", "moov", "mdat", "free", "skip", "wide", "pnot", "styp", "sidx", "moof", "uuid",
     "junk", "pict", "udta", "prft", "emsg", "mfra", "meta", "PICT", "ssix", "udat", "idat"});

struct Box {
  std::string_view type;
  std::uint64_t end = 0;  ///< 0 = reaches to the end of the file
  bool is_valid = false;
};

Box read_box(std::string_view head, std::uint64_t at) {
  if (at + 8 > head.size()) return {};
  const auto start = static_cast<std::size_t>(at);
  std::uint64_t size = big_endian(head, start, 4);
  Box box{head.substr(start + 4, 4)};
  if (std::find(kBoxTypes.begin(), kBoxTypes.end(), box.type) == kBoxTypes.end()) return box;
  if (size == 1) size = big_endian(head, start + 8, 8);
  box.is_valid = size == 0 || (size >= 8 && size <= std::numeric_limits<std::int64_t>::max() - at);
  box.end = size == 0 ? 0 : at + size;
  return box;
}

std::string describe_shortage(std::string_view part, std::uint64_t end, std::int64_t size) {
  return fmt::format("{} should end at byte {}, the file ends at byte {}", part, end, size);
}

/// A scheme box of common encryption. Four letters may stand in media data by chance; the letters
/// of the box and of the scheme at their distance do not.
bool has_encryption_scheme(std::string_view bytes) {
  constexpr std::array kSchemes = {"cenc"sv, "cens"sv, "cbc1"sv, "cbcs"sv, "piff"sv, "adkm"sv};
  for (std::size_t at = bytes.find("schm"); at != std::string_view::npos;
       at = bytes.find("schm", at + 4))
    for (const std::string_view scheme : kSchemes)
      if (has_at(bytes, at + 8, scheme)) return true;
  return false;
}

/// Fragmented files grow by a moof and its mdat; the last pair must be there to its end.
std::optional<std::string> find_fragment_shortage(const SniffInput& input) {
  const std::size_t type = input.tail.rfind("moof");
  if (type == std::string_view::npos || type < 4) return std::nullopt;
  const std::int64_t tail_start = input.size - static_cast<std::int64_t>(input.tail.size());
  std::uint64_t at = type - 4;
  for (Box box = read_box(input.tail, at); box.is_valid && box.end != 0;
       box = read_box(input.tail, at)) {
    if (box.end > input.tail.size())
      return describe_shortage(fmt::format("the {} box", box.type),
                               box.end + static_cast<std::uint64_t>(tail_start), input.size);
    at = box.end;
  }
  return std::nullopt;
}

/// Any of the MP4 family: with ftyp, or old QuickTime that begins with wide, free, mdat or moov.
std::optional<Sniff> sniff_mp4(const SniffInput& input) {
  const Box first = read_box(input.head, 0);
  if (first.type.empty() || (!first.is_valid && first.type != "ftyp")) return std::nullopt;
  if (std::find(kBoxTypes.begin(), kBoxTypes.end(), first.type) == kBoxTypes.end())
    return std::nullopt;
  Sniff sniffed{.container = "mov", .description = "MP4 or QuickTime"};
  sniffed.is_encrypted = has_encryption_scheme(input.head) || has_encryption_scheme(input.tail);
  for (Box box = first; box.is_valid && box.end != 0; box = read_box(input.head, box.end)) {
    if (box.end <= static_cast<std::uint64_t>(input.size)) continue;
    sniffed.cut_short = describe_shortage(fmt::format("the {} box", box.type), box.end, input.size);
    break;
  }
  if (!sniffed.cut_short) sniffed.cut_short = find_fragment_shortage(input);
  return sniffed;
}

/// An EBML number with its length; nullopt if it is malformed, all ones ("unknown") is kept.
struct EbmlNumber {
  std::uint64_t value = 0;
  std::size_t length = 0;
  bool is_unknown = false;
};

std::optional<EbmlNumber> read_ebml_number(std::string_view head, std::size_t at) {
  const std::uint64_t first = byte_at(head, at);
  if (at >= head.size() || first == 0) return std::nullopt;
  std::size_t length = 1;
  while (!(first & (0x80U >> (length - 1)))) ++length;
  const std::uint64_t mask = (std::uint64_t{1} << (7 * length)) - 1;
  const std::uint64_t value = big_endian(head, at, length) & mask;
  return EbmlNumber{value, length, value == mask};
}

std::optional<std::string> find_matroska_shortage(const SniffInput& input) {
  const auto header = read_ebml_number(input.head, 4);
  if (!header) return std::nullopt;
  const std::uint64_t segment = 4 + header->length + header->value;
  if (segment + 12 > input.head.size()) return std::nullopt;
  const auto at = static_cast<std::size_t>(segment);
  if (!has_at(input.head, at, "\x18\x53\x80\x67"sv)) return std::nullopt;
  const auto size = read_ebml_number(input.head, at + 4);
  if (!size || size->is_unknown) return std::nullopt;
  const std::uint64_t end = segment + 4 + size->length + size->value;
  if (end <= static_cast<std::uint64_t>(input.size)) return std::nullopt;
  return describe_shortage("the segment", end, input.size);
}

/// Streaming writers leave 0 or all ones in the size; those say nothing.
std::optional<std::string> find_riff_shortage(const SniffInput& input) {
  const std::uint64_t stated = has_at(input.head, 0, "RIFX") || has_at(input.head, 0, "FORM")
                                   ? big_endian(input.head, 4, 4)
                                   : little_endian(input.head, 4, 4);
  if (stated == 0 || stated >= 0x7fffff00U) return std::nullopt;
  if (stated + 8 <= static_cast<std::uint64_t>(input.size) + 1) return std::nullopt;
  return describe_shortage("the RIFF chunk", stated + 8, input.size);
}

/// Every tag of an FLV is followed by its own size; the last one too.
std::optional<std::string> find_flv_shortage(const SniffInput& input) {
  const std::string_view tail = input.tail;
  if (tail.size() < 32) return std::nullopt;
  const std::uint64_t size = big_endian(tail, tail.size() - 4, 4);
  if (size < 11 || size + 4 > static_cast<std::uint64_t>(input.size))
    return "it does not end with a whole tag";
  if (size + 4 > tail.size()) return std::nullopt;
  const std::size_t tag = tail.size() - 4 - static_cast<std::size_t>(size);
  const std::uint64_t type = byte_at(tail, tag) & 0x1f;
  const bool is_whole =
      (type == 8 || type == 9 || type == 18) && big_endian(tail, tag + 1, 3) + 11 == size;
  return is_whole ? std::nullopt : std::optional<std::string>("it does not end with a whole tag");
}

/// The file properties object states the size, unless the file was made for broadcast.
std::optional<std::string> find_asf_shortage(const SniffInput& input) {
  const std::size_t at =
      input.head.find("\xa1\xdc\xab\x8c\x47\xa9\xcf\x11\x8e\xe4\x00\xc0\x0c\x20\x53\x65"sv);
  if (at == std::string_view::npos) return std::nullopt;
  const bool is_broadcast = (little_endian(input.head, at + 88, 4) & 1) != 0;
  const std::uint64_t stated = little_endian(input.head, at + 40, 8);
  if (is_broadcast || stated <= static_cast<std::uint64_t>(input.size)) return std::nullopt;
  return describe_shortage("the file", stated, input.size);
}

/// The last page must be there to its end.
std::optional<std::string> find_ogg_shortage(std::string_view tail) {
  const std::size_t page = tail.rfind("OggS");
  if (page == std::string_view::npos) return std::nullopt;
  const std::size_t segments = static_cast<std::size_t>(byte_at(tail, page + 26));
  std::size_t size = 27 + segments;
  for (std::size_t i = 0; i < segments; ++i)
    size += static_cast<std::size_t>(byte_at(tail, page + 27 + i));
  if (page + 27 + segments <= tail.size() && page + size <= tail.size()) return std::nullopt;
  return "it ends inside a page";
}

/// One page at the front of `bytes`: which stream it belongs to, and how long its packets are.
struct OggPage {
  std::uint64_t stream = 0;
  std::size_t size = 0;
  std::vector<std::size_t> packets;  ///< those that end in it
  std::string_view content;
};

std::optional<OggPage> read_ogg_page(std::string_view bytes) {
  constexpr std::size_t kHeader = 27;
  if (!has_at(bytes, 0, "OggS")) return std::nullopt;
  const auto segments = static_cast<std::size_t>(byte_at(bytes, 26));
  OggPage page{little_endian(bytes, 14, 4), kHeader + segments, {}, {}};
  const bool goes_on = (byte_at(bytes, 5) & 1) != 0;
  // The rest of a packet is never empty, even if nothing of it is in this page.
  std::size_t length = goes_on ? 1 : 0;
  for (std::size_t i = 0; i < segments; ++i) {
    const auto part = static_cast<std::size_t>(byte_at(bytes, kHeader + i));
    length += part;
    page.size += part;
    if (part == 255) continue;
    page.packets.push_back(length);
    length = 0;
  }
  if (page.size > bytes.size()) return std::nullopt;
  page.content = bytes.substr(kHeader + segments, page.size - kHeader - segments);
  return page;
}

/// In Theora an empty packet is the picture before once more; in Vorbis it is nothing.
bool has_empty_vorbis(std::string_view head) {
  std::optional<std::uint64_t> vorbis;
  while (const std::optional<OggPage> page = read_ogg_page(head)) {
    if (has_at(page->content, 0, "\1vorbis"sv)) vorbis = page->stream;
    if (vorbis == page->stream && std::ranges::find(page->packets, 0U) != page->packets.end())
      return true;
    head.remove_prefix(page->size);
  }
  return false;
}

std::optional<std::string> find_shortage(const SniffInput& input, std::string_view container) {
  if (container == "matroska") return find_matroska_shortage(input);
  if (container == "avi" || container == "wav" || container == "aiff")
    return find_riff_shortage(input);
  if (container == "flv") return find_flv_shortage(input);
  if (container == "asf") return find_asf_shortage(input);
  if (container == "ogg") return find_ogg_shortage(input.tail);
  return std::nullopt;
}

/// Broadcast files may carry up to 64 KiB before the first partition.
bool is_mxf_with_run_in(std::string_view head) {
  const std::size_t at = head.find("\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02"sv);
  return at != std::string_view::npos && at > 0;
}

}  // namespace

std::optional<Sniff> sniff_container(const SniffInput& input) {
  if (auto mp4 = sniff_mp4(input)) return mp4;
  for (const Signature& signature : kSignatures) {
    if (!has_at(input.head, signature.offset, signature.bytes) ||
        !has_at(input.head, signature.second_offset, signature.second_bytes))
      continue;
    Sniff sniffed{.container = std::string(signature.container),
                  .description = std::string(signature.description)};
    sniffed.cut_short = find_shortage(input, signature.container);
    sniffed.is_surely_cut = signature.container == "ogg" && sniffed.cut_short.has_value();
    sniffed.has_empty_packets = signature.container == "ogg" && has_empty_vorbis(input.head);
    return sniffed;
  }
  if (is_mxf_with_run_in(input.head)) return Sniff{.container = "mxf", .description = "MXF"};
  return std::nullopt;
}

}  // namespace mpegflow::probe
