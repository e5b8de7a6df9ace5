#include "core/submit/fields/parts.h"

/// The rows of `qc`.
namespace mpegflow::submit {
namespace {

constexpr std::string_view kOnFail[] = {"fail", "warn"};

constexpr Field kLoudnessBoundsFields[] = {
    {.name = "min",
     .kind = FieldKind::number,
     .description = "The least, in LUFS; 0 sets no bound.",
     .access = keep<&LoudnessBounds::min>,
     .minimum = -70,
     .maximum = 0},
    {.name = "max",
     .kind = FieldKind::number,
     .description = "The most, in LUFS; 0 sets no bound.",
     .access = keep<&LoudnessBounds::max>,
     .minimum = -70,
     .maximum = 0},
};

constexpr ObjectType kLoudnessBoundsType = {"Loudness bounds", kLoudnessBoundsFields,
                                            make_defaults<LoudnessBounds>};

/// Written only if there is one, since 0 is a number too.
constexpr Access kKeepDecodeErrors = {
    keep<&QcSpec::max_decode_errors>.set, [](const void* object) -> base::json::value {
      const std::int64_t most = static_cast<const QcSpec*>(object)->max_decode_errors;
      return most < 0 ? base::json::value(base::json::object()) : base::json::value(most);
    }};

constexpr Field kQcFields[] = {
    {.name = "on_fail",
     .kind = FieldKind::word,
     .description = "What becomes of a task whose output breaks a rule about black, silence, "
                    "freezes, loudness, SSIM or PSNR: it fails, or succeeds with a warning.",
     .access = keep<&QcSpec::on_fail>,
     .words = kOnFail},
    {.name = "duration_tolerance",
     .kind = FieldKind::seconds,
     .description = "How much the length of a stream may differ from what the source and the "
                    "command make it; 0 stands for a quarter of a second, or 1 % up to 2 s.",
     .access = keep<&QcSpec::duration_tolerance>,
     .minimum = 0.001,
     .maximum = 3600,
     .is_zero_allowed = true},
    {.name = "whole_decode",
     .kind = FieldKind::boolean,
     .description = "Decode the whole output, not its head, joints and tail alone.",
     .access = keep<&QcSpec::whole_decode>},
    {.name = "max_decode_errors",
     .kind = FieldKind::integer,
     .presence = Presence::optional,
     .description = "Errors of the decoder that are let pass. Without it none in what was encoded, "
                    "3 in what was only copied.",
     .access = kKeepDecodeErrors,
     .minimum = 0,
     .maximum = 1e6},
    {.name = "max_black",
     .kind = FieldKind::seconds,
     .description = "The longest black piece that is allowed; 0 leaves it unchecked.",
     .access = keep<&QcSpec::max_black>,
     .minimum = 0.5,
     .maximum = 24.0 * 3600,
     .is_zero_allowed = true},
    {.name = "max_silence",
     .kind = FieldKind::seconds,
     .description =
         "The longest silent piece (below -60 dB) that is allowed; 0 leaves it unchecked.",
     .access = keep<&QcSpec::max_silence>,
     .minimum = 0.5,
     .maximum = 24.0 * 3600,
     .is_zero_allowed = true},
    {.name = "max_freeze",
     .kind = FieldKind::seconds,
     .description = "The longest piece with a picture that does not move; 0 leaves it unchecked.",
     .access = keep<&QcSpec::max_freeze>,
     .minimum = 0.5,
     .maximum = 24.0 * 3600,
     .is_zero_allowed = true},
    {.name = "loudness",
     .kind = FieldKind::object,
     .description = "Integrated loudness after EBU R 128.",
     .access = keep<&QcSpec::loudness>,
     .object = &kLoudnessBoundsType},
    {.name = "min_ssim",
     .kind = FieldKind::number,
     .description = "The least SSIM against the source; 0 leaves it unchecked.",
     .access = keep<&QcSpec::min_ssim>,
     .minimum = 0,
     .maximum = 1},
    {.name = "min_psnr",
     .kind = FieldKind::number,
     .description = "The least PSNR in dB against the source; 0 leaves it unchecked.",
     .access = keep<&QcSpec::min_psnr>,
     .minimum = 0,
     .maximum = 100},
};

}  // namespace

template <>
std::span<const Field> fields_of<LoudnessBounds>() {
  return kLoudnessBoundsFields;
}

template <>
std::span<const Field> fields_of<QcSpec>() {
  return kQcFields;
}

constinit const ObjectType kQcType = {"Quality rules", kQcFields, make_defaults<QcSpec>};

}  // namespace mpegflow::submit
