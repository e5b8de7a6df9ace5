#include "core/package/fragment.h"

#include <algorithm>
#include <optional>

namespace mpegflow::package {
namespace {

constexpr std::size_t kMaxSamples = 1 << 20;
/// Ticks up to here stay exact in a double and far from the limits of 64 bits.
constexpr std::int64_t kMaxTime = std::int64_t{1} << 53;

base::Result<SampleDefaults> read_track_fragment_header(std::string_view tfhd, const Track& track) {
  FieldReader field(tfhd);
  const std::uint32_t flags = field.u32() & 0xffffff;
  if (field.u32() != track.id) return fail_stream("a fragment belongs to another track");
  if ((flags & 0x1) != 0) return fail_stream("a fragment has absolute positions");
  SampleDefaults defaults = track.defaults;
  if ((flags & 0x2) != 0) field.skip(4);
  if ((flags & 0x8) != 0) defaults.duration = field.u32();
  if ((flags & 0x10) != 0) defaults.size = field.u32();
  if ((flags & 0x20) != 0) defaults.flags = field.u32();
  if (!field.ok()) return fail_stream("tfhd is too short");
  return defaults;
}

base::Result<std::int64_t> read_decode_time(std::string_view tfdt) {
  FieldReader field(tfdt);
  const std::uint8_t version = field.u8();
  field.skip(3);
  const std::int64_t time = version == 1 ? field.i64() : field.u32();
  if (!field.ok() || time > kMaxTime || time < -kMaxTime)
    return fail_stream("a fragment has an impossible time");
  return time;
}

/// The samples of one trun; they start at `data_start` if it says so itself.
struct Run {
  std::optional<std::int64_t> data_offset;  ///< from the start of the moof
  std::vector<Sample> samples;
};

base::Result<Run> read_run(std::string_view trun, const SampleDefaults& defaults) {
  FieldReader field(trun);
  const std::uint32_t flags = field.u32() & 0xffffff;
  const std::uint32_t count = field.u32();
  Run run;
  if ((flags & 0x1) != 0) run.data_offset = field.i32();
  std::optional<std::uint32_t> first_flags;
  if ((flags & 0x4) != 0) first_flags = field.u32();
  if (count > kMaxSamples) return fail_stream("a fragment has too many samples");
  for (std::uint32_t i = 0; i < count && field.ok(); ++i) {
    Sample sample{defaults.duration, defaults.size, defaults.flags, 0};
    if ((flags & 0x100) != 0) sample.duration = field.u32();
    if ((flags & 0x200) != 0) sample.size = field.u32();
    if ((flags & 0x400) != 0) sample.flags = field.u32();
    if ((flags & 0x800) != 0) sample.composition_offset = field.i32();
    if (i == 0 && first_flags) sample.flags = *first_flags;
    if (sample.size == 0) return fail_stream("a sample is empty");
    run.samples.push_back(sample);
  }
  if (!field.ok()) return fail_stream("trun is shorter than its samples");
  return run;
}

base::Result<void> append_run(Run run, std::int64_t moof_offset, FragmentHeader& header) {
  auto& samples = header.fragment.samples;
  if (samples.size() + run.samples.size() > kMaxSamples)
    return fail_stream("a fragment has too many samples");
  const std::int64_t end = header.data_start + header.data_size;
  if (samples.empty() && !run.data_offset) return fail_stream("a fragment says not where it is");
  const std::int64_t start = run.data_offset ? moof_offset + *run.data_offset : end;
  if (samples.empty()) header.data_start = start;
  else if (start != end) return fail_stream("a fragment's samples are not in one piece");
  for (const Sample& sample : run.samples) header.data_size += sample.size;
  samples.insert(samples.end(), run.samples.begin(), run.samples.end());
  return {};
}

}  // namespace

base::Result<FragmentHeader> read_fragment_header(std::string_view moof, std::int64_t offset,
                                                  const Track& track) {
  ASSIGN_OR_RETURN(const auto in_moof, read_boxes(moof));
  if (std::ranges::count(in_moof, box_type("traf"), &Box::type) != 1)
    return fail_stream("a fragment holds not one track");
  ASSIGN_OR_RETURN(const auto boxes, read_boxes(find_box(in_moof, box_type("traf"))->payload));
  const Box* tfhd = find_box(boxes, box_type("tfhd"));
  const Box* tfdt = find_box(boxes, box_type("tfdt"));
  if (tfhd == nullptr || tfdt == nullptr) return fail_stream("a fragment has no tfhd or no tfdt");
  ASSIGN_OR_RETURN(const SampleDefaults defaults, read_track_fragment_header(tfhd->payload, track));
  FragmentHeader header;
  ASSIGN_OR_RETURN(header.fragment.decode_time, read_decode_time(tfdt->payload));
  for (const Box& box : boxes) {
    if (box.type != box_type("trun")) continue;
    ASSIGN_OR_RETURN(Run run, read_run(box.payload, defaults));
    RETURN_IF_ERROR(append_run(std::move(run), offset, header));
  }
  if (header.fragment.samples.empty()) return fail_stream("a fragment holds no samples");
  return header;
}

}  // namespace mpegflow::package
