#include "core/submit/fields/parts.h"

/// The rows of `poster` and `sprites`.
namespace mpegflow::submit {
namespace {

constexpr Field kPosterFields[] = {
    {.name = "enabled",
     .kind = FieldKind::boolean,
     .description = "true makes poster.jpg.",
     .access = keep<&PosterSpec::enabled>,
     .default_words = "`true` where the map is given"},
    {.name = "at",
     .kind = FieldKind::number,
     .description = "Seconds from the start; -1 for a tenth of the film, at most a minute.",
     .access = keep<&PosterSpec::at>,
     .minimum = -1,
     .maximum = 1e6},
    {.name = "height",
     .kind = FieldKind::integer,
     .description = "Short side of the picture in pixels, at most that of the source.",
     .access = keep<&PosterSpec::height>,
     .minimum = 16,
     .maximum = 4320,
     .is_even = true},
};

constexpr Field kSpritesFields[] = {
    {.name = "enabled",
     .kind = FieldKind::boolean,
     .description = "true makes sprites/ with its sheets and thumbnails.vtt.",
     .access = keep<&SpritesSpec::enabled>,
     .default_words = "`true` where the map is given"},
    {.name = "interval",
     .kind = FieldKind::seconds,
     .description = "Time from one picture to the next; 0 for about a hundred in all.",
     .access = keep<&SpritesSpec::interval>,
     .minimum = 0.1,
     .maximum = 3600,
     .is_zero_allowed = true},
    {.name = "height",
     .kind = FieldKind::integer,
     .description = "Short side of one picture in pixels.",
     .access = keep<&SpritesSpec::height>,
     .minimum = 16,
     .maximum = 720,
     .is_even = true},
    {.name = "columns",
     .kind = FieldKind::integer,
     .description = "Pictures side by side on a sheet.",
     .access = keep<&SpritesSpec::columns>,
     .minimum = 1,
     .maximum = 50},
    {.name = "rows",
     .kind = FieldKind::integer,
     .description = "Rows of pictures on a sheet.",
     .access = keep<&SpritesSpec::rows>,
     .minimum = 1,
     .maximum = 50},
};

}  // namespace

template <>
std::span<const Field> fields_of<PosterSpec>() {
  return kPosterFields;
}

constinit const ObjectType kPosterType = {"Poster", kPosterFields, make_defaults<PosterSpec>};

template <>
std::span<const Field> fields_of<SpritesSpec>() {
  return kSpritesFields;
}

constinit const ObjectType kSpritesType = {"Sprites", kSpritesFields, make_defaults<SpritesSpec>};

}  // namespace mpegflow::submit
