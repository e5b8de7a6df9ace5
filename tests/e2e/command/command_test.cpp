#include <cstdlib>
#include <fstream>
#include <set>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "checkout/checkout.h"
#include "core/verify/verify_output.h"
#include "e2e/support/media.h"
#include "e2e/support/workspace.h"

// What `mpegflow run -- ffmpeg …` leaves, beside what the bare command leaves in a folder like it.

namespace mpegflow::e2e {
namespace {

namespace fs = std::filesystem;

void make_media(const base::Path& folder) {
  fs::create_directories(folder / "img");
  const auto path = [&](const char* name) { return (folder / name).native(); };
  run_ffmpeg({"-y", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=2", "-f", "lavfi", "-i",
              "sine=d=2", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a",
              "aac", path("in.mp4")});
  run_ffmpeg({"-y", "-i", path("in.mp4"), "-t", "1", "-c", "copy", path("b.mkv")});
  run_ffmpeg({"-y", "-i", path("in.mp4"), "-c", "copy", path("one.ts")});
  run_ffmpeg({"-y", "-i", path("b.mkv"), "-c", "copy", path("two.ts")});
  run_ffmpeg({"-y", "-f", "lavfi", "-i", "sine=f=330:d=1", path("a.wav")});
  run_ffmpeg({"-y", "-f", "lavfi", "-i", "color=red:s=16x16", "-frames:v", "1", path("logo.png")});
  run_ffmpeg({"-y", "-i", path("in.mp4"), "-frames:v", "6", path("img/f%03d.png")});
  std::ofstream(folder / "subs.srt") << "1\n00:00:00,100 --> 00:00:01,500\nHello\n";
  std::ofstream(folder / "look.cube") << "LUT_3D_SIZE 2\n0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n"
                                         "0 1 1\n1 1 1\n";
  std::ofstream(folder / "list.txt") << "file in.mp4\nfile in.mp4\n";
  std::ofstream(folder / "names.txt") << "one.ts\ntwo.ts\n";
  std::ofstream(folder / "enc.key") << "0123456789abcdef";
  std::ofstream(folder / "key.info") << "https://keys.example/1\nenc.key\n"
                                     << "00112233445566778899aabbccddeeff\n";
  fs::create_directories(folder / "h");
  run_ffmpeg({"-y", "-i", path("in.mp4"), "-c", "copy", "-hls_time", "1", "-hls_playlist_type",
              "vod", "-hls_segment_type", "fmp4", path("h/i.m3u8")});
  run_ffmpeg({"-y", "-i", path("in.mp4"), "-c", "copy", "-seg_duration", "1", path("m.mpd")});
}

/// The pictures and samples of a file, whatever its container writes at random.
std::string decode(const base::Path& file) {
  return run_command({"ffmpeg", "-v", "error", "-i", file, "-map", "0", "-f", "framemd5", "-"}).out;
}

enum class Likeness { none, frames, bytes };

Likeness compare_files(const base::Path& ours, const base::Path& bare) {
  if (!fs::exists(ours)) return Likeness::none;
  if (read_bytes(ours) == read_bytes(bare)) return Likeness::bytes;
  const std::string decoded = decode(ours);
  return !decoded.empty() && decoded == decode(bare) ? Likeness::frames : Likeness::none;
}

/// The level that the last job's commands were verified at, the weakest of them.
std::string level_of(const boost::json::object& job) {
  std::string weakest;
  for (const auto& attempt : base::array_or(job, "attempts")) {
    const auto record = base::object_or(attempt.as_object(), "record");
    const auto level = base::text_or(base::object_or(record, "verification"), "level");
    if (!base::array_or(record, "argv").empty()) weakest = verify::weaker_level(weakest, level);
  }
  return weakest;
}

std::vector<std::string> files_below(const base::Path& folder) {
  std::vector<std::string> files;
  for (const std::string& name : list_tree(folder))
    if (fs::is_regular_file(folder / name)) files.push_back(name);
  return files;
}

class Commands : public testing::Test {
 protected:
  /// What came of it, as a row of docs/measurements/commands.md.
  std::string compare(const std::string& line) {
    SCOPED_TRACE(line);
    for (const char* side : {"bare", "ours"}) {
      fs::remove_all(place_.path() / side);
      fs::copy(place_.path() / "media", place_.path() / side, fs::copy_options::recursive);
      fs::create_directories(place_.path() / side / "t");
      fs::create_directories(place_.path() / side / "v");
    }
    const base::Path bare = place_.path() / "bare", ours = place_.path() / "ours";
    const auto expected = run_command({"sh", "-c", line}, {.folder = bare});
    const auto found = place_.mpegflow({"run", "--quiet", "--", line},
                                       {.folder = ours, .time_limit = std::chrono::minutes(3)});
    EXPECT_EQ(found.exit_code == 0, expected.exit_code == 0) << found.err << found.out;
    if (expected.exit_code != 0) return fmt::format("| `{}` | fails as it should | |\n", line);
    EXPECT_EQ(files_below(ours), files_below(bare)) << found.err;
    int files = 0, same_bytes = 0;
    for (const std::string& name : files_below(bare)) {
      const Likeness likeness = compare_files(ours / name, bare / name);
      EXPECT_NE(likeness, Likeness::none) << name;
      if (fs::exists(place_.path() / "media" / name)) continue;
      ++files;
      same_bytes += likeness == Likeness::bytes;
    }
    std::string shown = line;
    for (std::size_t at = 0; (at = shown.find('|', at)) != std::string::npos; at += 2)
      shown.insert(at, 1, '\\');
    return fmt::format("| `{}` | {} of {} | {} |\n", shown, same_bytes, files,
                       level_of(place_.last_job()));
  }

