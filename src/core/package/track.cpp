#include "core/package/track.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace mpegflow::package {
namespace {

base::Result<void> read_media_header(std::string_view mdhd, Track& track) {
  FieldReader field(mdhd);
  const std::uint8_t version = field.u8();
  field.skip(version == 1 ? 19 : 11);
  track.timescale = field.u32();
  if (!field.ok() || track.timescale == 0) return fail_stream("the track has no time scale");
  return {};
}

base::Result<void> check_handler(std::string_view hdlr, TrackKind kind) {
  FieldReader field(hdlr);
  field.skip(8);
  const BoxType handler = field.u32();
  if (handler == (kind == TrackKind::video ? box_type("vide") : box_type("soun"))) return {};
  return fail_stream(
      fmt::format("the track is of kind '{}', not {}", to_letters(handler), to_word(kind)));
}

base::Result<void> read_sample_table(std::string_view stbl, Track& track) {
  ASSIGN_OR_RETURN(const std::string_view stsd, read_path(stbl, {box_type("stsd")}));
  FieldReader field(stsd);
  field.skip(4);
  const std::uint32_t entries = field.u32();
  if (!field.ok() || entries != 1) return fail_stream("the track has not one sample entry");
  ASSIGN_OR_RETURN(const auto boxes, read_boxes(field.rest()));
  if (boxes.size() != 1) return fail_stream("the track has not one sample entry");
  ASSIGN_OR_RETURN(track.codec, read_sample_entry(boxes.front(), track.kind));

  ASSIGN_OR_RETURN(const std::string_view stsz, read_path(stbl, {box_type("stsz")}));
  FieldReader sizes(stsz);
  sizes.skip(8);
  if (sizes.u32() != 0 || !sizes.ok()) return fail_stream("moov holds samples of its own");
  return {};
}

base::Result<void> read_edit_list(std::string_view elst, std::string_view moov, Track& track) {
  FieldReader field(elst);
  const std::uint8_t version = field.u8();
  field.skip(3);
  const std::uint32_t count = field.u32();
  if (count == 0 && field.ok()) return {};
  field.skip(version == 1 ? 8 : 4);
  track.media_time_width = version == 1 ? 8 : 4;
  track.media_time_offset = static_cast<std::size_t>(field.rest().data() - moov.data());
  track.media_time = version == 1 ? field.i64() : field.i32();
  const std::uint32_t rate = field.u32();
  if (!field.ok() || count != 1 || track.media_time < 0 || track.media_time > 1LL << 40 ||
      rate != 0x10000)
    return fail_stream("its edit list is more than one offset; see muxer_arguments()");
  return {};
}

base::Result<void> read_defaults(std::string_view mvex, Track& track) {
  ASSIGN_OR_RETURN(const std::string_view trex, read_path(mvex, {box_type("trex")}));
  FieldReader field(trex);
  field.skip(4);
  const std::uint32_t id = field.u32();
  field.skip(4);
  track.defaults.duration = field.u32();
  track.defaults.size = field.u32();
  track.defaults.flags = field.u32();
  if (!field.ok() || id != track.id) return fail_stream("trex does not belong to the track");
  return {};
}

base::Result<void> read_track_id(std::string_view tkhd, Track& track) {
  FieldReader field(tkhd);
  const std::uint8_t version = field.u8();
  field.skip(version == 1 ? 19 : 11);
  track.id = field.u32();
  if (!field.ok() || track.id == 0) return fail_stream("the track has no number");
  return {};
}

}  // namespace

base::Result<Track> read_track(std::string_view moov, TrackKind kind) {
  Track track;
  track.kind = kind;
  ASSIGN_OR_RETURN(const auto boxes, read_boxes(moov));
  if (std::ranges::count(boxes, box_type("trak"), &Box::type) != 1)
    return fail_stream("moov has not one track");
  const std::string_view trak = find_box(boxes, box_type("trak"))->payload;

  ASSIGN_OR_RETURN(const std::string_view tkhd, read_path(trak, {box_type("tkhd")}));
  RETURN_IF_ERROR(read_track_id(tkhd, track));
  ASSIGN_OR_RETURN(const std::string_view mdia, read_path(trak, {box_type("mdia")}));
  ASSIGN_OR_RETURN(const std::string_view mdhd, read_path(mdia, {box_type("mdhd")}));
  RETURN_IF_ERROR(read_media_header(mdhd, track));
  ASSIGN_OR_RETURN(const std::string_view hdlr, read_path(mdia, {box_type("hdlr")}));
  RETURN_IF_ERROR(check_handler(hdlr, kind));
  ASSIGN_OR_RETURN(const std::string_view stbl,
                   read_path(mdia, {box_type("minf"), box_type("stbl")}));
  RETURN_IF_ERROR(read_sample_table(stbl, track));

  const Box* mvex = find_box(boxes, box_type("mvex"));
  if (mvex == nullptr) return fail_stream("moov is not that of a fragmented file (no mvex)");
  RETURN_IF_ERROR(read_defaults(mvex->payload, track));

  ASSIGN_OR_RETURN(const auto in_trak, read_boxes(trak));
  if (const Box* edts = find_box(in_trak, box_type("edts"))) {
    ASSIGN_OR_RETURN(const std::string_view elst, read_path(edts->payload, {box_type("elst")}));
    RETURN_IF_ERROR(read_edit_list(elst, moov, track));
  }
  return track;
}

}  // namespace mpegflow::package
