#pragma once

#include <string_view>

namespace mpegflow::command {

/// An option of the program itself, as some FFmpeg from 4 to 9 has it.
struct KnownOption {
  std::string_view name;
  std::string_view traits;  ///< letters, see known_options.cpp

  constexpr bool has(char trait) const { return traits.find(trait) != std::string_view::npos; }
};

/// What no binary can tell: options of other versions than the one that is here, and which side of
/// a command an option belongs to.
const KnownOption* find_known_option(std::string_view name);
/// An option of a codec, format, protocol, device or scaler of some FFmpeg from 4 to 9.
bool is_library_option(std::string_view name);

}  // namespace mpegflow::command
