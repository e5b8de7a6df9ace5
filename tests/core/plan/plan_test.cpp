#include "core/plan/plan.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "checkout/checkout.h"
#include "core/plan/raw_tasks.h"
#include "core/plan/task_params.h"
#include "core/submit/read_spec.h"
#include "support/golden.h"

namespace mpegflow::plan {
namespace {

submit::JobSpec read_example(const std::string& name) {
  const auto text = base::read_file(base::Path(MPEGFLOW_SOURCE_DIR) / "docs/examples" / name);
  EXPECT_TRUE(text) << name;
  const auto reading = submit::read_spec(text.value_or(""), {"/folder", ""});
  EXPECT_TRUE(reading.spec) << name;
  return reading.spec.value_or(submit::JobSpec{});
}

/// 60 s of 1080p at 25 frames with stereo sound.
probe::Probe make_probe() {
  probe::Probe probe;
  probe.container = "mov";
  probe.size = 50'000'000;
  probe.duration = 60;
  probe.start = 0;
  probe::VideoStream video;
  video.codec = "h264";
  video.tag = "avc1";
  video.width = 1920;
  video.height = 1080;
  video.frame_rate = video.average_frame_rate = {25, 1};
  video.pixel_format = "yuv420p";
  video.duration = 60;
  video.frames = 1500;
  probe.video.push_back(video);
  probe::AudioStream audio;
  audio.index = 1;
  audio.codec = "aac";
  audio.tag = "mp4a";
  audio.sample_rate = 48'000;
  audio.channels = 2;
  audio.language = "eng";
  audio.duration = 60;
  probe.audio.push_back(audio);
  return probe;
}

std::string print(const std::vector<PlannedTask>& tasks) {
  base::json::array list;
  for (const PlannedTask& task : tasks) {
    base::json::array needs;
    for (const std::string& need : task.needs) needs.emplace_back(need);
    list.push_back(base::json::object{{"key", task.key},
                                      {"kind", to_word(task.kind)},
                                      {"needs", needs},
                                      {"pool", task.pool},
                                      {"group", task.group_key},
                                      {"cpu_us", task.expected_cpu_us},
                                      {"bytes", task.expected_bytes},
                                      {"params", task.params}});
  }
  return base::to_pretty_json(list);
}

std::vector<PlannedTask> plan_all(const submit::JobSpec& spec, const probe::Probe& probe) {
  std::vector<PlannedTask> tasks = plan_static(spec);
  Probes probes;
  for (const submit::InputSpec& input : spec.inputs) probes[input.key] = probe;
  auto grown = plan_expansion(spec, probes, {});
  EXPECT_TRUE(grown);
  if (grown) std::ranges::move(*grown, std::back_inserter(tasks));
  return tasks;
}

/// The whole plan with every argv.
void expect_plan(const std::string& example, const std::string& golden) {
  test::expect_golden("tests/golden/plan/" + golden,
                      print(plan_all(read_example(example), make_probe())));
}

TEST(Plan, OfTheFullExample) {
  expect_plan("full.json", "full.json");
}
TEST(Plan, OfTheLadderExample) {
  expect_plan("ladder.yaml", "ladder.json");
}
TEST(Plan, OfTheRawTasksExample) {
  expect_plan("raw-tasks.yaml", "raw-tasks.json");
}
TEST(Plan, OfTheTwoRenditionsExample) {
  expect_plan("two-renditions.yaml", "two-renditions.json");
}

TEST(Plan, TwiceIsTheSame) {
  const submit::JobSpec spec = read_example("ladder.yaml");
  EXPECT_EQ(plan_all(spec, make_probe()), plan_all(spec, make_probe()));
}

TEST(Plan, EveryNeedIsATaskBeforeIt) {
  for (const std::string name :
       {"full.json", "ladder.yaml", "raw-tasks.yaml", "two-renditions.yaml"}) {
    std::vector<std::string> before;
    for (const PlannedTask& task : plan_all(read_example(name), make_probe())) {
      for (const std::string& need : task.needs)
        EXPECT_NE(std::ranges::find(before, need), before.end())
            << name << ' ' << task.key << ' ' << need;
      before.push_back(task.key);
    }
  }
}

TEST(Plan, DropsRungsThatWouldEnlarge) {
  probe::Probe small = make_probe();
  small.video.front().width = 1280;
  small.video.front().height = 720;
  for (const PlannedTask& task : plan_all(read_example("ladder.yaml"), small))
    EXPECT_NE(task.key, "1080p");
}

TEST(Plan, KeepsTheSizeOfASourceBelowAllRungs) {
  probe::Probe tiny = make_probe();
  tiny.video.front().width = 160;
  tiny.video.front().height = 90;
  std::vector<std::string> encodes;
  for (const PlannedTask& task : plan_all(read_example("ladder.yaml"), tiny))
    if (task.kind == queue::TaskKind::encode) encodes.push_back(task.key);
  EXPECT_EQ(encodes, (std::vector<std::string>{"90p", "audio"}));
}

submit::JobSpec read_text(const std::string& text) {
  const auto reading = submit::read_spec("input: /a.mov\noutput: /out\n" + text, {});
  EXPECT_TRUE(reading.spec) << to_text(reading.faults, "spec");
  return reading.spec.value_or(submit::JobSpec{});
}

const PlannedTask& find_task(const std::vector<PlannedTask>& tasks, const std::string& key) {
  const auto found = std::ranges::find(tasks, key, &PlannedTask::key);
  EXPECT_NE(found, tasks.end()) << key;
  return *found;
}

TEST(Plan, OfARenditionByHardwareNeedsAWorkerThatHasIt) {
  const auto tasks = plan_all(
      read_text("renditions: [{height: 720, encoder: h264_nvenc}, {height: 360}]"), make_probe());
  EXPECT_EQ(find_task(tasks, "720p").requirements, queue::Requirements{"encoder:h264_nvenc"});
  EXPECT_EQ(find_task(tasks, "360p").requirements, queue::Requirements{});
  EXPECT_EQ(find_task(tasks, "audio").requirements, queue::Requirements{});
}

TEST(Plan, OfARawTaskNeedsWhatItsArgumentsName) {
  const auto reading = submit::read_spec(
      "input: /a.mov\noutput: /out\ntasks:\n- {key: a, args: \"-i {input.main} -c:v h264_qsv "
      "{output.a.mp4}\"}",
      {});
  ASSERT_TRUE(reading.spec);
  EXPECT_EQ(find_task(plan_static(*reading.spec), "a").requirements,
            queue::Requirements{"encoder:h264_qsv"});
}

/// The other command differs from that of a rendition which never wanted the hardware in nothing.
TEST(Plan, WithAFallbackHasTheCommandOfTheOtherEncoder) {
  for (const std::string packaging : {"", "\npackaging: {format: mp4}\nloudness: true"}) {
    const auto both =
        plan_all(read_text("renditions: [{height: 720, encoder: h264_nvenc, fallback: libx264}]" +
                           packaging),
                 make_probe());
    const auto plain = plan_all(
        read_text("renditions: [{height: 720, encoder: libx264}]" + packaging), make_probe());
    const PlannedTask& task = find_task(both, "720p");
    EXPECT_EQ(task.requirements, queue::Requirements{"encoder:h264_nvenc"});
    base::json::object taken = take_fallback(task.params, "note");
    base::json::array& notes = taken.at("notes").as_array();
    EXPECT_EQ(notes.back(), "note");
    notes.pop_back();
    if (notes.empty()) taken.erase("notes");
    EXPECT_EQ(taken, find_task(plain, "720p").params);
    EXPECT_EQ(find_task(plain, "720p").requirements, queue::Requirements{});
  }
}

/// "key: what it needs", in the order of the plan.
std::vector<std::string> shape_of(const std::vector<PlannedTask>& tasks) {
  std::vector<std::string> lines;
  for (const PlannedTask& task : tasks)
    lines.push_back(task.key + ":" + [&] {
      std::string needs;
      for (const std::string& need : task.needs) needs += " " + need;
      return needs;
    }());
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Plan, OfAFileIsOneEncodeOfPictureAndSound) {
  const auto tasks = plan_all(read_text("ladder: mp4-h264\n"), make_probe());
  EXPECT_EQ(shape_of(tasks), (Lines{"probe:", "1080p: probe", "publish: 1080p"}));
  EXPECT_EQ(tasks[1].kind, queue::TaskKind::encode);
  const FfmpegParams params = parse_ffmpeg_params(tasks[1].params);
  EXPECT_EQ(params.outputs, Lines{"1080p.mp4"});
  const auto has = [&](const std::string& word) {
    return std::ranges::find(params.argv, word) != params.argv.end();
  };
  EXPECT_TRUE(has("+faststart") && has("0:0") && has("0:1") && has("libx264") && has("aac"));
}

TEST(Plan, OfFilesHasNotesOnce) {
  probe::Probe probe = make_probe();
  probe.audio[0].sample_rate = 44'100;
  std::vector<Lines> notes;
  for (const PlannedTask& task :
       plan_all(read_text("renditions: [{height: 720}, {height: 360}]\npackaging: {format: mp4}\n"),
                probe))
    if (task.kind == queue::TaskKind::encode)
      notes.push_back(parse_ffmpeg_params(task.params).notes);
  EXPECT_EQ(notes, (std::vector<Lines>{{"sound resampled from 44100 to 48000 Hz"}, {}}));
}

TEST(Plan, OfAudioAloneNeedsNoPictures) {
  probe::Probe sound = make_probe();
  sound.video.clear();
  const auto tasks = plan_all(read_text("ladder: audio-only\n"), sound);
  EXPECT_EQ(shape_of(tasks),
            (Lines{"probe:", "audio: probe", "manifest: audio", "publish: manifest"}));
  EXPECT_TRUE(parse_manifest_params(tasks[2].params).dash);
  sound.audio.clear();
  const auto planned = plan_expansion(read_text("ladder: audio-only\n"), {{"main", sound}}, {});
  ASSERT_FALSE(planned);
  EXPECT_EQ(planned.error().reason, "stream_missing");
}

TEST(Plan, OfPicturesBesideTheLadder) {
  EXPECT_EQ(
      shape_of(plan_all(read_text("renditions: [{height: 360}]\nposter: true\n"
                                  "sprites: true\nloudness: true\n"),
                        make_probe())),
      (Lines{"probe:", "360p: probe", "loudness: probe", "audio: probe loudness", "poster: probe",
             "sprites: probe", "manifest: 360p audio", "publish: manifest poster sprites"}));
}

TEST(Plan, PublishesWhatIsRequiredFirstIfAsked) {
  const std::string renditions =
      "renditions: [{height: 720, need: optional}, {height: 360}]\npackaging: {publish_early: ";
  EXPECT_EQ(shape_of(plan_all(read_text(renditions + "true}\n"), make_probe())),
            (Lines{"probe:", "720p: probe", "360p: probe", "audio: probe",
                   "manifest-early: 360p audio", "publish-early: manifest-early",
                   "manifest: 720p 360p audio", "publish: manifest publish-early"}));
  const auto late = plan_all(read_text(renditions + "false}\n"), make_probe());
  EXPECT_EQ(late.back().needs, Lines{"manifest"});
  EXPECT_EQ(late[1].need, queue::Need::optional);
  const auto required = plan_all(
      read_text("renditions: [{height: 360}]\npackaging: {publish_early: true}\n"), make_probe());
  EXPECT_EQ(required.size(), 5U) << "there is nothing to wait for";
}

probe::Probe make_probe_with_text() {
  probe::Probe probe = make_probe();
  probe.subtitles.push_back({2, "subrip", "eng", "", false, false, false});
  return probe;
}

TEST(Plan, CanDoWithoutSubtitles) {
  for (const PlannedTask& task :
       plan_all(read_text("renditions: [{height: 360}]\n"), make_probe_with_text()))
    EXPECT_EQ(task.need,
              task.key == "subtitles-en" ? queue::Need::best_effort : queue::Need::required)
        << task.key;
}

TEST(Plan, HasSubtitlesInOneFileForDash) {
  for (const std::string dash : {"true", "false"}) {
    const auto tasks =
        plan_all(read_text("renditions: [{height: 360}]\npackaging: {dash: " + dash + "}\n"),
                 make_probe_with_text());
    const auto text = std::ranges::find(tasks, "subtitles-en", &PlannedTask::key);
    ASSERT_NE(text, tasks.end());
    EXPECT_EQ(parse_subtitle_params(text->params).has_whole_file, dash == "true");
  }
}

TEST(Plan, ShowsTheFilmBeforeItsSubtitlesIfAsked) {
  const auto tasks =
      plan_all(read_text("renditions: [{height: 360}]\npackaging: {publish_early: true}\n"),
               make_probe_with_text());
  const auto early = std::ranges::find(tasks, "manifest-early", &PlannedTask::key);
  ASSERT_NE(early, tasks.end());
  EXPECT_EQ(early->needs, (Lines{"360p", "audio"}));
  const ManifestParams params = parse_manifest_params(early->params);
  EXPECT_TRUE(params.subtitles.empty());
  EXPECT_TRUE(params.notes.empty()) << "they are told once, by the last manifest";
}

TEST(Plan, KeepsEveryCodecOfASourceBelowAllRungs) {
  probe::Probe tiny = make_probe();
  tiny.video.front().width = 160;
  tiny.video.front().height = 90;
  Lines encodes;
  for (const PlannedTask& task : plan_all(read_text("ladder: hls-h264-hevc\n"), tiny))
    if (task.kind == queue::TaskKind::encode) encodes.push_back(task.key);
  EXPECT_EQ(encodes, (Lines{"90p-hevc", "90p", "audio"}));
}

TEST(Plan, NeedsPicturesForRenditions) {
  probe::Probe sound = make_probe();
  sound.video.clear();
  const auto planned = plan_expansion(read_example("ladder.yaml"), {{"main", sound}}, {});
  ASSERT_FALSE(planned);
  EXPECT_EQ(planned.error().reason, "stream_missing");
}

TEST(Plan, WithoutSoundPlansNoAudio) {
  probe::Probe silent = make_probe();
  silent.audio.clear();
  for (const PlannedTask& task : plan_all(read_example("ladder.yaml"), silent))
    EXPECT_NE(task.key, "audio");
}

TEST(Plan, InputNameKeepsAPlainExtensionOnly) {
  EXPECT_EQ(input_name_of({"main", "file:///a/b.mp4"}), "in/main.mp4");
  EXPECT_EQ(input_name_of({"main", "file:///a.b/c"}), "in/main");
  EXPECT_EQ(input_name_of({"main", "file:///a/b.%20x"}), "in/main");
}

TEST(Plan, TaskIdsAreDerivedFromJobAndKey) {
  EXPECT_EQ(derive_task_id("job", "key"), derive_task_id("job", "key"));
  EXPECT_NE(derive_task_id("job", "key"), derive_task_id("job2", "key"));
}

}  // namespace
}  // namespace mpegflow::plan
