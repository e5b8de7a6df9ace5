#include <chrono>
#include <fstream>
#include <thread>

#include <signal.h>
#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "checkout/checkout.h"
#include "e2e/kill/strike.h"

namespace mpegflow::e2e {
namespace {

using namespace std::chrono_literals;
using base::json::object;

void write(const base::Path& file, const std::string& text) {
  std::ofstream(file) << text;
}

std::string read(const base::Path& file) {
  return base::read_file(file).value_or("");
}

/// A folder with a clip, a state directory and an output of its own.
class Publish : public testing::Test {
 protected:
  void SetUp() override {
    root_ = base::Path(testing::TempDir()) /
            fmt::format("mpegflow-publish.{}.{}", getpid(),
                        testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(root_);
    make_clip("clip.mp4", 2);
    write_spec("job.yaml", "clip.mp4", 30, "out");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void make_clip(const std::string& name, int seconds) {
    const std::string picture = fmt::format("testsrc2=size=320x180:rate=25:duration={}", seconds);
    RunningCommand command({"ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", picture, "-c:v",
                            "libx264", "-preset", "ultrafast", name},
                           root_, {}, root_ / "make");
    ASSERT_EQ(command.wait(), 0) << command.err();
  }

  void write_spec(const std::string& name, const std::string& clip, int crf,
                  const std::string& output) {
    write(root_ / name,
          fmt::format("input: {}\nrenditions: [{{height: 180, crf: {}}}]\naudio: false\n"
                      "packaging: {{segment_duration: 1s, gop_duration: 1s}}\noutput: {}\n",
                      clip, crf, output));
  }

  RunningCommand start(const std::vector<std::string>& words, const std::string& streams) {
    std::vector<std::string> argv = {MPEGFLOW_BINARY_DIR "/mpegflow"};
    argv.insert(argv.end(), words.begin(), words.end());
    return RunningCommand(argv, root_, {{"MPEGFLOW_STATE", root_ / "state"}}, root_ / streams);
  }

  int run(const std::vector<std::string>& words = {"run", "-q", "job.yaml"}) {
    RunningCommand command = start(words, "run");
    const int code = command.wait();
    words_ = command.err();
    return code;
  }

  object look(std::vector<std::string> words) {
    words.emplace_back("--json");
    RunningCommand command = start(words, "look");
    EXPECT_EQ(command.wait(), 0) << command.err();
    const auto value = base::parse_json(command.out(), "output");
    return value && value->is_object() ? value->get_object() : object{};
  }

  std::size_t count_jobs() { return base::array_or(look({"job", "list"}), "jobs").size(); }

  object find_task(const object& job, const std::string& key) {
    for (const auto& task : base::array_or(job, "tasks"))
      if (base::text_or(task.get_object(), "key") == key) return task.get_object();
    return {};
  }

  /// Waits until a task of the last job is in this state; its key, or empty if it never was.
  std::string wait_for_task(RunningCommand& command, const std::string& kind,
                            const std::string& state) {
    while (!command.has_ended()) {
      RunningCommand reader = start({"job", "show", "last", "--json"}, "watch");
      if (reader.wait() != 0) continue;
      const auto value = base::parse_json(reader.out(), "output");
      for (const auto& task : base::array_or(value->get_object(), "tasks"))
        if (base::text_or(task.get_object(), "kind") == kind &&
            base::text_or(task.get_object(), "state") == state)
          return base::text_or(task.get_object(), "key");
    }
    return "";
  }

  std::vector<std::string> list_hidden() {
    std::vector<std::string> hidden;
    for (const auto& entry : std::filesystem::directory_iterator(root_))
      if (entry.path().filename().native().starts_with("."))
        hidden.push_back(entry.path().filename());
    return hidden;
  }

  base::Path root_;
  std::string words_;
};

TEST_F(Publish, SameCommandAgainSaysDoneAndDoesNothing) {
  ASSERT_EQ(run(), 0) << words_;
  const auto tree = hash_tree(root_ / "out");
  const auto attempts = base::array_or(look({"job", "show", "last"}), "attempts").size();
  ASSERT_EQ(run(), 0) << words_;
  EXPECT_NE(words_.find("has done this already"), std::string::npos) << words_;
  EXPECT_EQ(count_jobs(), 1U);
  EXPECT_EQ(base::array_or(look({"job", "show", "last"}), "attempts").size(), attempts);
  EXPECT_EQ(hash_tree(root_ / "out"), tree);
}

TEST_F(Publish, WhatAKillAfterTheLastCommitLeftGoesWithTheSameCommand) {
  ASSERT_EQ(run(), 0) << words_;
  const std::string id = base::text_or(base::object_or(look({"job", "show", "last"}), "job"), "id");
  std::filesystem::create_directories(root_ / (".out.mpegflow-" + id) / "objects/1-a/out");
  ASSERT_EQ(run(), 0) << words_;
  EXPECT_TRUE(list_hidden().empty()) << list_hidden().front();
}

TEST_F(Publish, AgainMakesANewJobWithTheSameResult) {
  ASSERT_EQ(run(), 0) << words_;
  const auto tree = hash_tree(root_ / "out");
  ASSERT_EQ(run({"run", "-q", "job.yaml", "--again"}), 0) << words_;
  EXPECT_EQ(count_jobs(), 2U);
  EXPECT_EQ(hash_tree(root_ / "out"), tree);
  EXPECT_TRUE(list_hidden().empty());
}

TEST_F(Publish, AgainGoesOnWithAJobThatIsNotFinished) {
  make_clip("clip.mp4", 20);
  RunningCommand command = start({"run", "-q", "job.yaml"}, "first");
  ASSERT_EQ(wait_for_task(command, "encode", "leased"), "180p") << command.err();
  ::kill(command.pid(), SIGKILL);
  command.wait();
  ASSERT_EQ(run({"run", "-q", "job.yaml", "--again"}), 0) << words_;
  EXPECT_EQ(count_jobs(), 1U);
  EXPECT_TRUE(list_hidden().empty());
}

TEST_F(Publish, ATouchedInputIsANewJob) {
  ASSERT_EQ(run(), 0) << words_;
  std::filesystem::last_write_time(root_ / "clip.mp4",
                                   std::filesystem::file_time_type::clock::now());
  ASSERT_EQ(run(), 0) << words_;
  EXPECT_EQ(count_jobs(), 2U);
}

TEST_F(Publish, ADeletedOutputIsMadeAgain) {
  ASSERT_EQ(run(), 0) << words_;
  const auto tree = hash_tree(root_ / "out");
  std::filesystem::remove_all(root_ / "out");
  ASSERT_EQ(run(), 0) << words_;
  EXPECT_EQ(hash_tree(root_ / "out"), tree);
}

TEST_F(Publish, AnEditedFileOfOursIsMadeAgain) {
  ASSERT_EQ(run(), 0) << words_;
  const auto tree = hash_tree(root_ / "out");
  write(root_ / "out/master.m3u8", "scribble");
  ASSERT_EQ(run(), 0) << words_;
  EXPECT_EQ(hash_tree(root_ / "out"), tree);
  EXPECT_TRUE(list_hidden().empty());
}

TEST_F(Publish, ForeignFilesInTheOutputSurvive) {
  std::filesystem::create_directories(root_ / "out/notes");
  write(root_ / "out/notes/mine.txt", "mine");
  ASSERT_EQ(run(), 0) << words_;
  EXPECT_EQ(read(root_ / "out/notes/mine.txt"), "mine");
  write_spec("job.yaml", "clip.mp4", 40, "out");
  const std::string before = read(root_ / "out/180p/init.mp4");
  ASSERT_FALSE(before.empty());
  ASSERT_EQ(run(), 0) << words_;
  EXPECT_EQ(read(root_ / "out/notes/mine.txt"), "mine");
  EXPECT_TRUE(list_hidden().empty());
}

TEST_F(Publish, OurOwnTreeIsExchangedWhole) {
  ASSERT_EQ(run(), 0) << words_;
  // Fewer segments: with the old ones left in, the folder would have more files.
  make_clip("short.mp4", 1);
  write_spec("job.yaml", "short.mp4", 30, "out");
  ASSERT_EQ(run(), 0) << words_;
  write_spec("fresh.yaml", "short.mp4", 30, "fresh");
  ASSERT_EQ(run({"run", "-q", "fresh.yaml"}), 0) << words_;
  EXPECT_EQ(hash_tree(root_ / "out"), hash_tree(root_ / "fresh"));
}

TEST_F(Publish, SameCommandMeanwhileNamesThePidAndReadersRead) {
  make_clip("clip.mp4", 20);
  RunningCommand command = start({"run", "-q", "job.yaml"}, "first");
  ASSERT_EQ(wait_for_task(command, "encode", "leased"), "180p") << command.err();
  EXPECT_EQ(run(), 75);
  EXPECT_NE(words_.find(fmt::format("process {}", command.pid())), std::string::npos) << words_;
  EXPECT_EQ(count_jobs(), 1U);
  EXPECT_EQ(base::text_or(base::object_or(look({"job", "show", "last"}), "job"), "state"),
            "running");
  EXPECT_EQ(command.wait(), 0) << command.err();
}

TEST_F(Publish, TwoCommandsShareAStateDirectory) {
  write_spec("other.yaml", "clip.mp4", 40, "other");
  RunningCommand first = start({"run", "-q", "job.yaml"}, "first");
  RunningCommand second = start({"run", "-q", "other.yaml"}, "second");
  EXPECT_EQ(first.wait(), 0) << first.err();
  EXPECT_EQ(second.wait(), 0) << second.err();
  EXPECT_EQ(count_jobs(), 2U);
  EXPECT_TRUE(std::filesystem::exists(root_ / "out/master.m3u8"));
  EXPECT_TRUE(std::filesystem::exists(root_ / "other/master.m3u8"));
}

TEST_F(Publish, CtrlCGivesTheTaskBack) {
  make_clip("clip.mp4", 20);
  RunningCommand command = start({"run", "-q", "job.yaml"}, "first");
  ASSERT_EQ(wait_for_task(command, "encode", "leased"), "180p") << command.err();
  ::kill(command.pid(), SIGINT);
  EXPECT_EQ(command.wait(), 130) << command.err();
  const object job = look({"job", "show", "last"});
  EXPECT_EQ(base::text_or(find_task(job, "180p"), "state"), "ready");
  EXPECT_EQ(base::text_or(base::object_or(job, "job"), "state"), "running");
  ASSERT_EQ(run(), 0) << words_;
  EXPECT_EQ(count_jobs(), 1U);
}

TEST_F(Publish, ARejectedJobLeavesNothingAndIsANewOneNextTime) {
  write(root_ / "job.yaml",
        "inputs: {film: clip.mp4}\ntasks:\n"
        "  - {key: good, args: \"-i {input.film} -c copy {output.good.mp4}\"}\n"
        "  - {key: bad, args: \"-i {input.film} -vf no_such_filter {output.bad.mp4}\"}\n"
        "output: out/\n");
  EXPECT_EQ(run(), 64) << words_;
  EXPECT_FALSE(std::filesystem::exists(root_ / "out"));
  EXPECT_EQ(run(), 64) << words_;
  EXPECT_EQ(count_jobs(), 2U);
}

TEST_F(Publish, ADeadTaskGetsAnotherChance) {
  write(root_ / "job.yaml",
        "inputs: {film: clip.mp4}\ntasks:\n"
        "  - {key: good, args: \"-i {input.film} -c copy {output.good.mp4}\"}\n"
        "  - {key: hungry, args: \"-i {input.film} -vf scale=7680:4320 {output.large.mp4}\"}\n"
        "limits: {memory: 64MiB}\noutput: out/\n");
  EXPECT_EQ(run(), 1) << words_;
  const object before = look({"job", "show", "last"});
  EXPECT_EQ(base::text_or(find_task(before, "hungry"), "state"), "dead");
  EXPECT_EQ(run(), 1) << words_;
  const object after = look({"job", "show", "last"});
  EXPECT_EQ(count_jobs(), 1U);
  EXPECT_GT(base::int_or(find_task(after, "hungry"), "attempts"),
            base::int_or(find_task(before, "hungry"), "attempts"));
  EXPECT_EQ(base::int_or(find_task(after, "good"), "attempts"), 1);
}

// ---- a spec with an idempotency key

/// One good command; `extra` are more lines of the spec.
std::string keyed_spec(const std::string& arguments, const std::string& extra = "") {
  return "idempotency_key: order-7\ninputs: {film: clip.mp4}\ntasks:\n  - {key: copy, args: \"" +
         arguments + "\"}\noutput: out/\n" + extra;
}
const char* const kGood = "-i {input.film} -c copy {output.copy.mp4}";
const char* const kBad = "-i {input.film} -vf no_such_filter {output.copy.mp4}";

TEST_F(Publish, ARejectedJobGivesItsKeyTheSameAnswer) {
  write(root_ / "job.yaml", keyed_spec(kBad));
  EXPECT_EQ(run(), 64) << words_;
  EXPECT_EQ(run(), 64) << words_;
  EXPECT_NE(words_.find("same answer"), std::string::npos) << words_;
  EXPECT_EQ(count_jobs(), 1U);
  EXPECT_EQ(run({"run", "-q", "job.yaml", "--again"}), 64) << words_;
  EXPECT_EQ(count_jobs(), 2U) << "--again looks at it anew";
}

TEST_F(Publish, ARejectedJobLeavesItsKeyToTheMendedInput) {
  write(root_ / "job.yaml", keyed_spec(kGood));
  make_clip("good.mp4", 1);
  write(root_ / "clip.mp4", "this is no film");
  EXPECT_EQ(run(), 65) << words_;
  std::filesystem::copy_file(root_ / "good.mp4", root_ / "clip.mp4",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(run(), 0) << words_;
  EXPECT_EQ(count_jobs(), 2U);
  EXPECT_EQ(run(), 0) << words_;
  EXPECT_EQ(count_jobs(), 2U);
}

TEST_F(Publish, AKeyIsNotForTwoSpecs) {
  write(root_ / "job.yaml", keyed_spec(kBad));
  EXPECT_EQ(run(), 64) << words_;
  const std::string id = base::text_or(base::object_or(look({"job", "show", "last"}), "job"), "id");
  write(root_ / "job.yaml", keyed_spec(kBad, "priority: 60\n"));
  EXPECT_EQ(run(), 2) << words_;
  EXPECT_NE(words_.find(id), std::string::npos) << words_;
  EXPECT_NE(words_.find("priority"), std::string::npos) << words_;
  EXPECT_EQ(run({"run", "-q", "job.yaml", "--again"}), 2) << "not even then";
  EXPECT_EQ(count_jobs(), 1U);
}

TEST_F(Publish, AgainTakesTheKeyAlong) {
  write(root_ / "job.yaml", keyed_spec(kGood));
  ASSERT_EQ(run(), 0) << words_;
  ASSERT_EQ(run({"run", "-q", "job.yaml", "--again"}), 0) << words_;
  EXPECT_EQ(count_jobs(), 2U);
  const std::string id = base::text_or(base::object_or(look({"job", "show", "last"}), "job"), "id");
  ASSERT_EQ(run(), 0) << words_;
  EXPECT_NE(words_.find(id), std::string::npos) << "the key answers with the new job: " << words_;
  EXPECT_EQ(count_jobs(), 2U);
}

TEST_F(Publish, AResultUnderAKeyIsNotReplacedUnasked) {
  write(root_ / "job.yaml", keyed_spec(kGood));
  ASSERT_EQ(run(), 0) << words_;
  std::filesystem::last_write_time(root_ / "clip.mp4",
                                   std::filesystem::file_time_type::clock::now());
  EXPECT_EQ(run(), 2) << words_;
  EXPECT_NE(words_.find("input film"), std::string::npos) << words_;
  ASSERT_EQ(run({"run", "-q", "job.yaml", "--again"}), 0) << words_;
  ASSERT_EQ(run(), 0) << words_;
  EXPECT_EQ(count_jobs(), 2U);
}

TEST_F(Publish, ADeletedOutputIsMadeAgainUnderItsKey) {
  write(root_ / "job.yaml", keyed_spec(kGood));
  ASSERT_EQ(run(), 0) << words_;
  std::filesystem::remove_all(root_ / "out");
  ASSERT_EQ(run(), 0) << words_;
  EXPECT_TRUE(std::filesystem::exists(root_ / "out/copy.mp4"));
}

// ---- jobs that another one took the place of

TEST_F(Publish, AnAbandonedJobIsCancelledAndClearedWhenAnotherHasPublished) {
  make_clip("clip.mp4", 20);
  RunningCommand command = start({"run", "-q", "job.yaml"}, "first");
  ASSERT_EQ(wait_for_task(command, "encode", "leased"), "180p") << command.err();
  const std::string id = base::text_or(base::object_or(look({"job", "show", "last"}), "job"), "id");
  ::kill(command.pid(), SIGKILL);
  command.wait();
  ASSERT_EQ(list_hidden().size(), 1U);
  make_clip("clip.mp4", 1);
  ASSERT_EQ(run(), 0) << words_;
  EXPECT_TRUE(list_hidden().empty()) << list_hidden().front();
  const object old = look({"job", "show", id});
  EXPECT_EQ(base::text_or(base::object_or(old, "job"), "state"), "cancelled");
  RunningCommand story = start({"job", "events", id}, "story");
  story.wait();
  EXPECT_NE(story.out().find("has published to the same output"), std::string::npos) << story.out();
}

TEST_F(Publish, AJobThatALiveProcessHoldsIsLeftAlone) {
  make_clip("long.mp4", 20);
  write_spec("long.yaml", "long.mp4", 30, "out");
  RunningCommand command = start({"run", "-q", "long.yaml"}, "first");
  ASSERT_EQ(wait_for_task(command, "encode", "leased"), "180p") << command.err();
  ::kill(command.pid(), SIGSTOP);  // or it may be done before the other one
  ASSERT_EQ(run(), 0) << words_;
  EXPECT_EQ(list_hidden().size(), 1U);
  ::kill(command.pid(), SIGCONT);
  EXPECT_EQ(command.wait(), 0) << command.err();
  EXPECT_TRUE(list_hidden().empty());
}

TEST_F(Publish, AJobWhoseWorkWasRemovedIsMadeAnew) {
  write(root_ / "job.yaml",
        "inputs: {film: clip.mp4}\ntasks:\n"
        "  - {key: good, args: \"-i {input.film} -c copy {output.good.mp4}\"}\n"
        "  - {key: hungry, args: \"-i {input.film} -vf scale=7680:4320 {output.large.mp4}\"}\n"
        "limits: {memory: 64MiB}\noutput: out/\n");
  EXPECT_EQ(run(), 1) << words_;
  ASSERT_EQ(list_hidden().size(), 1U);
  std::filesystem::remove_all(root_ / list_hidden().front());
  EXPECT_EQ(run(), 1) << words_;
  EXPECT_EQ(count_jobs(), 2U);
  EXPECT_EQ(base::text_or(find_task(look({"job", "show", "last"}), "good"), "state"), "succeeded");
}

}  // namespace
}  // namespace mpegflow::e2e
