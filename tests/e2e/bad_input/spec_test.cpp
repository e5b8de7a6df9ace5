#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/text.h"
#include "e2e/support/media.h"
#include "e2e/support/workspace.h"

namespace mpegflow::e2e {
namespace {

using Words = std::vector<std::string>;

/// `text` as in/job.yaml, with the clip as in/a.mp4 beside it.
base::Path write_spec(const Workspace& place, const std::string& text) {
  std::filesystem::copy(make_clip(), place.in("a.mp4"),
                        std::filesystem::copy_options::skip_existing);
  return place.write_input("job.yaml", text);
}

Words to_words(const boost::json::value& list) {
  Words words;
  if (list.is_array())
    for (const auto& word : list.as_array()) words.emplace_back(word.as_string());
  return words;
}

constexpr const char* kThreeTasks = R"(input: in/a.mp4
tasks:
  - key: cut
    args: -ss 1 -t 1 -i {input.main} -c:v libx264 -preset ultrafast {output.clip.mp4}
  - key: poster
    needs: [cut]
    args: [-i, "{task.cut.clip.mp4}", -frames:v, "1", "{output.poster.jpg}"]
  - key: sound
    needs: [cut]
    args: -i {task.cut.clip.mp4} -vn -c:a aac {output.sound.m4a}
output: out/clip/
)";

TEST(Spec, ListsAllOfItsFaults) {
  const Workspace place;
  const base::Path spec = write_spec(place, R"(version: 3
lane: vodd
priority: 900
input: s3://bucket/film
renditions:
  - {height: 721, crf: 99, preset: turbo}
  - {height: 360, codec: vp9, maxrate: abc}
audio: {channels: 3}
output: out/o
)");
  for (const Words& command : {Words{"spec", "check"}, Words{"run"}}) {
    Words arguments = command;
    arguments.push_back(spec.native());
    const CommandResult result = place.mpegflow(arguments);
    EXPECT_EQ(result.exit_code, 64);
    const std::string all = result.out + result.err;
    for (const char* fault :
         {":1: version", ":2: lane", ":3: priority", ":4: input", ":6: renditions[0].height",
          ":6: renditions[0].crf", ":6: renditions[0].preset", ":7: renditions[1].codec",
          ":7: renditions[1].maxrate", ":8: audio.channels"})
      EXPECT_NE(all.find(fault), std::string::npos) << fault << " in " << all;
  }
  EXPECT_TRUE(place.leftovers().empty());
}

TEST(Spec, WithAnUnknownEncoderIsNeverTriedAgain) {
  const Workspace place;
  const base::Path spec =
      write_spec(place,
                 "input: in/a.mp4\noutput: out/o\n"
                 "tasks: [{key: t, args: '-i {input.main} -c:v libfoo {output.o.mp4}'}]\n");
  const CommandResult run = place.mpegflow({"run", spec.native()});
  EXPECT_EQ(run.exit_code, 64);
  const auto task = place.last_task("t");
  EXPECT_EQ(base::text_or(task, "state"), "failed_spec");
  EXPECT_EQ(base::text_or(task, "reason"), "encoder_unknown");
  EXPECT_NE(run.out.find("Unknown encoder 'libfoo'"), std::string::npos) << run.out;
  EXPECT_NE(place.mpegflow({"task", "log", "last/t"}).out.find("libfoo"), std::string::npos);
  EXPECT_TRUE(place.leftovers().empty());
}

TEST(RawTasks, PublishAFolder) {
  const Workspace place;
  const base::Path spec = write_spec(place, kThreeTasks);
  const CommandResult run = place.mpegflow({"run", spec.native()});
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  EXPECT_EQ(place.leftovers(),
            (Words{"clip", "clip/clip.mp4", "clip/poster.jpg", "clip/sound.m4a"}));
}

TEST(RawTasks, PublishASingleFile) {
  const Workspace place;
  const base::Path spec =
      write_spec(place,
                 "input: in/a.mp4\noutput: out/cut.mp4\n"
                 "tasks: [{key: t, args: '-t 1 -i {input.main} -c copy {output.any.mp4}'}]\n");
  const CommandResult run = place.mpegflow({"run", spec.native()});
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  EXPECT_EQ(place.leftovers(), Words{"cut.mp4"});
  EXPECT_TRUE(std::filesystem::is_regular_file(place.out("cut.mp4")));
}

TEST(SpecPlan, IsWhatRunDoes) {
  const Workspace place;
  for (const std::string& text :
       {std::string(kThreeTasks),
        std::string("input: in/a.mp4\nladder: hls-h264\noutput: out/l\n")}) {
    const base::Path spec = write_spec(place, text);
    const CommandResult plan = place.mpegflow({"spec", "plan", "--json", spec.native()});
    ASSERT_EQ(plan.exit_code, 0) << plan.err;
    EXPECT_EQ(
        place.mpegflow({"spec", "plan", "--format", "dot", spec.native()}).out.rfind("digraph", 0),
        0U);
    ASSERT_EQ(place.mpegflow({"run", spec.native()}).exit_code, 0);
    const auto job = place.last_job();
    const auto planned_tasks = boost::json::parse(plan.out).at("tasks").as_array();
    const auto tasks = base::array_or(job, "tasks");
    int compared = 0;
    ASSERT_EQ(planned_tasks.size(), tasks.size());
    for (std::size_t i = 0; i < planned_tasks.size(); ++i) {
      const auto& planned = planned_tasks[i].as_object();
      const auto& task = tasks[i].as_object();
      EXPECT_EQ(base::text_or(planned, "key"), base::text_or(task, "key"));
      if (base::text_or(planned, "kind") == "probe" || !planned.at("argv").is_array()) continue;
      for (const auto& attempt : base::array_or(job, "attempts")) {
        if (base::text_or(attempt.as_object(), "task") != base::text_or(task, "id")) continue;
        Words ran = to_words(base::object_or(attempt.as_object(), "record").at("argv"));
        Words said = to_words(planned.at("argv"));
        ASSERT_FALSE(ran.empty());
        // The plan names the program, the record where it was found.
        ran.erase(ran.begin());
        said.erase(said.begin());
        EXPECT_EQ(said, ran) << base::text_or(task, "key");
        ++compared;
      }
    }
    EXPECT_GE(compared, 2);
  }
}

TEST(JsonRun, HasOneRecordPerLineAndTheResultLast) {
  const Workspace place;
  const base::Path spec = write_spec(place, kThreeTasks);
  const CommandResult good = place.mpegflow({"run", "--json", spec.native()});
  EXPECT_EQ(good.exit_code, 0);
  const auto lines = parse_json_lines(good.out);
  ASSERT_GT(lines.size(), 1U);
  EXPECT_EQ(lines.back().at("job").at("state"), "succeeded");
  for (const Words& arguments :
       {Words{"run", "--json", "--ladder", "hls-h264", "in/none.mp4", "-o", "out/x"},
        Words{"run", "--json", "none.yaml"}}) {
    const CommandResult bad = place.mpegflow(arguments);
    EXPECT_EQ(bad.exit_code, 66);
    const auto faults = parse_json_lines(bad.out);
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults.back().at("error").at("code"), "input_not_found");
  }
  ASSERT_TRUE(base::write_file_durably(place.in("bad.mp4"), "no film"));
  const CommandResult rejected = place.mpegflow(
      {"run", "--json", "--ladder", "hls-h264", place.in("bad.mp4").native(), "-o", "out/x"});
  EXPECT_EQ(rejected.exit_code, 65);
  const auto told = parse_json_lines(rejected.out);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back().at("job").at("state"), "failed_input");
}

TEST(ChangingInput, IsFoundOutAndNamed) {
  const Workspace place;
  // -re makes the encode last for two seconds, in which the file grows.
  const base::Path spec =
      write_spec(place,
                 "input: in/a.mp4\noutput: out/o\n"
                 "tasks: [{key: t, args: '-re -t 2 -i {input.main} -c copy {output.any.mp4}'}]\n");
  const std::string change =
      "while ! \"$1\" job events last 2>/dev/null | grep -q 't #1'; do :; done; echo >> in/a.mp4";
  const CommandResult both = run_command(
      {"sh", "-c", "{ " + change + "; } & \"$1\" run \"$2\"; code=$?; wait; exit $code", "sh",
       mpegflow_program(), spec.native()},
      {.folder = place.path(), .environment = {{"MPEGFLOW_STATE", place.state().native()}}});
  EXPECT_EQ(both.exit_code, 65) << both.out << both.err;
  EXPECT_EQ(base::text_or(place.last_task("t"), "reason"), "input_changed") << both.out;
  EXPECT_TRUE(place.leftovers().empty());
}

}  // namespace
}  // namespace mpegflow::e2e
