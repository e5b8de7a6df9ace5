#include "core/submit/fields/parts.h"

/// The rows of `packaging`.
namespace mpegflow::submit {
namespace {

constexpr std::string_view kFormats[] = {"hls", "mp4"};

constexpr std::string_view kContainers[] = {"fmp4"};

constexpr Field kPackagingFields[] = {
    {.name = "format",
     .kind = FieldKind::word,
     .description =
         "hls: segments and playlists; mp4: one progressive file per rendition, with its "
         "audio.",
     .access = keep<&PackagingSpec::format>,
     .words = kFormats},
    {.name = "container",
     .kind = FieldKind::word,
     .description = "Container of the segments.",
     .access = keep<&PackagingSpec::container>,
     .words = kContainers},
    {.name = "segment_duration",
     .kind = FieldKind::seconds,
     .description = "Length of a segment that is asked for; in fact a whole number of GOPs.",
     .access = keep<&PackagingSpec::segment_duration>,
     .minimum = 1,
     .maximum = 60},
    {.name = "gop_duration",
     .kind = FieldKind::seconds,
     .description = "Time between key frames that is asked for; in fact a whole number of frames.",
     .access = keep<&PackagingSpec::gop_duration>,
     .minimum = 0.25,
     .maximum = 20},
    {.name = "dash",
     .kind = FieldKind::boolean,
     .presence = Presence::optional,
     .description = "Also an MPEG-DASH manifest over the same segments, manifest.mpd.",
     .access = keep_unless_default<&PackagingSpec::dash>,
     .default_words = "`false`"},
    {.name = "iframes",
     .kind = FieldKind::boolean,
     .presence = Presence::optional,
     .description = "Also I-frame playlists, for fast forward and scrubbing.",
     .access = keep_unless_default<&PackagingSpec::iframes>,
     .default_words = "`false`"},
    {.name = "publish_early",
     .kind = FieldKind::boolean,
     .presence = Presence::optional,
     .description = "Publish once all that is required is there, and again when the rest is.",
     .access = keep_unless_default<&PackagingSpec::publish_early>,
     .default_words = "`false`"},
};

}  // namespace

template <>
std::span<const Field> fields_of<PackagingSpec>() {
  return kPackagingFields;
}

constinit const ObjectType kPackagingType = {"Packaging", kPackagingFields,
                                             make_defaults<PackagingSpec>};

}  // namespace mpegflow::submit
