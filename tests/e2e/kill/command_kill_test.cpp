#include <algorithm>
#include <random>
#include <thread>

#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "checkout/checkout.h"
#include "e2e/kill/strike.h"

// `mpegflow run -- ffmpeg …`, struck while it runs, in a folder of the user's.

namespace mpegflow::e2e {
namespace {

using namespace std::chrono_literals;
using Tree = std::map<std::string, std::string>;
namespace fs = std::filesystem;

struct Line {
  std::string name;
  std::string command;
};

void PrintTo(const Line& line, std::ostream* out) {
  *out << line.command;
}

/// What the user sees in his folder.
Tree visible_tree(const base::Path& folder) {
  Tree tree = hash_tree(folder);
  std::erase_if(tree, [](const auto& entry) {
    return entry.first.starts_with('.') || entry.first.find("/.") != std::string::npos;
  });
  return tree;
}

class CommandKill : public testing::TestWithParam<Line> {
 protected:
  CommandKill() { fs::create_directories(start_); }
  ~CommandKill() override { fs::remove_all(root_); }

  void SetUp() override {
    ASSERT_EQ(wait_for({"ffmpeg", "-v", "error", "-f", "lavfi", "-i",
                        "testsrc2=size=320x180:rate=25:duration=3", "-f", "lavfi", "-i",
                        "sine=duration=3", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac",
                        "in.mp4"},
                       start_),
              0);
    // So that no round is about FFmpeg being asked what it is.
    ASSERT_EQ(wait_for({program(), "run", "-q", "--", "ffmpeg -i in.mp4 -c copy w.mkv"}, start_),
              0);
    fs::remove(start_ / "w.mkv");
    fs::copy(root_ / "state", root_ / "warm", fs::copy_options::recursive);
    reset(bare_);
    ASSERT_EQ(wait_for({"sh", "-c", GetParam().command}, bare_), 0);
    expected_ = visible_tree(bare_);
    reset(here_);
    const auto started = std::chrono::steady_clock::now();
    ASSERT_EQ(wait_for(words(), here_), 0);
    undisturbed_ = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - started);
    ASSERT_EQ(visible_tree(here_), expected_) << "the undisturbed run";
  }

  static std::string program() { return MPEGFLOW_BINARY_DIR "/mpegflow"; }
  static std::vector<std::string> words() {
    return {program(), "run", "--quiet", "--", GetParam().command};
  }
  std::map<std::string, std::string> environment() const {
    return {{"MPEGFLOW_STATE", root_ / "state"}, {"MPEGFLOW_LOG", "warn"}};
  }
  int wait_for(const std::vector<std::string>& argv, const base::Path& folder) const {
    return RunningCommand(argv, folder, environment(), root_ / "words").wait();
  }
  void reset(const base::Path& folder) const {
    fs::remove_all(folder);
    fs::copy(start_, folder, fs::copy_options::recursive);
    fs::create_directories(folder / "v");
  }

  /// No file that is half there, and no playlist before what it names.
  void expect_whole(const Tree& found) const {
    bool has_list = false;
    for (const auto& [name, hash] : found) {
      const auto wanted = expected_.find(name);
      ASSERT_NE(wanted, expected_.end()) << name << " is left behind";
      EXPECT_EQ(hash, wanted->second) << name << " is not what it should be";
      has_list |= name.ends_with(".m3u8");
    }
    if (has_list) {
      EXPECT_EQ(found, expected_);
    }
  }

  void expect_silence(const std::vector<ProcessMark>& family) const {
    const auto give_up = std::chrono::steady_clock::now() + 2s;
    auto survivors = find_survivors(family, here_);
    while (!survivors.empty() && std::chrono::steady_clock::now() < give_up) {
      std::this_thread::sleep_for(10ms);
      survivors = find_survivors(family, here_);
    }
    EXPECT_TRUE(survivors.empty()) << survivors.front();
  }

  /// One kill, then the same command again if it was mpegflow that was struck. False if the command
  /// ended before that moment.
  bool play(Victim victim, std::chrono::microseconds moment, std::uint64_t seed) {
    SCOPED_TRACE(fmt::format("{} after {} us", to_text(victim), moment.count()));
    reset(here_);
    fs::remove_all(root_ / "state");
    fs::copy(root_ / "warm", root_ / "state", fs::copy_options::recursive);
    std::vector<ProcessMark> family;
    int code = 0;
    bool was_struck = false;
    {
      RunningCommand command(words(), here_, environment(), root_ / "struck");
      was_struck = strike(command, victim, {moment, false}, here_, seed, family);
      code = command.wait();
      if (ends_engine(victim)) {
        expect_silence(family);
      } else {
        EXPECT_EQ(code, 0) << command.err();
      }
    }
    expect_whole(visible_tree(here_));
    if (code != 0) {
      const int expected = victim == Victim::engine_ctrl_c       ? 130
                           : victim == Victim::engine_terminated ? 143
                                                                 : 137;
      EXPECT_EQ(code, expected);
      RunningCommand again(words(), here_, environment(), root_ / "again");
      EXPECT_EQ(again.wait(), 0) << again.err();
    }
    EXPECT_EQ(visible_tree(here_), expected_);
    EXPECT_EQ(hash_tree(here_).size(), expected_.size()) << "something hidden is left";
    return was_struck;
  }

  const base::Path root_ =
      base::Path(testing::TempDir()) / fmt::format("mpegflow-command-kill.{}", getpid());
  const base::Path start_ = root_ / "start", here_ = root_ / "here", bare_ = root_ / "bare";
  Tree expected_;
  std::chrono::microseconds undisturbed_{0};
};

TEST_P(CommandKill, LeavesNothingAndTheSameCommandGoesOn) {
  std::mt19937_64 draw(20);
  int struck = 0;
  for (const Victim victim : {Victim::engine, Victim::engine_ctrl_c, Victim::engine_terminated,
                              Victim::guard, Victim::encoder}) {
    const auto whole = static_cast<std::uint64_t>(undisturbed_.count());
    std::chrono::microseconds moment(draw() % whole);
    bool was_struck = play(victim, moment, draw());
    // The undisturbed run may have had a slower machine than this one: then earlier.
    for (int tries = 0; !was_struck && tries < 2; ++tries) {
      moment /= 2;
      was_struck = play(victim, moment, draw());
    }
    if (HasFatalFailure()) return;
    struck += was_struck;
  }
  EXPECT_GE(struck, 3) << "most rounds were over before the strike";
}

INSTANTIATE_TEST_SUITE_P(
    Of, CommandKill,
    testing::Values(
        // x264 with several threads is not repeatable on a busy machine, also without mpegflow.
        Line{"OneFile",
             "ffmpeg -y -i in.mp4 -c:v libx264 -preset fast -threads 1 -bitexact -c:a aac out.mp4"},
        Line{"Hls",
             "ffmpeg -y -i in.mp4 -c:v libx264 -preset fast -threads 1 -g 25 -an -hls_time 1 "
             "-hls_playlist_type vod v/out.m3u8"},
        Line{"TwoPasses",
             "ffmpeg -y -i in.mp4 -c:v libx264 -preset veryfast -threads 1 -b:v 200k -pass 1 -an "
             "-f null /dev/null && ffmpeg -y -i in.mp4 -c:v libx264 -preset veryfast -threads 1 "
             "-b:v 200k -pass 2 -bitexact -c:a copy out.mp4"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace mpegflow::e2e
