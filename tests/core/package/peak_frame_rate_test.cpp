#include "core/package/peak_frame_rate.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace mpegflow::package {
namespace {

constexpr std::int64_t kSecond = 90000;

std::vector<std::int64_t> make_times(std::int64_t count, std::int64_t num, std::int64_t den,
                                     std::int64_t first = 0) {
  std::vector<std::int64_t> times;
  for (std::int64_t i = 0; i < count; ++i) times.push_back(first + i * kSecond * den / num);
  return times;
}

Rational rate_of(const std::vector<std::int64_t>& times, std::int64_t end) {
  PeakFrameRate rate;
  rate.add(times, kSecond);
  return rate.finish(end, kSecond);
}

TEST(PeakFrameRate, OfASteadyStreamIsItsRate) {
  EXPECT_EQ(rate_of(make_times(100, 25, 1), 4 * kSecond), (Rational{25, 1}));
  EXPECT_EQ(rate_of(make_times(90, 30000, 1001), 90 * 3003), (Rational{30000, 1001}));
  // Every second time is rounded: 3753.75 ticks.
  EXPECT_EQ(rate_of(make_times(96, 24000, 1001), 96 * 15015 / 4), (Rational{24000, 1001}));
  EXPECT_EQ(rate_of(make_times(5, 1, 3), 15 * kSecond), (Rational{1, 3}));
  EXPECT_EQ(rate_of(make_times(3, 3, 2), 2 * kSecond), (Rational{3, 2}));
}

TEST(PeakFrameRate, IsThatOfTheFastestSecond) {
  auto times = make_times(30, 10, 1);
  for (const std::int64_t time : make_times(60, 30, 1, 3 * kSecond)) times.push_back(time);
  for (const std::int64_t time : make_times(30, 10, 1, 5 * kSecond)) times.push_back(time);
  EXPECT_EQ(rate_of(times, 8 * kSecond), (Rational{30, 1}));
}

TEST(PeakFrameRate, DoesNotSeeHoles) {
  auto times = make_times(100, 25, 1);
  times.erase(times.begin() + 30, times.begin() + 50);
  EXPECT_EQ(rate_of(times, 4 * kSecond), (Rational{25, 1}));
}

TEST(PeakFrameRate, CountsWhatComesAtOnceOverAWholeSecond) {
  const std::vector<std::int64_t> burst = {0, kSecond * 5, kSecond * 5 + 90, kSecond * 5 + 180};
  EXPECT_EQ(rate_of(burst, 10 * kSecond), (Rational{2, 1}));
}

TEST(PeakFrameRate, OfLessThanASecondIsTheAverage) {
  EXPECT_EQ(rate_of({0}, kSecond / 25), (Rational{25, 1}));
  EXPECT_EQ(rate_of({0, 9000, 10000}, kSecond / 5), (Rational{15, 1}));
  EXPECT_EQ(rate_of({}, 0), (Rational{0, 1}));
}

TEST(PeakFrameRate, TakesPicturesInTheOrderInWhichTheyAreDecoded) {
  PeakFrameRate rate;
  for (std::int64_t second = 0; second < 3; ++second) {
    auto times = make_times(50, 50, 1, second * kSecond);
    std::ranges::reverse(times);
    rate.add(times, kSecond);
  }
  EXPECT_EQ(rate.finish(3 * kSecond, kSecond), (Rational{50, 1}));
}

}  // namespace
}  // namespace mpegflow::package
