#include <array>
#include <filesystem>

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/text.h"
#include "e2e/support/media.h"
#include "e2e/support/workspace.h"

// mpegflow by the name of ffmpeg, as programs that call ffmpeg meet it.

extern char** environ;

namespace mpegflow::e2e {
namespace {

namespace fs = std::filesystem;

/// A call whose standard error is read as it comes, and whose standard input is open.
class Call {
 public:
  explicit Call(std::vector<std::string> argv) {
    std::array<int, 2> in{}, err{};
    EXPECT_EQ(::pipe(in.data()) | ::pipe(err.data()), 0);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    ::posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    std::vector<char*> words;
    for (std::string& word : argv) words.push_back(word.data());
    words.push_back(nullptr);
    EXPECT_EQ(::posix_spawn(&pid_, words[0], &actions, nullptr, words.data(), environ), 0);
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(err[1]);
    input_ = base::UniqueFd(in[1]);
    errors_ = base::UniqueFd(err[0]);
  }

  /// Reads until it has said `word`; false if it ended without.
  bool hears(std::string_view word) {
    std::array<char, 4096> bytes;
    while (text_.find(word) == std::string::npos) {
      const ssize_t count = ::read(errors_.get(), bytes.data(), bytes.size());
      if (count <= 0) return false;
      text_.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return true;
  }
  void press(char key) const { EXPECT_EQ(::write(input_.get(), &key, 1), 1); }
  void send(int signal) const { ::kill(pid_, signal); }
  int wait() {
    while (hears(std::string_view("\0", 1))) continue;  // to the end
    int status = 0;
    ::waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  const std::string& text() const { return text_; }

 private:
  pid_t pid_ = -1;
  base::UniqueFd input_, errors_;
  std::string text_;
};

class Link : public testing::Test {
 protected:
  Link() {
    fs::create_directories(place_.path() / "bin");
    fs::create_symlink(mpegflow_program(), ffmpeg());
    ::setenv("MPEGFLOW_STATE", place_.state().c_str(), 1);  // NOLINT: one thread
    fs::copy_file(make_clip(), in_);
  }
  ~Link() override { ::unsetenv("MPEGFLOW_STATE"); }  // NOLINT

  std::string ffmpeg() const { return place_.path() / "bin" / "ffmpeg"; }
  CommandResult run(const std::string& program, std::vector<std::string> words) const {
    words.insert(words.begin(), program);
    return run_command(words, {.folder = place_.path()});
  }
  /// Reads its input as fast as it plays, again and again.
  std::vector<std::string> endless() const {
    return {ffmpeg(), "-y", "-re", "-stream_loop", "-1", "-i", in_, "-c", "copy", out_};
  }
  std::vector<std::string> list_outputs() const { return list_tree(place_.path() / "out"); }

  Workspace place_;
  const base::Path in_ = place_.path() / "film.mp4";
  const base::Path out_ = place_.path() / "out" / "copy.mkv";
};

/// The lines, without what is measured, and without addresses.
std::vector<std::string> list_words(const std::string& text) {
  std::vector<std::string> lines;
  for (std::string line : base::split(text, '\n')) {
    for (std::size_t at; (at = line.find(" @ 0x")) != std::string::npos;)
      line.erase(at, line.find(']', at) - at);
    if (line.starts_with("Press [q] to stop")) continue;  // it listens to no other key
    const std::size_t status = line.rfind("frame=");
    if (status == std::string::npos) lines.push_back(line);
    else lines.emplace_back("frame=");
  }
  return lines;
}

std::string first_difference(const std::vector<std::string>& ours,
                             const std::vector<std::string>& bare) {
  for (std::size_t i = 0; i < std::max(ours.size(), bare.size()); ++i) {
    const std::string our_line = i < ours.size() ? ours[i] : "nothing";
    const std::string bare_line = i < bare.size() ? bare[i] : "nothing";
    if (our_line != bare_line) return our_line + "\nbut ffmpeg says\n" + bare_line;
  }
  return {};
}

TEST_F(Link, SaysWhatFfmpegSays) {
  const std::vector<std::string> words = {"-y",      "-i",        "film.mp4", "-c:v", "libx264",
                                          "-preset", "ultrafast", "-threads", "1",    "new.mp4"};
  run(ffmpeg(), words);  // so that nothing is asked of FFmpeg meanwhile
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{}, {"-v", "error"}, {"-hide_banner", "-nostats"}}) {
    std::vector<std::string> all = more;
    all.insert(all.end(), words.begin(), words.end());
    const CommandResult bare = run("/usr/bin/ffmpeg", all);
    const CommandResult ours = run(ffmpeg(), all);
    EXPECT_EQ(ours.exit_code, bare.exit_code);
    EXPECT_EQ(ours.out, bare.out);
    EXPECT_EQ(first_difference(list_words(ours.err), list_words(bare.err)), "");
  }
}

TEST_F(Link, FailsAsFfmpegFails) {
  const std::vector<std::string> words = {"-y",       "-v",   "error", "-i",
                                          "film.mp4", "-c:v", "none",  "new.mp4"};
  const CommandResult bare = run("/usr/bin/ffmpeg", words);
  const CommandResult ours = run(ffmpeg(), words);
  EXPECT_EQ(ours.exit_code, bare.exit_code);
  EXPECT_EQ(ours.err.substr(0, bare.err.size()), bare.err);
  EXPECT_NE(ours.err.find("mpegflow: "), std::string::npos) << ours.err;
}

TEST_F(Link, IsHeardWhileItRunsAndEndsWith255OnASignal) {
  Call call(endless());
  ASSERT_TRUE(call.hears("\r")) << call.text();
  EXPECT_NE(call.text().find("time="), std::string::npos) << call.text();
  call.send(SIGTERM);
  EXPECT_EQ(call.wait(), 255) << call.text();
  EXPECT_EQ(list_outputs(), std::vector<std::string>{}) << "nothing half done, nothing hidden";
}

TEST_F(Link, EndsWith255OnQ) {
  Call call(endless());
  ASSERT_TRUE(call.hears("\r")) << call.text();
  call.press('q');
  EXPECT_EQ(call.wait(), 255) << call.text();
}

TEST_F(Link, LeavesToFfmpegWhatIsNoneForUs) {
  const CommandResult asked =
      run(ffmpeg(), {"-hide_banner", "-f", "lavfi", "-i", "sine=d=1", "-f", "null", "-"});
  EXPECT_EQ(asked.exit_code, 0);
  EXPECT_TRUE(asked.err.starts_with("mpegflow: ")) << asked.err;
  EXPECT_NE(asked.err.find("leaves_nothing"), std::string::npos) << asked.err;
}

}  // namespace
}  // namespace mpegflow::e2e
