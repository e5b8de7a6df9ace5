#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "e2e/support/media.h"
#include "e2e/support/workspace.h"

// FFmpeg commands of a script and of a line, as jobs of several tasks.

namespace mpegflow::e2e {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

std::vector<std::string> visible_files(const base::Path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (!entry.path().filename().native().starts_with('.'))
      names.push_back(entry.path().filename().native());
  std::ranges::sort(names);
  return names;
}

class Scripts : public testing::Test {
 protected:
  Scripts() {
    std::filesystem::create_directories(folder_);
    std::filesystem::copy_file(make_clip(), folder_ / "in.mp4");
  }

  CommandResult run(std::vector<std::string> words) {
    words.insert(words.begin(), {"run", "--quiet"});
    return place_.mpegflow(words, {.folder = folder_});
  }

  /// Key of each task of the last job to what it needs.
  std::map<std::string, std::string> tasks() {
    std::map<std::string, std::string> states;
    const auto job = place_.last_job();
    for (const auto& task : base::array_or(job, "tasks"))
      states[base::text_or(task.get_object(), "key")] = base::text_or(task.get_object(), "state");
    return states;
  }

  Workspace place_;
  base::Path folder_ = place_.path() / "here";
};

TEST_F(Scripts, OneTaskForEachCommandUnderItsName) {
  std::ofstream(folder_ / "jobs.sh")
      << "#!/bin/sh\n# name: hd\nffmpeg -y -i in.mp4 -vf scale=-2:120 -c:v libx264 -preset "
         "ultrafast -an hd.mp4\n"
         "# name: sd\nffmpeg -y -i in.mp4 -vf scale=-2:80 -c:v libx264 -preset ultrafast -an "
         "sd.mp4\n"
         "# name: sound\n# needs: sd\nffmpeg -y -i in.mp4 -vn -c:a flac sound.flac\n"
         "# name: poster\nffmpeg -y -i hd.mp4 -frames:v 1 poster.png\n";
  const CommandResult done = run({"--script", "jobs.sh"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(visible_files(folder_),
              ElementsAre("hd.mp4", "in.mp4", "jobs.sh", "poster.png", "sd.mp4", "sound.flac"));
  std::vector<std::string> keys;
  for (const auto& [key, state] : tasks()) {
    keys.push_back(key);
    EXPECT_EQ(state, "succeeded") << key;
  }
  EXPECT_THAT(keys, UnorderedElementsAre("hd", "sd", "sound", "poster", "publish"));
}

TEST_F(Scripts, ANeedThatNobodyHasIsRefusedBeforeAnythingRuns) {
  std::ofstream(folder_ / "jobs.sh") << "# needs: hd\nffmpeg -y -i in.mp4 -c copy out.mkv\n";
  const CommandResult done = run({"--script", "jobs.sh"});
  EXPECT_EQ(done.exit_code, 64);
  EXPECT_NE(done.err.find("needs: hd"), std::string::npos) << done.err;
}

TEST_F(Scripts, TheSecondPassUsesTheLogOfTheFirst) {
  const CommandResult done =
      run({"--",      "ffmpeg",    "-y",        "-i",      "in.mp4",    "-c:v", "libx264",
           "-preset", "ultrafast", "-b:v",      "100k",    "-pass",     "1",    "-an",
           "-f",      "null",      "/dev/null", "&&",      "ffmpeg",    "-y",   "-i",
           "in.mp4",  "-c:v",      "libx264",   "-preset", "ultrafast", "-b:v", "100k",
           "-pass",   "2",         "-c:a",      "copy",    "out.mp4"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  std::vector<std::string> keys;
  for (const auto& [key, state] : tasks()) keys.push_back(key);
  EXPECT_THAT(keys, UnorderedElementsAre("pass1", "pass2", "publish"));
  EXPECT_THAT(visible_files(folder_), testing::Contains("out.mp4"));
  EXPECT_THAT(visible_files(folder_), testing::Contains("ffmpeg2pass-0.log"));
}

}  // namespace
}  // namespace mpegflow::e2e
