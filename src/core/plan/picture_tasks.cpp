#include "core/plan/picture_tasks.h"

#include "core/encode/picture_command.h"
#include "core/package/sprite_track.h"
#include "core/plan/task_params.h"

namespace mpegflow::plan {
namespace {

PlannedTask make_task(std::string key, const submit::InputSpec& input, FfmpegParams params) {
  params.inputs = {{input_name_of(input), input.key}};
  PlannedTask task;
  task.key = std::move(key);
  task.kind = queue::TaskKind::thumbnails;
  task.needs = {"probe"};
  task.params = to_json(params);
  return task;
}

PlannedTask plan_poster(const submit::JobSpec& spec, const submit::InputSpec& input,
                        const probe::Probe& probe, const probe::VideoStream& video) {
  FfmpegParams params;
  params.outputs = {"poster.jpg"};
  params.argv = encode::make_poster_command(probe, video, spec.poster, input_name_of(input),
                                            "out/" + params.outputs.front());
  return make_task("poster", input, std::move(params));
}

PlannedTask plan_sprites(const submit::JobSpec& spec, const submit::InputSpec& input,
                         const probe::Probe& probe, const probe::VideoStream& video) {
  FfmpegParams params;
  params.sprites = encode::plan_sprites(probe, video, spec.sprites);
  params.argv = encode::make_sprites_command(probe, video, *params.sprites, input_name_of(input),
                                             "out/sheet_%03d.jpg");
  params.folder = "sprites";
  PlannedTask task = make_task("sprites", input, std::move(params));
  const double frames = static_cast<double>(video.frames.value_or(0));
  task.expected_cpu_us = static_cast<std::int64_t>(
      frames * static_cast<double>(video.width * video.height) * kDecodeSecondsPerMegapixel);
  return task;
}

}  // namespace

std::vector<PlannedTask> plan_pictures(const submit::JobSpec& spec, const submit::InputSpec& input,
                                       const probe::Probe& probe, const probe::VideoStream& video) {
  std::vector<PlannedTask> tasks;
  if (spec.poster.enabled) tasks.push_back(plan_poster(spec, input, probe, video));
  if (spec.sprites.enabled) tasks.push_back(plan_sprites(spec, input, probe, video));
  return tasks;
}

}  // namespace mpegflow::plan
