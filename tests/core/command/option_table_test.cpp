#include "core/command/option_table.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

TEST(OptionTable, TheBinaryOutranksOurTable) {
  EXPECT_EQ(OptionTable().find("isync")->takes, Option::Takes::value);
  const OptionTable old({{{"isync", false}}, {}});
  EXPECT_EQ(old.find("isync")->takes, Option::Takes::nothing);
}

TEST(OptionTable, WhatTheBinaryLacksIsStillKnown) {
  const OptionTable table({{{"y", false}}, {}});
  EXPECT_EQ(table.find("stats_enc_pre")->takes, Option::Takes::value);
  EXPECT_TRUE(table.is_library_option("crf"));
  EXPECT_FALSE(table.find("nonsense").has_value());
}

}  // namespace
}  // namespace mpegflow::command
