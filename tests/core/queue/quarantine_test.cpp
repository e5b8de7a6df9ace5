#include "core/queue/quarantine.h"

#include <gtest/gtest.h>

namespace mpegflow::queue {
namespace {

TEST(Quarantine, IsForTheHostOnWhichOneJobAfterTheOtherFails) {
  const QuarantinePolicy policy;
  EXPECT_EQ(find_suspect(policy, 2, 1), Suspect::nobody);
  EXPECT_EQ(find_suspect(policy, 3, 1), Suspect::host);
}

TEST(Quarantine, IsNotForTheHostsOfAJobThatFailsEverywhere) {
  const QuarantinePolicy policy;
  EXPECT_EQ(find_suspect(policy, 1, 3), Suspect::job);
  EXPECT_EQ(find_suspect(policy, 3, 3), Suspect::job);
}

TEST(Quarantine, TakesItsNumbersFromARecord) {
  const auto record = base::parse_json(
      R"({"jobs":2,"duration_us":5,"hosts":7,"memory_us":8,"silence_us":9})", "policy");
  const QuarantinePolicy policy = parse_quarantine_policy(record->get_object());
  EXPECT_EQ(policy, (QuarantinePolicy{2, base::Micros(5), 7, base::Micros(8), base::Micros(9)}));
  EXPECT_EQ(parse_quarantine_policy({}), QuarantinePolicy{});
}

}  // namespace
}  // namespace mpegflow::queue
