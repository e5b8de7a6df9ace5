#include "sim/world.h"

#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "checkout/checkout.h"

namespace mpegflow::sim {
namespace {

/// Runs seeds and says what the first violation was.
void expect_clean(std::uint64_t from, std::uint64_t count) {
  for (std::uint64_t seed = from; seed < from + count; ++seed) {
    const Outcome outcome = World(seed).run();
    std::string lines;
    for (const std::string& line : outcome.last_lines) lines += line + "\n";
    ASSERT_FALSE(outcome.violation) << "seed " << seed << ": " << *outcome.violation << "\n"
                                    << lines;
  }
}

// Four tests, so that they share the cores.
TEST(World, KeepsItsRulesInSeeds1To250) {
  expect_clean(1, 250);
}
TEST(World, KeepsItsRulesInSeeds251To500) {
  expect_clean(251, 250);
}
TEST(World, KeepsItsRulesInSeeds501To750) {
  expect_clean(501, 250);
}
TEST(World, KeepsItsRulesInSeeds751To1000) {
  expect_clean(751, 250);
}

TEST(World, KeepsItsRulesInSeedsThatOnceBrokeThem) {
  std::ifstream file(std::string(MPEGFLOW_SOURCE_DIR) + "/tests/sim/kept_seeds");
  int count = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    expect_clean(std::stoull(line), 1);
    ++count;
  }
  EXPECT_GT(count, 0);
}

TEST(World, IsTheSameForTheSameSeed) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed)
    EXPECT_EQ(World(seed).run().trace_hash, World(seed).run().trace_hash) << seed;
}

TEST(World, IsAnotherForAnotherSeed) {
  EXPECT_NE(World(1).run().trace_hash, World(2).run().trace_hash);
}

TEST(World, HasOnlyTheFaultsThatItMay) {
  const Outcome all = World(7).run();
  ASSERT_GT(all.struck.size(), 3U);
  const std::set<Strike> none;
  EXPECT_TRUE(World(7, &none).run().struck.empty());
  const std::set<Strike> one = {all.struck.front()};
  EXPECT_EQ(World(7, &one).run().struck, std::vector<Strike>{all.struck.front()});
}

TEST(World, IsBadEnough) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) tally.add(World(seed).run().tally);
  for (const char* what :
       {"commits", "late commits", "reports", "releases", "retries", "objects collected",
        "sweeps that expired leases", "failovers that lost commits"})
    EXPECT_GT(tally.counts[what], 0) << what;
  for (std::size_t i = 0; i < kFaults; ++i)
    EXPECT_GT(tally.faults[i], 0) << to_word(static_cast<Fault>(i));
  EXPECT_GT(tally.crashes.size(), 10U);
}

}  // namespace
}  // namespace mpegflow::sim
