#pragma once

#include <string_view>

namespace mpegflow::retry {

/// A wrapper of a graphics card or of another video engine, or a filter that runs on one.
bool is_hardware_context(std::string_view context);
/// A hardware device is set up: what the tools say around whatever its library said.
bool names_device(std::string_view text);
/// What a complaint says of the hardware. A decoder that uses hardware speaks under the name of its
/// codec, so there the words tell. "" if it is about none.
std::string_view find_hardware_reason(std::string_view context, std::string_view text,
                                      bool is_running);

}  // namespace mpegflow::retry
