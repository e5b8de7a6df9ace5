#include "e2e/support/media.h"

#include <map>

#include <gtest/gtest.h>

#include "e2e/support/run_command.h"
#include "support/temporary_folder.h"

namespace mpegflow::e2e {
namespace {

const base::Path& clip_folder() {
  static const test::TemporaryFolder folder;
  return folder.path();
}

const base::Path& make_once(const std::string& name, const std::vector<std::string>& arguments) {
  static std::map<std::string, base::Path> made;
  base::Path& file = made[name];
  if (!file.empty()) return file;
  file = clip_folder() / name;
  std::vector<std::string> all = arguments;
  all.push_back(file.native());
  run_ffmpeg(all);
  return file;
}

const base::Path& make_source() {
  return make_once("source.mkv", {"-f",   "lavfi",   "-i",       "testsrc2=s=320x180:r=25:d=4",
                                  "-f",   "lavfi",   "-i",       "sine=440:d=4:r=48000",
                                  "-c:v", "libx264", "-preset",  "veryfast",
                                  "-g",   "25",      "-pix_fmt", "yuv420p",
                                  "-c:a", "aac",     "-fflags",  "+bitexact"});
}

}  // namespace

const base::Path& make_clip(const std::string& extension) {
  const bool is_raw = extension == "h264";
  return make_once("clip." + extension, {"-i", make_source().native(), "-map", is_raw ? "0:v" : "0",
                                         "-c", "copy", "-fflags", "+bitexact"});
}

const base::Path& make_faststart_clip() {
  return make_once("faststart.mp4", {"-i", make_source().native(), "-map", "0", "-c", "copy",
                                     "-fflags", "+bitexact", "-movflags", "+faststart"});
}

std::string read_bytes(const base::Path& file) {
  const auto bytes = base::read_file(file);
  EXPECT_TRUE(bytes) << file;
  return bytes.value_or("");
}

void run_ffmpeg(const std::vector<std::string>& arguments) {
  std::vector<std::string> argv{"ffmpeg", "-nostdin", "-v", "error", "-y"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const CommandResult result = run_command(argv);
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

}  // namespace mpegflow::e2e
