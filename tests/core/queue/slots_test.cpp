#include "core/queue/slots.h"

#include <vector>

#include <gtest/gtest.h>

namespace mpegflow::queue {
namespace {

TEST(Slots, WithoutLimitsALaneMayTakeAny) {
  const std::vector<LaneLoad> lanes = {{8, 0, {}, 5}, {1, 0, {}, 100}};
  EXPECT_TRUE(has_slot(lanes, 1, 1));
  EXPECT_TRUE(has_slot(lanes, 1, 0)) << "whoever asks knows of a slot of its own";
}

TEST(Slots, ALaneStopsAtItsCap) {
  const std::vector<LaneLoad> lanes = {{8, 0, 5, 4}, {1, 0, 5, 5}};
  EXPECT_TRUE(has_slot(lanes, 0, 9));
  EXPECT_FALSE(has_slot(lanes, 1, 9));
}

TEST(Slots, TheLastOnesAreKeptForTheLaneThatReservedThem) {
  const std::vector<LaneLoad> lanes = {{8, 2, {}, 0}, {1, 0, {}, 3}};
  EXPECT_TRUE(has_slot(lanes, 1, 3));
  EXPECT_FALSE(has_slot(lanes, 1, 2));
  EXPECT_TRUE(has_slot(lanes, 0, 1));
}

TEST(Slots, WhatRunsInAReservationIsNotKeptTwice) {
  const std::vector<LaneLoad> lanes = {{8, 2, {}, 1}, {1, 0, {}, 3}};
  EXPECT_TRUE(has_slot(lanes, 1, 2));
  EXPECT_FALSE(has_slot(lanes, 1, 1));
}

TEST(Slots, BeyondItsOwnReservationALaneLeavesTheOthersTheirs) {
  const std::vector<LaneLoad> lanes = {{8, 1, {}, 1}, {4, 2, {}, 0}};
  EXPECT_FALSE(has_slot(lanes, 0, 2));
  EXPECT_TRUE(has_slot(lanes, 1, 2));
}

TEST(Slots, AReservationIsNoWayAroundACap) {
  const std::vector<LaneLoad> lanes = {{8, 3, 1, 1}};
  EXPECT_FALSE(has_slot(lanes, 0, 9));
}

}  // namespace
}  // namespace mpegflow::queue
