#include "core/submit/fields/parts.h"

/// The rows of `audio` and `loudness`.
namespace mpegflow::submit {
namespace {

constexpr std::string_view kAudioCodecs[] = {"aac"};

constexpr std::int64_t kChannels[] = {1, 2, 6, 8};

constexpr std::int64_t kSampleRates[] = {32'000, 44'100, 48'000, 96'000};

constexpr Field kAudioFields[] = {
    {.name = "enabled",
     .kind = FieldKind::boolean,
     .description = "false leaves the audio out.",
     .access = keep<&AudioSpec::enabled>},
    {.name = "codec",
     .kind = FieldKind::word,
     .description = "Audio codec.",
     .access = keep<&AudioSpec::codec>,
     .words = kAudioCodecs},
    {.name = "bitrate",
     .kind = FieldKind::bit_rate,
     .description = "Bit rate of the audio.",
     .access = keep<&AudioSpec::bitrate>,
     .minimum = 8'000,
     .maximum = 1'000'000},
    {.name = "channels",
     .kind = FieldKind::integer,
     .description = "Channels of the result.",
     .access = keep<&AudioSpec::channels>,
     .choices = kChannels},
    {.name = "sample_rate",
     .kind = FieldKind::integer,
     .description = "Samples per second of the result.",
     .access = keep<&AudioSpec::sample_rate>,
     .choices = kSampleRates},
};

constexpr Field kLoudnessFields[] = {
    {.name = "enabled",
     .kind = FieldKind::boolean,
     .description = "true measures the audio and brings it to the target.",
     .access = keep<&LoudnessSpec::enabled>,
     .default_words = "`true` where the map is given"},
    {.name = "target",
     .kind = FieldKind::number,
     .description = "Integrated loudness in LUFS.",
     .access = keep<&LoudnessSpec::target>,
     .minimum = -70,
     .maximum = -5},
    {.name = "true_peak",
     .kind = FieldKind::number,
     .description = "Highest true peak in dBTP.",
     .access = keep<&LoudnessSpec::true_peak>,
     .minimum = -9,
     .maximum = 0},
    {.name = "range",
     .kind = FieldKind::number,
     .description = "Loudness range in LU up to which nothing is compressed.",
     .access = keep<&LoudnessSpec::range>,
     .minimum = 1,
     .maximum = 50},
};

}  // namespace

template <>
std::span<const Field> fields_of<AudioSpec>() {
  return kAudioFields;
}

constinit const ObjectType kAudioType = {"Audio", kAudioFields, make_defaults<AudioSpec>};

template <>
std::span<const Field> fields_of<LoudnessSpec>() {
  return kLoudnessFields;
}

constinit const ObjectType kLoudnessType = {"Loudness", kLoudnessFields,
                                            make_defaults<LoudnessSpec>};

}  // namespace mpegflow::submit