  Workspace place_;
};

TEST_F(Commands, LeaveWhatTheBareOnesLeave) {
  make_media(place_.path() / "media");
  const bool takes_all = std::getenv("MPEGFLOW_ALL_COMMANDS") != nullptr;  // NOLINT: one thread
  std::ifstream table(MPEGFLOW_SOURCE_DIR "/tests/e2e/command/commands.txt");
  int count = 0;
  for (std::string line; std::getline(table, line);) {
    const bool is_marked = line.starts_with('*');
    if (line.empty() || line.starts_with('#') || !(is_marked || takes_all)) continue;
    const std::string row = compare(is_marked ? line.substr(1) : line);
    if (takes_all) fmt::print("{}", row);
    ++count;
  }
  RecordProperty("commands", count);
  EXPECT_GE(count, takes_all ? 60 : 12);
}

TEST_F(Commands, AreVerifiedAtTheLevelThatTheyAllow) {
  make_media(place_.path() / "here");
  const auto level = [&](const std::string& line) {
    const auto done =
        place_.mpegflow({"run", "-q", "--", line}, {.folder = place_.path() / "here"});
    EXPECT_EQ(done.exit_code, 0) << line << done.err;
    return level_of(place_.last_job());
  };
  EXPECT_EQ(level("ffmpeg -y -i in.mp4 -c:v libx264 -preset ultrafast exact.mkv"), "exact");
  EXPECT_EQ(level("ffmpeg -y -i in.mp4 -i a.wav -map 0:v -map 1:a -c:v copy two.mp4"), "exact");
  EXPECT_EQ(level("ffmpeg -y -i in.mp4 -vf fps=5 -c:v libx264 bounded.mp4"), "bounded");
  EXPECT_EQ(level("ffmpeg -y -ss 1 -i in.mp4 -c:v libx264 -preset ultrafast cut.mp4"), "bounded");
  EXPECT_EQ(level("ffmpeg -y -i in.mp4 -vf setpts=2*PTS -an slow.mp4"), "structure");
  EXPECT_EQ(level("ffmpeg -y -i in.mp4 -i b.mkv -filter_complex hstack -an wide.mp4"), "structure");
  // Read by their playlists, all segments as one.
  EXPECT_EQ(level("ffmpeg -y -i in.mp4 -c copy -f hls -hls_playlist_type vod hls/i.m3u8"), "exact");
  EXPECT_EQ(level("ffmpeg -y -t 1 -i in.mp4 -c:v libx264 -f dash dash/m.mpd"), "bounded");
  EXPECT_EQ(level("ffmpeg -y -i in.mp4 -c:v libx264 -g 5 -hls_time 0.2 -hls_list_size 2 l/i.m3u8"),
            "structure");
}

TEST_F(Commands, MakeNoHalfAFilmUnseen) {
  const base::Path folder = place_.path() / "here";
  fs::create_directories(folder);
  const std::string whole = read_bytes(make_faststart_clip());
  std::ofstream(folder / "half.mp4", std::ios::binary) << whole.substr(0, whole.size() / 2);
  const auto make = [&](const std::string& filter) {
    return "ffmpeg -y -i half.mp4 -vf " + filter + " -c:v libx264 -preset ultrafast out.mp4";
  };
  for (const char* filter : {"scale=160:90", "fps=5"}) {
    ASSERT_EQ(run_command({"sh", "-c", make(filter)}, {.folder = folder}).exit_code, 0)
        << "FFmpeg itself finds nothing wrong";
    fs::remove(folder / "out.mp4");
    const auto done = place_.mpegflow({"run", "-q", "--", make(filter)}, {.folder = folder});
    EXPECT_NE(done.exit_code, 0) << filter;
    EXPECT_EQ(base::text_or(place_.last_task("command"), "reason"), "input_truncated") << done.err;
    EXPECT_FALSE(fs::exists(folder / "out.mp4"));
  }
  // Where the command makes its own time, nobody can say how long the film should be.
  const auto done = place_.mpegflow({"run", "-q", "--", make("setpts=2*PTS")}, {.folder = folder});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(level_of(place_.last_job()), "structure");
}

TEST_F(Commands, NothingForeignIsOverwrittenUnasked) {
  make_media(place_.path() / "media");
  const base::Path folder = place_.path() / "media";
  std::ofstream(folder / "out.mkv") << "mine";
  const std::string line = "ffmpeg -i in.mp4 -c copy out.mkv";
  EXPECT_EQ(place_.mpegflow({"run", "-q", "--", line}, {.folder = folder}).exit_code, 73);
  EXPECT_EQ(read_bytes(folder / "out.mkv"), "mine");
  fs::remove(folder / "out.mkv");
  EXPECT_EQ(place_.mpegflow({"run", "-q", "--", line}, {.folder = folder}).exit_code, 0);
  // What we have left ourselves may be replaced.
  EXPECT_EQ(place_.mpegflow({"run", "-q", "--again", "--", line}, {.folder = folder}).exit_code, 0);
}

TEST_F(Commands, WhatIsRefusedSaysWhy) {
  const auto refused = place_.mpegflow({"run", "--", "ffmpeg", "-i", "-", "out.mp4"});
  EXPECT_EQ(refused.exit_code, 64);
  EXPECT_NE(refused.err.find("refused (pipe)"), std::string::npos) << refused.err;
}

}  // namespace
}  // namespace mpegflow::e2e
