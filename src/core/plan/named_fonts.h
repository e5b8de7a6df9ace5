#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::plan {

/// The fonts that a filter graph names: `font=` of drawtext, FontName in the force_style of
/// subtitles; each with those that may stand for it behind slashes ("Arial/Arimo/Liberation Sans").
/// Names for any font of a kind ("sans") are none, nor is what a file or a folder of fonts of the
/// job gives, or the subtitles may bring along.
std::vector<std::string> find_named_fonts(std::string_view graph);

}  // namespace mpegflow::plan
