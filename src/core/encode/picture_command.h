#pragma once

#include <string>
#include <vector>

#include "core/encode/encode_command.h"
#include "core/package/sprite_track.h"

namespace mpegflow::encode {

/// The one picture that stands for the film, as a JPEG written to `output`.
std::vector<std::string> make_poster_command(const probe::Probe& probe,
                                             const probe::VideoStream& video,
                                             const submit::PosterSpec& poster,
                                             const std::string& input_name,
                                             const std::string& output);

/// The layout of the film's sprite sheets. Without an interval of its own there are about a hundred
/// pictures, at most one every second.
package::SpriteSheets plan_sprites(const probe::Probe& probe, const probe::VideoStream& video,
                                   const submit::SpritesSpec& sprites);

/// The sheets as JPEGs; `output` has a place for their number ("out/sprites/sheet_%03d.jpg").
std::vector<std::string> make_sprites_command(const probe::Probe& probe,
                                              const probe::VideoStream& video,
                                              const package::SpriteSheets& sheets,
                                              const std::string& input_name,
                                              const std::string& output);

}  // namespace mpegflow::encode
