#include "core/package/segment_writer.h"

#include <algorithm>

namespace mpegflow::package {
namespace {

void put_number(std::string& out, std::uint64_t value, int width) {
  for (int shift = 8 * (width - 1); shift >= 0; shift -= 8)
    out += static_cast<char>(value >> shift & 0xff);
}

void put_u32(std::string& out, std::uint32_t value) {
  put_number(out, value, 4);
}

void put_header(std::string& out, std::uint64_t payload_size, BoxType type) {
  const bool is_large = payload_size + 8 > 0xffffffff;
  put_u32(out, is_large ? 1 : static_cast<std::uint32_t>(payload_size + 8));
  put_u32(out, type);
  if (is_large) put_number(out, payload_size + 16, 8);
}

std::string make_box(BoxType type, std::string_view payload) {
  std::string box;
  put_header(box, payload.size(), type);
  box += payload;
  return box;
}

/// `version` and `flags` first.
std::string make_full_box(BoxType type, std::uint8_t version, std::uint32_t flags,
                          std::string_view payload) {
  std::string content;
  put_u32(content, std::uint32_t{version} << 24 | flags);
  content += payload;
  return make_box(type, content);
}

std::string make_brands(BoxType type, std::uint32_t minor, const std::vector<BoxType>& brands) {
  std::string content;
  put_u32(content, brands.front());
  put_u32(content, minor);
  for (const BoxType brand : brands) put_u32(content, brand);
  return make_box(type, content);
}

constexpr std::uint32_t kDefaultDuration = 0x8;
constexpr std::uint32_t kDefaultFlags = 0x20;
constexpr std::uint32_t kDefaultBaseIsMoof = 0x20000;
constexpr std::uint32_t kDataOffset = 0x1;
constexpr std::uint32_t kFirstSampleFlags = 0x4;
constexpr std::uint32_t kDuration = 0x100;
constexpr std::uint32_t kSize = 0x200;
constexpr std::uint32_t kFlags = 0x400;
constexpr std::uint32_t kCompositionOffset = 0x800;

/// Which fields stand once for the whole fragment and which with every sample.
struct RunLayout {
  std::uint32_t tfhd = kDefaultBaseIsMoof;
  std::uint32_t trun = kDataOffset | kSize;
};

RunLayout plan_layout(const std::vector<Sample>& samples) {
  RunLayout layout;
  const Sample& first = samples.front();
  const Sample& last = samples.back();
  const bool is_steady = std::ranges::all_of(
      samples, [&](const Sample& sample) { return sample.duration == first.duration; });
  if (is_steady) layout.tfhd |= kDefaultDuration;
  else layout.trun |= kDuration;
  const bool rest_is_alike =
      std::all_of(samples.begin() + 1, samples.end(),
                  [&](const Sample& sample) { return sample.flags == last.flags; });
  if (rest_is_alike) layout.tfhd |= kDefaultFlags;
  else layout.trun |= kFlags;
  if (rest_is_alike && first.flags != last.flags) layout.trun |= kFirstSampleFlags;
  const bool is_reordered = std::ranges::any_of(
      samples, [](const Sample& sample) { return sample.composition_offset != 0; });
  if (is_reordered) layout.trun |= kCompositionOffset;
  return layout;
}

std::string make_run(const Fragment& fragment, const RunLayout& layout, std::uint32_t data_offset) {
  std::string content;
  put_u32(content, static_cast<std::uint32_t>(fragment.samples.size()));
  put_u32(content, data_offset);
  if ((layout.trun & kFirstSampleFlags) != 0) put_u32(content, fragment.samples.front().flags);
  for (const Sample& sample : fragment.samples) {
    if ((layout.trun & kDuration) != 0) put_u32(content, sample.duration);
    put_u32(content, sample.size);
    if ((layout.trun & kFlags) != 0) put_u32(content, sample.flags);
    if ((layout.trun & kCompositionOffset) != 0)
      put_u32(content, static_cast<std::uint32_t>(sample.composition_offset));
  }
  return make_full_box(box_type("trun"), 1, layout.trun, content);
}

std::string make_fragment_header(std::uint32_t track_id, std::uint32_t sequence,
                                 const Fragment& fragment, std::uint32_t data_offset) {
  const RunLayout layout = plan_layout(fragment.samples);
  std::string tfhd;
  put_u32(tfhd, track_id);
  if ((layout.tfhd & kDefaultDuration) != 0) put_u32(tfhd, fragment.samples.front().duration);
  if ((layout.tfhd & kDefaultFlags) != 0) put_u32(tfhd, fragment.samples.back().flags);
  std::string tfdt;
  put_number(tfdt, static_cast<std::uint64_t>(fragment.decode_time), 8);
  std::string mfhd;
  put_u32(mfhd, sequence);
  const std::string traf =
      make_box(box_type("traf"), make_full_box(box_type("tfhd"), 0, layout.tfhd, tfhd) +
                                     make_full_box(box_type("tfdt"), 1, 0, tfdt) +
                                     make_run(fragment, layout, data_offset));
  return make_box(box_type("moof"), make_full_box(box_type("mfhd"), 0, 0, mfhd) + traf);
}

FragmentPlace append_fragment(std::string& out, std::uint32_t track_id, std::uint32_t sequence,
                              const Fragment& fragment) {
  const auto offset = static_cast<std::int64_t>(out.size());
  std::string mdat_header;
  put_header(mdat_header, fragment.bytes.size(), box_type("mdat"));
  // The offset has a fixed width, so the header is measured with any value first.
  const std::size_t header_size = make_fragment_header(track_id, sequence, fragment, 0).size();
  out += make_fragment_header(track_id, sequence, fragment,
                              static_cast<std::uint32_t>(header_size + mdat_header.size()));
  out += mdat_header;
  const auto data = static_cast<std::int64_t>(out.size());
  out += fragment.bytes;
  return {offset, data + fragment.samples.front().size - offset};
}

}  // namespace

std::string make_init_segment(const Track& track, std::string_view moov, std::int64_t media_time) {
  std::vector<BoxType> brands = {box_type("iso6"), box_type("cmfc"), box_type("mp41")};
  if (track.codec.name.starts_with("av01")) brands.push_back(box_type("av01"));
  std::string init = make_brands(box_type("ftyp"), 0x200, brands);
  std::string content(moov);
  if (media_time != track.media_time) {
    base::check(track.media_time_width != 0, "there is an edit list to change");
    std::string field;
    put_number(field, static_cast<std::uint64_t>(media_time),
               static_cast<int>(track.media_time_width));
    content.replace(track.media_time_offset, track.media_time_width, field);
  }
  return init + make_box(box_type("moov"), content);
}

MediaSegment make_media_segment(std::uint32_t track_id, std::uint32_t sequence,
                                std::vector<Fragment> fragments) {
  MediaSegment segment;
  segment.bytes = make_brands(box_type("styp"), 0, {box_type("msdh"), box_type("cmfs")});
  for (Fragment& fragment : fragments) {
    segment.fragments.push_back(append_fragment(segment.bytes, track_id, sequence++, fragment));
    fragment = {};
  }
  return segment;
}

}  // namespace mpegflow::package
