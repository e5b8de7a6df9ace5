#include "base/ids.h"

#include <set>

#include <gtest/gtest.h>

namespace mpegflow::base {
namespace {

TEST(Ids, SortByTheTimeTheyWereMade) {
  SystemEntropy entropy;
  const std::string early = make_id(1'700'000'000'000'000, entropy);
  const std::string late = make_id(1'700'000'000'001'000, entropy);
  EXPECT_LT(early, late);
  EXPECT_EQ(early.size(), 26U);
}

TEST(Ids, AreAllDifferent) {
  SystemEntropy entropy;
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(make_id(1'700'000'000'000'000, entropy));
  EXPECT_EQ(ids.size(), 1000U);
}

TEST(Ids, DerivedOnesDependOnTheTextAlone) {
  EXPECT_EQ(derive_id("a"), derive_id("a"));
  EXPECT_NE(derive_id("a"), derive_id("b"));
  EXPECT_EQ(derive_id("a").size(), 26U);
  EXPECT_EQ(derive_id("a").find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz"),
            std::string::npos);
}

}  // namespace
}  // namespace mpegflow::base
