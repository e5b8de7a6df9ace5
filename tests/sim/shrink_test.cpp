#include "sim/shrink.h"

#include <gtest/gtest.h>

namespace mpegflow::sim {
namespace {

TEST(Shrink, AListOfFaultsIsReadAsItIsWritten) {
  const std::vector<Strike> strikes = {{Fault::power_loss, 7}, {Fault::failover, 2}};
  EXPECT_EQ(to_text(strikes), "power_loss:7,failover:2");
  EXPECT_EQ(parse_strikes(to_text(strikes)), std::set<Strike>(strikes.begin(), strikes.end()));
  EXPECT_EQ(parse_strikes("none"), std::set<Strike>());
}

TEST(Shrink, OtherTextIsNoListOfFaults) {
  EXPECT_FALSE(parse_strikes("power_loss"));
  EXPECT_FALSE(parse_strikes("power_loss:x"));
  EXPECT_FALSE(parse_strikes("rain:1"));
}

}  // namespace
}  // namespace mpegflow::sim
