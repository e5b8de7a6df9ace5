#include "core/command/find_files.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

std::string find_uses(std::vector<std::string> words, const ReadText& read_text = {}) {
  const auto command = parse_command(words, OptionTable());
  if (!command) return std::string(to_word(command.error().code));
  const auto files = find_files(*command, read_text);
  if (!files) return std::string(to_word(files.error().code));
  std::string text;
  for (const FileUse& file : *files) {
    const char* role = file.role == Role::input    ? "i:"
                       : file.role == Role::read   ? "r:"
                       : file.role == Role::output ? "o:"
                                                   : "w:";
    text += role + file.path + " ";
  }
  return text;
}

TEST(FindFiles, ListsAndScriptsAreLookedInto) {
  const ReadText read = [](std::string_view path) -> std::optional<std::string> {
    if (path == "d/list.txt") return "file 'a b.mp4'\nduration 1\nfile /x/c.mp4\n";
    if (path == "graph") return "movie=logo.png";
    return std::nullopt;
  };
  EXPECT_EQ(find_uses({"-f", "concat", "-i", "d/list.txt", "o.mp4"}, read),
            "i:d/list.txt r:d/a b.mp4 r:/x/c.mp4 o:o.mp4 ");
  EXPECT_EQ(find_uses({"-filter_complex_script", "graph", "o.mp4"}, read),
            "r:graph r:logo.png o:o.mp4 ");
}

TEST(FindFiles, PassLogsAreNamedAsFfmpegNamesThem) {
  EXPECT_EQ(find_uses({"-i", "a", "-c:v", "libvpx", "-pass", "1", "-f", "null", "-"}),
            "i:a w:ffmpeg2pass-0.log ");
  EXPECT_EQ(find_uses({"-i", "a", "-c:v", "libx264", "-pass", "2", "-passlogfile", "p", "o.mp4"}),
            "i:a r:p-0.log r:p-0.log.mbtree o:o.mp4 ");
}

TEST(FindFiles, LogNamedInTheParametersOfX264) {
  EXPECT_EQ(find_uses({"-i", "a", "-c:v", "libx264", "-pass", "1", "-x264-params", "stats=x.log",
                       "o.mp4"}),
            "i:a w:x.log w:x.log.mbtree o:o.mp4 ");
}

TEST(FindFiles, ProgressThroughAPipeIsNoFile) {
  EXPECT_EQ(find_uses({"-progress", "-", "-i", "a", "o.mp4"}), "i:a o:o.mp4 ");
  EXPECT_EQ(find_uses({"-progress", "p.txt", "-i", "a", "o.mp4"}), "w:p.txt i:a o:o.mp4 ");
}

TEST(FindFiles, OfSeveralGraphsForAStreamTheLastCounts) {
  EXPECT_EQ(find_uses({"-i", "a", "-vf", "lut3d=x", "-filter:v", "lut3d=y", "o.mp4"}),
            "i:a r:y o:o.mp4 ");
  EXPECT_EQ(find_uses({"-i", "a", "-vf", "lut3d=x", "-vf", "lut3d=y", "o.mp4"}),
            "i:a r:y o:o.mp4 ");
  EXPECT_EQ(find_uses({"-i", "a", "-filter:v:0", "lut3d=x", "-filter:v:1", "lut3d=y", "o.mp4"}),
            "i:a r:x r:y o:o.mp4 ");
}

TEST(FindFiles, PicturesOfVobSubStandBesideTheIndex) {
  EXPECT_EQ(find_uses({"-i", "a.idx", "o.mkv"}), "i:a.idx r:a.sub o:o.mkv ");
  EXPECT_EQ(find_uses({"-sub_name", "b", "-i", "a.idx", "o.mkv"}), "r:b i:a.idx o:o.mkv ");
}

TEST(FindFiles, Refuses) {
  EXPECT_EQ(find_uses({"-f", "v4l2", "-i", "x", "o.mp4"}), "device");
  EXPECT_EQ(find_uses({"-i", "a.sdp", "o.mp4"}), "live_address");
  EXPECT_EQ(find_uses({"-i", "*.png", "o.mp4"}), "shell_glob");
  EXPECT_EQ(find_uses({"-i", "a"}), "nothing_to_do");
  EXPECT_EQ(find_uses({"-i", "a", "-vpre", "hq", "o.mp4"}), "preset_file");
}

}  // namespace
}  // namespace mpegflow::command
