#include "core/probe/transport_packets.h"

#include <gtest/gtest.h>

namespace mpegflow::probe {
namespace {

/// A packet of stream 0x101 with `payload`, filled up as its adaptation field.
std::string make_packet(bool begins_unit, const std::string& payload) {
  std::string packet = {'\x47', static_cast<char>(begins_unit ? 0x41 : 0x01), '\x01', '\x30'};
  const std::size_t filled = 188 - 4 - payload.size();
  packet += static_cast<char>(filled - 1);
  packet += std::string(1, '\0') + std::string(filled - 2, '\xff');
  return packet + payload;
}

/// The first packet of a unit of sound that says it has `length` bytes after its first six.
std::string begin_unit(int length, std::size_t has) {
  std::string payload = {
      '\0', '\0', '\x01', '\xc0', static_cast<char>(length >> 8), static_cast<char>(length & 0xff)};
  return make_packet(true, payload + std::string(has - 6, 'a'));
}
std::string continue_unit(std::size_t has) {
  return make_packet(false, std::string(has, 'a'));
}

TEST(TransportPackets, ShowAUnitThatIsNotFinished) {
  EXPECT_EQ(find_unfinished_unit(begin_unit(194, 100) + continue_unit(100), {}), std::nullopt);
  EXPECT_EQ(find_unfinished_unit(begin_unit(194, 100), {}),
            "the last unit of stream 0x101 has 100 of 200 bytes");
  EXPECT_EQ(find_unfinished_unit(begin_unit(194, 100) + begin_unit(94, 100), {}), std::nullopt)
      << "only the last counts";
  EXPECT_EQ(find_unfinished_unit(begin_unit(0, 100), {}), std::nullopt) << "it does not say";
  EXPECT_EQ(find_unfinished_unit(continue_unit(100), {}), std::nullopt);
}

TEST(TransportPackets, ShowWhetherTheFileBeginsInsideAUnit) {
  const std::string unit = begin_unit(194, 100) + continue_unit(100);
  EXPECT_FALSE(begins_inside_unit(unit + unit, {}));
  EXPECT_TRUE(begins_inside_unit(continue_unit(100) + unit, {}));
  EXPECT_TRUE(begins_inside_unit("abc" + continue_unit(100) + unit, {188, 3}));
  EXPECT_FALSE(begins_inside_unit("", {}));
}

}  // namespace
}  // namespace mpegflow::probe
