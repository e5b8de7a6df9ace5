#include "core/package/codec.h"

#include <array>
#include <optional>
#include <vector>

#include <fmt/format.h>

namespace mpegflow::package {
namespace {

std::uint32_t reverse_bits(std::uint32_t value) {
  std::uint32_t reversed = 0;
  for (int bit = 0; bit < 32; ++bit) reversed |= (value >> bit & 1U) << (31 - bit);
  return reversed;
}

base::Result<std::string> name_avc(std::string_view entry, std::string_view configuration) {
  FieldReader field(configuration);
  field.skip(1);
  const std::uint32_t profile_and_level = field.u24();
  if (!field.ok()) return fail_stream("avcC is too short");
  return fmt::format("{}.{:06X}", entry, profile_and_level);
}

/// ISO 14496-15 annex E: profile space and number, compatibility flags with the bits reversed,
/// tier and level, constraint bytes without the trailing zeros.
base::Result<std::string> name_hevc(std::string_view entry, std::string_view configuration) {
  FieldReader field(configuration);
  field.skip(1);
  const std::uint8_t profile = field.u8();
  const std::uint32_t compatibility = field.u32();
  const std::string_view constraints = field.take(6);
  const std::uint8_t level = field.u8();
  if (!field.ok()) return fail_stream("hvcC is too short");
  constexpr std::array<std::string_view, 4> kSpaces = {"", "A", "B", "C"};
  std::string name =
      fmt::format("{}.{}{}.{:X}.{}{}", entry, kSpaces.at(profile >> 6), profile & 31,
                  reverse_bits(compatibility), (profile & 32) != 0 ? 'H' : 'L', level);
  const std::size_t last = constraints.find_last_not_of('\0');
  for (std::size_t i = 0; last != std::string_view::npos && i <= last; ++i)
    name += fmt::format(".{:X}", static_cast<unsigned char>(constraints[i]));
  return name;
}

base::Result<std::string> name_av1(std::string_view entry, std::string_view configuration) {
  FieldReader field(configuration);
  field.skip(1);
  const std::uint8_t profile_and_level = field.u8();
  const std::uint8_t flags = field.u8();
  if (!field.ok()) return fail_stream("av1C is too short");
  const bool is_high_tier = (flags & 0x80) != 0;
  const int depth = (flags & 0x40) == 0 ? 8 : (flags & 0x20) != 0 ? 12 : 10;
  return fmt::format("{}.{}.{:02}{}.{:02}", entry, profile_and_level >> 5, profile_and_level & 31,
                     is_high_tier ? 'H' : 'M', depth);
}

base::Result<std::string> name_vp9(std::string_view entry, std::string_view configuration) {
  FieldReader field(configuration);
  field.skip(4);
  const std::uint8_t profile = field.u8();
  const std::uint8_t level = field.u8();
  const std::uint8_t depth = field.u8();
  if (!field.ok()) return fail_stream("vpcC is too short");
  return fmt::format("{}.{:02}.{:02}.{:02}", entry, profile, level, depth >> 4);
}

using NameVideo = base::Result<std::string> (*)(std::string_view, std::string_view);

struct VideoEntry {
  BoxType entry;
  BoxType configuration;
  NameVideo name;
};

constexpr std::array<VideoEntry, 6> kVideoEntries = {{
    {box_type("avc1"), box_type("avcC"), name_avc},
    {box_type("avc3"), box_type("avcC"), name_avc},
    {box_type("hvc1"), box_type("hvcC"), name_hevc},
    {box_type("hev1"), box_type("hvcC"), name_hevc},
    {box_type("av01"), box_type("av1C"), name_av1},
    {box_type("vp09"), box_type("vpcC"), name_vp9},
}};

/// From the transfer characteristics of a colr box of type nclx.
std::string find_video_range(const std::vector<Box>& boxes) {
  const Box* color = find_box(boxes, box_type("colr"));
  if (color == nullptr) return {};
  FieldReader field(color->payload);
  if (field.u32() != box_type("nclx")) return {};
  field.skip(2);
  switch (field.u16()) {
    case 16: return "PQ";
    case 18: return "HLG";
    case 1:
    case 6:
    case 13:
    case 14:
    case 15: return "SDR";
    default: return {};
  }
}

base::Result<Codec> read_video_entry(const Box& entry) {
  FieldReader field(entry.payload);
  Codec codec;
  field.skip(24);
  codec.width = field.u16();
  codec.height = field.u16();
  field.skip(50);
  if (!field.ok()) return fail_stream("the sample entry is too short");
  ASSIGN_OR_RETURN(const auto boxes, read_boxes(field.rest()));
  for (const VideoEntry& known : kVideoEntries) {
    if (known.entry != entry.type) continue;
    const Box* configuration = find_box(boxes, known.configuration);
    if (configuration == nullptr) return fail_stream("the decoder configuration is missing");
    ASSIGN_OR_RETURN(codec.name, known.name(to_letters(entry.type), configuration->payload));
    codec.video_range = find_video_range(boxes);
    return codec;
  }
  return fail_stream(fmt::format("'{}' is no video codec we package", to_letters(entry.type)));
}

/// The content of the MPEG-4 descriptor `tag` at the start of `field` (ISO 14496-1: the length is
/// written in up to four bytes of seven bits); nullopt if there is another one.
std::optional<std::string_view> take_descriptor(FieldReader& field, std::uint8_t tag) {
  if (field.u8() != tag) return std::nullopt;
  std::size_t length = 0;
  std::uint8_t byte = 0;
  int count = 0;
  do {
    byte = field.u8();
    length = length << 7 | (byte & 0x7fU);
  } while ((byte & 0x80) != 0 && ++count < 4);
  const std::string_view content = field.take(length);
  return field.ok() ? std::optional(content) : std::nullopt;
}

/// Reads bits from the most significant on.
class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}
  std::uint32_t bits(int count) {
    std::uint32_t value = 0;
    for (; count > 0; --count, ++position_) {
      const std::size_t index = position_ / 8;
      if (index >= bytes_.size()) return 0;
      value = value << 1 | (static_cast<unsigned char>(bytes_[index]) >> (7 - position_ % 8) & 1U);
    }
    return value;
  }

