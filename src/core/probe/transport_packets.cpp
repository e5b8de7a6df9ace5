#include "core/probe/transport_packets.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "core/probe/bytes.h"

namespace mpegflow::probe {
namespace {

constexpr std::size_t kPacket = 188;
constexpr std::size_t kUnitHeader = 6;  ///< 00 00 01, the kind of stream, two bytes of length

struct Packet {
  std::uint64_t stream = 0;  ///< PID
  bool begins_unit = false;
  std::string_view payload;  ///< empty if it has none
};

/// The packet whose sync byte stands at `at`; nullopt if there is none.
std::optional<Packet> read_packet(std::string_view bytes, std::size_t at) {
  if (at + kPacket > bytes.size() || byte_at(bytes, at) != 0x47) return std::nullopt;
  const std::uint64_t header = big_endian(bytes, at, 4);
  Packet packet;
  packet.stream = header >> 8 & 0x1fff;
  packet.begins_unit = (header >> 22 & 1) != 0;
  std::size_t start = 4;
  if ((header >> 5 & 1) != 0) start += 1 + byte_at(bytes, at + 4);  // an adaptation field
  const bool is_scrambled = (header >> 6 & 3) != 0;
  if ((header >> 4 & 1) != 0 && start < kPacket && !is_scrambled)
    packet.payload = bytes.substr(at + start, kPacket - start);
  return packet;
}

/// Pictures or sound; tables have other beginnings.
bool is_unit_header(std::string_view payload) {
  return payload.size() >= kUnitHeader && big_endian(payload, 0, 3) == 1 &&
         byte_at(payload, 3) >= 0xbd;
}

/// What there is of the last unit of a stream.
struct Unit {
  std::size_t stated = 0;  ///< bytes, 0 = it does not say
  std::size_t found = 0;
};

std::map<std::uint64_t, Unit> find_last_units(std::string_view tail, PacketGrid grid) {
  std::map<std::uint64_t, Unit> last;  // by stream
  for (std::size_t at = grid.sync; at < tail.size(); at += grid.size) {
    const auto packet = read_packet(tail, at);
    if (!packet || packet->payload.empty()) continue;
    if (packet->begins_unit && is_unit_header(packet->payload)) {
      const auto length = static_cast<std::size_t>(big_endian(packet->payload, 4, 2));
      last[packet->stream] = {length == 0 ? 0 : length + kUnitHeader, packet->payload.size()};
    } else if (const auto unit = last.find(packet->stream); unit != last.end()) {
      unit->second.found += packet->payload.size();
    }
  }
  return last;
}

}  // namespace

bool begins_inside_unit(std::string_view head, PacketGrid grid) {
  std::map<std::uint64_t, bool> began_inside;  // by stream: what its first packet was
  for (std::size_t at = grid.sync; at < head.size(); at += grid.size) {
    const auto packet = read_packet(head, at);
    if (!packet || packet->payload.empty()) continue;
    const bool is_first = began_inside.try_emplace(packet->stream, !packet->begins_unit).second;
    if (!is_first && packet->begins_unit && is_unit_header(packet->payload) &&
        began_inside[packet->stream])
      return true;
  }
  return false;
}

std::optional<std::string> find_unfinished_unit(std::string_view tail, PacketGrid grid) {
  for (const auto& [stream, unit] : find_last_units(tail, grid))
    if (unit.found < unit.stated)
      return fmt::format("the last unit of stream 0x{:x} has {} of {} bytes", stream, unit.found,
                         unit.stated);
  return std::nullopt;
}

}  // namespace mpegflow::probe
