#include "core/submit/retry_policy.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "core/submit/read_spec.h"

namespace mpegflow::submit {
namespace {

SpecReading read(const std::string& retry) {
  return read_spec("input: a.mov\nladder: hls-h264\noutput: out\n" + retry, {"/srv"});
}

TEST(RetrySection, DefaultsAreThoseOfThePolicy) {
  EXPECT_EQ(to_retry_policy(RetrySpec{}), retry::RetryPolicy{});
}

TEST(RetrySection, ChangesWhatItNamesAndNothingElse) {
  const SpecReading reading = read(
      "retry: {total_wall: 6h, operational: {max: 1}, room: {max: 9}, "
      "memory: {next_pool: big, then: hold}}");
  ASSERT_TRUE(reading.spec);
  retry::RetryPolicy expected;
  expected.total_wall = std::chrono::hours(6);
  expected.operational.max = 1;
  expected.room.max = 9;
  expected.memory.next_pool = "big";
  expected.memory.then = retry::Step::hold;
  EXPECT_EQ(to_retry_policy(reading.spec->retry), expected);
  EXPECT_EQ(parse_job_spec(to_json(*reading.spec)), *reading.spec);
}

TEST(RetrySection, IsNotPartOfTheIdentityOfAJobWithoutOne) {
  const SpecReading reading = read("");
  ASSERT_TRUE(reading.spec);
  EXPECT_FALSE(to_json(*reading.spec).contains("retry"));
}

TEST(RetrySection, MustNotBeginWithALongerWaitThanItsLongest) {
  const SpecReading reading = read("retry: {lost: {base: 2m}}");
  ASSERT_EQ(reading.faults.size(), 1U);
  EXPECT_EQ(reading.faults.front().path, "retry.lost.base");
}

}  // namespace
}  // namespace mpegflow::submit
