#include "core/plan/raw_tasks.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/plan/task_params.h"

namespace mpegflow::plan {
namespace {

submit::JobSpec make_spec(std::vector<submit::RawTaskSpec> tasks) {
  submit::JobSpec spec;
  spec.inputs = {{"main", "file:///film.mkv"}};
  spec.tasks = std::move(tasks);
  return spec;
}

FfmpegParams params_of(const PlannedTask& task) {
  return parse_ffmpeg_params(task.params);
}

TEST(RawTasks, ResolvePlaceholdersInTheWorkingFolder) {
  const auto planned = plan_raw_tasks(
      make_spec({{"cut", {"-i", "{input.main}", "{output.clip.mp4}"}, {}},
                 {"poster", {"-i", "{task.cut.clip.mp4}", "{output.poster.jpg}"}, {"cut"}}}));
  ASSERT_EQ(planned.size(), 2U);
  const FfmpegParams cut = params_of(planned[0]), poster = params_of(planned[1]);
  EXPECT_EQ(cut.inputs.at("in/main.mkv"), "main");
  EXPECT_EQ(cut.outputs, std::vector<std::string>{"clip.mp4"});
  EXPECT_EQ(cut.argv.back(), "out/clip.mp4");
  EXPECT_EQ(poster.needed.at("in/cut.clip.mp4"), "cut/clip.mp4");
  EXPECT_EQ(planned[1].needs, (std::vector<std::string>{"probe", "cut"}));
}

TEST(RawTasks, GuardEveryInputThatIsOpened) {
  const auto planned =
      plan_raw_tasks(make_spec({{"cut", {"-i", "{input.main}", "{output.clip.mp4}"}, {}}}));
  const std::vector<std::string> argv = params_of(planned[0]).argv;
  const auto input = std::ranges::find(argv, "-i");
  ASSERT_NE(input, argv.end());
  EXPECT_EQ(*(input - 4), "-format_whitelist");
  EXPECT_EQ(*(input - 2), "-protocol_whitelist");
}

TEST(RawTasks, TakeFilesByNameAndLeaveAFolder) {
  submit::RawTaskSpec task{
      "a", {"-i", "in/1/x.mkv", "{outputs}/d/y%d.ts", "{outputs}/s%v/z.ts"}, {}};
  task.files = {{"in/1/x.mkv", "main"}, {"in/2/l*", "b/l*"}};
  const submit::JobSpec spec = make_spec({task});
  EXPECT_TRUE(leaves_all(spec));
  EXPECT_FALSE(needs_probe(spec));
  const auto planned = plan_static(spec);
  ASSERT_EQ(planned.size(), 2U);  // no probe
  EXPECT_TRUE(planned[0].needs.empty());
  const FfmpegParams params = params_of(planned[0]);
  EXPECT_EQ(params.inputs.at("in/1/x.mkv"), "main");
  EXPECT_EQ(params.needed.at("in/2/l*"), "b/l*");
  EXPECT_TRUE(params.takes_all);
  EXPECT_EQ(params.folders, std::vector<std::string>{"d"});
  EXPECT_EQ(std::ranges::find(params.argv, "-format_whitelist"), params.argv.end());
  EXPECT_EQ(params.argv.back(), "out/s%v/z.ts");
  EXPECT_TRUE(parse_deliver_params(planned[1].params).adds);
}

TEST(RawTasks, GiveClashingNamesFoldersOfTheirOwn) {
  const auto planned = plan_raw_tasks(make_spec({{"a", {"{output.x.mp4}"}, {}},
                                                 {"b", {"{output.x.mp4}"}, {}},
                                                 {"c", {"{output.y.mp4}"}, {}}}));
  EXPECT_EQ(params_of(planned[0]).folder, "a");
  EXPECT_EQ(params_of(planned[1]).folder, "b");
  EXPECT_EQ(params_of(planned[2]).folder, "");
}

}  // namespace
}  // namespace mpegflow::plan
