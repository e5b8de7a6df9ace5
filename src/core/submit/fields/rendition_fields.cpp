#include "core/submit/fields/parts.h"

/// The rows of `renditions`.
namespace mpegflow::submit {
namespace {

constexpr std::string_view kVideoCodecs[] = {"h264", "hevc", "av1"};

constexpr std::string_view kEncoders[] = {"libx264", "libx265", "libsvtav1", "h264_nvenc",
                                          "hevc_nvenc"};

constexpr std::string_view kNeeds[] = {"required", "optional", "best_effort"};

constexpr std::string_view kPresets[] = {
    "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower",
    "veryslow",  "0",         "1",        "2",      "3",    "4",      "5",    "6",
    "7",         "8",         "9",        "10",     "11",   "12",     "13"};

// Keys that a rendition's folder or task must not take from the other parts of its job.
constexpr std::string_view kTakenKeys[] = {"audio",    "probe",          "assemble",     "package",
                                           "manifest", "thumbnails",     "qc",           "deliver",
                                           "master",   "poster",         "sprites",      "loudness",
                                           "publish",  "manifest-early", "publish-early"};

constexpr Field kRenditionFields[] = {
    {.name = "key",
     .kind = FieldKind::key,
     .presence = Presence::optional,
     .description = "Name of the rendition's folder and task.",
     .access = keep<&RenditionSpec::key>,
     .reserved = kTakenKeys,
     .default_words = "the height, as in 720p"},
    {.name = "height",
     .kind = FieldKind::integer,
     .presence = Presence::required,
     .description = "Short side of the picture in pixels; the shape of the source is kept.",
     .access = keep<&RenditionSpec::height>,
     .minimum = 16,
     .maximum = 4320,
     .is_even = true},
    {.name = "codec",
     .kind = FieldKind::word,
     .description = "Video codec.",
     .access = keep<&RenditionSpec::codec>,
     .words = kVideoCodecs},
    {.name = "encoder",
     .kind = FieldKind::word,
     .presence = Presence::optional,
     .description = "The encoder of FFmpeg. One of hardware runs on workers that really have it, "
                    "nowhere else.",
     .access = keep_unless_default<&RenditionSpec::encoder>,
     .words = kEncoders,
     .default_words = "libx264, libx265 or libsvtav1, by codec"},
    {.name = "fallback",
     .kind = FieldKind::word,
     .presence = Presence::optional,
     .description = "The encoder to take in place of `encoder` where no worker has that.",
     .access = keep_unless_default<&RenditionSpec::fallback>,
     .words = kEncoders,
     .default_words = "none: the task is held"},
    {.name = "preset",
     .kind = FieldKind::word,
     .description = "Speed of the encoder against size of the result: a word for h264 and hevc, a "
                    "number from 0 to 13 for av1.",
     .access = keep<&RenditionSpec::preset>,
     .words = kPresets},
    {.name = "crf",
     .kind = FieldKind::number,
     .description = "Constant quality; lower is better and larger. Up to 51 for h264 and hevc.",
     .access = keep<&RenditionSpec::crf>,
     .minimum = 0,
     .maximum = 63},
    {.name = "maxrate",
     .kind = FieldKind::bit_rate,
     .description = "Cap of the bit rate.",
     .access = keep<&RenditionSpec::maxrate>,
     .minimum = 10'000,
     .maximum = 1e9,
     .is_zero_allowed = true},
    {.name = "bufsize",
     .kind = FieldKind::bit_rate,
     .description = "Bits over which the cap holds; needs maxrate.",
     .access = keep<&RenditionSpec::bufsize>,
     .minimum = 10'000,
     .maximum = 1e10,
     .is_zero_allowed = true,
     .default_words = "1.5 × maxrate"},
    {.name = "need",
     .kind = FieldKind::word,
     .presence = Presence::optional,
     .description = "What it means for the job if this rendition fails for good: required, the job "
                    "fails; optional, it is partial, and published without it; best_effort, it "
                    "succeeds without it.",
     .access = keep_unless_default<&RenditionSpec::need>,
     .words = kNeeds,
     .default_words = "`required`"},
};

}  // namespace

template <>
std::span<const Field> fields_of<RenditionSpec>() {
  return kRenditionFields;
}

constinit const ObjectType kRenditionType = {"Rendition", kRenditionFields,
                                             make_defaults<RenditionSpec>};

}  // namespace mpegflow::submit