 private:
  std::string_view bytes_;
  std::size_t position_ = 0;
};

/// AudioSpecificConfig (ISO 14496-3 §1.6.2.1): object type, frequency, channel configuration.
std::uint32_t read_audio_configuration(std::string_view configuration, Codec& codec) {
  constexpr std::array<std::int64_t, 13> kRates = {96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                                   22050, 16000, 12000, 11025, 8000,  7350};
  constexpr std::array<std::int64_t, 8> kChannels = {0, 1, 2, 3, 4, 5, 6, 8};
  BitReader reader(configuration);
  std::uint32_t object_type = reader.bits(5);
  if (object_type == 31) object_type = 32 + reader.bits(6);
  const std::uint32_t rate_index = reader.bits(4);
  if (rate_index == 15) codec.sample_rate = reader.bits(24);
  else if (rate_index < kRates.size()) codec.sample_rate = kRates.at(rate_index);
  const std::uint32_t channels = reader.bits(4);
  if (channels > 0 && channels < kChannels.size()) codec.channels = kChannels.at(channels);
  return object_type;
}

base::Result<Codec> read_audio_entry(const Box& entry) {
  if (entry.type != box_type("mp4a"))
    return fail_stream(fmt::format("'{}' is no audio codec we package", to_letters(entry.type)));
  FieldReader field(entry.payload);
  Codec codec;
  field.skip(16);
  codec.channels = field.u16();
  field.skip(6);
  codec.sample_rate = field.u32() >> 16;
  if (!field.ok()) return fail_stream("the sample entry is too short");
  ASSIGN_OR_RETURN(const std::string_view esds, read_path(field.rest(), {box_type("esds")}));
  FieldReader outer(esds);
  outer.skip(4);
  const auto stream = take_descriptor(outer, 3);
  if (!stream) return fail_stream("esds holds no stream descriptor");
  FieldReader inner(*stream);
  inner.skip(3);
  const auto decoder = take_descriptor(inner, 4);
  if (!decoder) return fail_stream("esds holds no decoder descriptor");
  FieldReader configuration(*decoder);
  const std::uint8_t object_type_indication = configuration.u8();
  configuration.skip(12);
  const auto specific = take_descriptor(configuration, 5);
  if (!specific || specific->size() < 2) return fail_stream("esds holds no AudioSpecificConfig");
  const std::uint32_t object_type = read_audio_configuration(*specific, codec);
  codec.name = fmt::format("mp4a.{:X}.{}", object_type_indication, object_type);
  return codec;
}

}  // namespace

std::string_view to_word(TrackKind kind) {
  return kind == TrackKind::video ? "video" : "audio";
}

base::Result<Codec> read_sample_entry(const Box& entry, TrackKind kind) {
  return kind == TrackKind::video ? read_video_entry(entry) : read_audio_entry(entry);
}

}  // namespace mpegflow::package
