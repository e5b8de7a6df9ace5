#include "core/submit/fill_in.h"

#include <gtest/gtest.h>

namespace mpegflow::submit {
namespace {

TEST(FillIn, TakesOnlyWhatIsNotSaidAtEveryDepth) {
  base::json::object fields{{"a", {{"x", 1}}}, {"b", "own"}, {"list", {1}}};
  fill_in(fields, {{"a", {{"x", 2}, {"y", 3}}}, {"b", {{"z", 4}}}, {"list", {5, 6}}, {"c", 7}});
  EXPECT_EQ(fields, (base::json::object{
                        {"a", {{"x", 1}, {"y", 3}}}, {"b", "own"}, {"list", {1}}, {"c", 7}}));
}

}  // namespace
}  // namespace mpegflow::submit
