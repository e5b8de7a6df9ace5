#include "core/plan/picture_tasks.h"

#include <gtest/gtest.h>

#include "core/plan/task_params.h"

namespace mpegflow::plan {
namespace {

TEST(PictureTasks, AreThoseThatAreAskedFor) {
  probe::Probe probe;
  probe.duration = 30;
  probe::VideoStream video;
  video.width = 640;
  video.height = 360;
  submit::JobSpec spec;
  spec.inputs = {{"main", "file:///a.mov"}};
  EXPECT_TRUE(plan_pictures(spec, spec.inputs[0], probe, video).empty());
  spec.poster.enabled = spec.sprites.enabled = true;
  const auto tasks = plan_pictures(spec, spec.inputs[0], probe, video);
  ASSERT_EQ(tasks.size(), 2U);
  EXPECT_EQ(tasks[0].key, "poster");
  EXPECT_EQ(tasks[0].kind, queue::TaskKind::thumbnails);
  const FfmpegParams poster = parse_ffmpeg_params(tasks[0].params);
  EXPECT_EQ(poster.outputs, std::vector<std::string>{"poster.jpg"});
  EXPECT_EQ(poster.inputs, (std::map<std::string, std::string>{{"in/main.mov", "main"}}));
  const FfmpegParams sprites = parse_ffmpeg_params(tasks[1].params);
  EXPECT_EQ(sprites.folder, "sprites");
  ASSERT_TRUE(sprites.sprites);
  EXPECT_EQ(package::count_sprites(*sprites.sprites), 30);
}

}  // namespace
}  // namespace mpegflow::plan
