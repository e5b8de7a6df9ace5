#include "core/command/filter_files.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

std::string find_in_graph(std::string_view graph) {
  FileList list;
  const auto found = find_filter_files(MarkedText(graph), 0, list);
  if (!found) return std::string(to_word(found.error().code));
  std::string text;
  for (const FileUse& file : list.files)
    text += (file.role == Role::read ? "r:" : "w:") + file.path + " ";
  return text;
}

TEST(FilterFiles, ByPositionAndByName) {
  EXPECT_EQ(find_in_graph("subtitles=a.srt:fontsdir=f"), "r:a.srt r:f ");
  EXPECT_EQ(find_in_graph("subtitles=a.srt:640x360:dir"), "r:a.srt r:dir ");
  EXPECT_EQ(find_in_graph("metadata=print:k:v:s:e:out.txt"), "w:out.txt ");
  EXPECT_EQ(find_in_graph("drawtext=text=a:fontfile=x.ttf"), "r:x.ttf ");
  EXPECT_EQ(find_in_graph("scale=1:2[a];[a]lut3d@b=x.cube , null"), "r:x.cube ");
}

TEST(FilterFiles, EscapesOfTwoLevels) {
  EXPECT_EQ(find_in_graph(R"(subtitles='C\:/a,b.srt')"), "r:C:/a,b.srt ");
  EXPECT_EQ(find_in_graph(R"(subtitles=a\\\'b.srt)"), "r:a'b.srt ");
}

TEST(FilterFiles, ADriveCutOffAtItsColonIsNoName) {
  EXPECT_EQ(find_in_graph(R"(subtitles=f\\:/a.srt)"), "r:f:/a.srt ");
  EXPECT_EQ(find_in_graph(R"(subtitles=f\:/a.srt)"), "malformed_filter");
  EXPECT_EQ(find_in_graph("lut3d=f"), "r:f ");
}

TEST(FilterFiles, NamesThatAreNotWritten) {
  EXPECT_EQ(find_in_graph("vidstabdetect"), "w:transforms.trf ");
  EXPECT_EQ(find_in_graph("vidstabtransform=input=t"), "r:t ");
}

TEST(FilterFiles, ReplacingThePlaceKeepsTheGraphWhole) {
  const std::string graph = R"([0:v]subtitles='a b.srt':si=1[v])";
  FileList list;
  ASSERT_TRUE(find_filter_files(MarkedText(graph), 7, list).has_value());
  const FileUse::Place place = *list.files.at(0).place;
  std::string made = graph;
  made.replace(place.begin, place.end - place.begin, "in/x.srt");
  EXPECT_EQ(made, "[0:v]subtitles='in/x.srt':si=1[v]");
  EXPECT_EQ(place.word, 7U);
}

TEST(FilterFiles, Refuses) {
  EXPECT_EQ(find_in_graph("frobnicate=1"), "unknown_filter");
  EXPECT_EQ(find_in_graph("lv2=p=x"), "plugin");
  EXPECT_EQ(find_in_graph("scale=1]"), "malformed_filter");
  EXPECT_EQ(find_in_graph("libvmaf=a.log"), "unclear_file");
  EXPECT_EQ(find_in_graph("psnr=f=-"), "pipe");
}

}  // namespace
}  // namespace mpegflow::command
