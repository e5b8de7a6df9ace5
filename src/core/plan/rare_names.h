#pragma once

#include <string>
#include <string_view>

namespace mpegflow::plan {

/// Names of FFmpeg's parts that a build may lack: those of hardware, of libraries that it is built
/// with or not, and of muxers that came with a later release. What every build has is not rare, nor
/// is a name that no FFmpeg has.
bool is_rare_encoder(std::string_view name);
bool is_rare_decoder(std::string_view name);
bool is_rare_filter(std::string_view name);
bool is_rare_muxer(std::string_view name);

/// Of them those that need a device of their kind.
bool is_hardware_filter(std::string_view name);
bool is_hardware_decoder(std::string_view name);

/// The muxer that FFmpeg chooses for a name with this extension (without the dot), if it is rare;
/// else empty.
std::string find_rare_muxer(std::string_view extension);

/// The decoders of which FFmpeg takes the first that it has for a codec ("libdav1d/libaom-av1"), if
/// a build may lack them all; else empty.
std::string find_rare_decoders(std::string_view codec);

}  // namespace mpegflow::plan
