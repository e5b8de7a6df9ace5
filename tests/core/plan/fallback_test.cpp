#include "core/plan/fallback.h"

#include <gtest/gtest.h>

namespace mpegflow::plan {
namespace {

base::json::object make_params() {
  base::json::object params = {{"argv", {"ffmpeg", "h264_nvenc"}}, {"folder", "720p"}};
  params["fallback"] = to_json(Fallback{"libx264", {"ffmpeg", "libx264"}});
  return params;
}

TEST(Fallback, IsReadAsItWasWritten) {
  EXPECT_EQ(find_fallback(make_params()), (Fallback{"libx264", {"ffmpeg", "libx264"}}));
  EXPECT_EQ(find_fallback({{"argv", {"ffmpeg"}}}), std::nullopt);
}

TEST(Fallback, IsTheOnlyCommandOnceItIsTaken) {
  const base::json::object taken = take_fallback(make_params(), "720p by libx264");
  EXPECT_EQ(taken.at("argv"), (base::json::array{"ffmpeg", "libx264"}));
  EXPECT_EQ(taken.at("folder"), "720p");
  EXPECT_EQ(taken.at("notes"), (base::json::array{"720p by libx264"}));
  EXPECT_EQ(find_fallback(taken), std::nullopt);
}

TEST(Fallback, KeepsTheNotesThatAreThere) {
  base::json::object params = make_params();
  params["notes"] = {"one"};
  EXPECT_EQ(take_fallback(params, "two").at("notes"), (base::json::array{"one", "two"}));
}

}  // namespace
}  // namespace mpegflow::plan
