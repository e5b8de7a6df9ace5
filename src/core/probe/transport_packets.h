#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mpegflow::probe {

/// How the packets of a transport stream lie in some bytes of it.
struct PacketGrid {
  std::size_t size = 188;  ///< 188, 192 (with time code) or 204 (with error correction) bytes
  std::size_t sync = 0;    ///< offset of the first sync byte
};

/// Whether a stream of pictures or sound begins in the middle of one of its units, as what a
/// receiver records does and what a muxer writes does not. `head`: the first bytes of the file.
bool begins_inside_unit(std::string_view head, PacketGrid grid);

/// The last unit of pictures or sound that is shorter than it says, in words, or nullopt. `tail`:
/// the last bytes of the file.
std::optional<std::string> find_unfinished_unit(std::string_view tail, PacketGrid grid);

}  // namespace mpegflow::probe
