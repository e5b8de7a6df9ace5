#include "core/verify/command_shape.h"

#include <gtest/gtest.h>

namespace mpegflow::verify {
namespace {

CommandShape shape_of(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "ffmpeg");
  return read_command_shape(arguments);
}

TEST(CommandShape, TellsInputsFromOutputs) {
  const CommandShape shape =
      shape_of({"-nostdin", "-y", "-f", "mov", "-ss", "1:30", "-i", "in/main.mp4", "-c:v", "copy",
                "-an", "-f", "mpegts", "out/a.ts", "-t", "2", "out/b.mp4"});
  ASSERT_EQ(shape.inputs.size(), 1U);
  EXPECT_EQ(shape.inputs.front().name, "in/main.mp4");
  EXPECT_EQ(shape.inputs.front().format, "mov");
  EXPECT_EQ(shape.inputs.front().start, 90);
  ASSERT_EQ(shape.outputs.size(), 2U);
  EXPECT_TRUE(shape.outputs[0].copies_video);
  EXPECT_FALSE(shape.outputs[0].copies_audio);
  EXPECT_EQ(shape.outputs[0].muxer, "mpegts");
  EXPECT_EQ(shape.outputs[1].muxer, "mp4");
  EXPECT_EQ(shape.outputs[1].limit, 2);
  EXPECT_FALSE(shape.outputs[1].copies_video) << "options end at their file";
}

TEST(CommandShape, ReadsTimesAsFfmpegDoes) {
  EXPECT_EQ(parse_time("90"), 90);
  EXPECT_EQ(parse_time("1:30"), 90);
  EXPECT_EQ(parse_time("00:01:30.5"), 90.5);
  EXPECT_EQ(parse_time("500ms"), 0.5);
  EXPECT_EQ(parse_time("-10"), -10);
  EXPECT_EQ(parse_time("soon"), std::nullopt);
  EXPECT_EQ(parse_time("1:2:3:4"), std::nullopt);
}

TEST(CommandShape, ListsTheFiltersOfAGraph) {
  EXPECT_EQ(list_filters("[0:v]split=2[a][b];[a]scale=1:-2, setsar=1[x];[b]drawtext=text='a,b;c'"),
            (std::vector<std::string>{"split", "scale", "setsar", "drawtext"}));
  EXPECT_EQ(list_filters("subtitles=f\\,oo.srt,null@id"),
            (std::vector<std::string>{"subtitles", "null"}));
  EXPECT_TRUE(list_filters("").empty());
}

TEST(CommandShape, KnowsWhichFiltersKeepTimeAndFrames) {
  const auto filtered = [](const std::string& graph) {
    return shape_of({"-i", "a", "-vf", graph, "o.mp4"}).outputs.front();
  };
  EXPECT_TRUE(filtered("scale=320:-2,format=yuv420p").keeps_frames);
  EXPECT_FALSE(filtered("scale=320:-2,fps=5").keeps_frames);
  EXPECT_TRUE(filtered("scale=320:-2,fps=5").keeps_time);
  EXPECT_FALSE(filtered("setpts=2*PTS").keeps_time);
  EXPECT_FALSE(filtered("a_filter_of_tomorrow").keeps_time);
}

TEST(CommandShape, LetsAGraphFeedEveryOutput) {
  const CommandShape shape = shape_of({"-i", "a", "-filter_complex", "[0:v]trim=0:1[v]", "-map",
                                       "[v]", "o.mp4", "-map", "0:a", "o.m4a"});
  ASSERT_EQ(shape.outputs.size(), 2U);
  EXPECT_FALSE(shape.outputs[0].keeps_time);
  EXPECT_FALSE(shape.outputs[1].keeps_time);
}

TEST(CommandShape, TellsNothingOfWhatNoFfmpegTakes) {
  EXPECT_EQ(shape_of({"-i", "a", "-option_of_tomorrow", "1", "o.mp4"}), CommandShape{});
}

LengthBounds bounds_of(const std::vector<std::string>& arguments, std::optional<double> length) {
  const CommandShape shape = shape_of(arguments);
  return find_length_bounds(shape.inputs.front(), shape.outputs.front(), length);
}

TEST(LengthBounds, AreTheWholeInputWhereNothingIsCut) {
  const LengthBounds bounds = bounds_of({"-i", "a", "-c", "copy", "o.mkv"}, 10);
  EXPECT_TRUE(bounds.is_whole);
  EXPECT_EQ(bounds.least, 10);
  EXPECT_EQ(bounds.most, 10);
}

TEST(LengthBounds, AreKeptByWhatOnlyReordersPackets) {
  EXPECT_TRUE(
      bounds_of({"-i", "a", "-c", "copy", "-bsf:v", "h264_mp4toannexb", "-f", "mpegts", "o"}, 10)
          .is_whole);
  EXPECT_TRUE(bounds_of({"-i", "a", "-fpsmax", "25", "o.mp4"}, 10).is_whole);
}

TEST(LengthBounds, AreWhatIsLeftAfterSeekAndLimit) {
  const LengthBounds bounds = bounds_of({"-ss", "3", "-i", "a", "-t", "5", "o.mkv"}, 10);
  EXPECT_FALSE(bounds.is_whole);
  EXPECT_EQ(bounds.least, 5);
  EXPECT_EQ(bounds_of({"-ss", "8", "-i", "a", "-t", "5", "o.mkv"}, 10).least, 2);
  EXPECT_EQ(bounds_of({"-ss", "50", "-i", "a", "o.mkv"}, 10).most, 0);
  EXPECT_EQ(bounds_of({"-ss", "2", "-to", "6", "-i", "a", "o.mkv"}, 10).most, 4);
}

TEST(LengthBounds, KnowOnlyTheMostOfWhatMayEndEarly) {
  const LengthBounds bounds = bounds_of({"-i", "a", "-shortest", "o.mkv"}, 10);
  EXPECT_EQ(bounds.least, std::nullopt);
  EXPECT_EQ(bounds.most, 10);
}

TEST(LengthBounds, AreUnknownWhereTheCommandMakesItsOwnTime) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"-stream_loop", "3", "-i", "a", "o.mkv"},
                                             {"-i", "a", "-vf", "setpts=0.5*PTS", "o.mkv"},
                                             {"-itsoffset", "2", "-i", "a", "o.mkv"},
                                             {"-r", "5", "-i", "a", "o.mkv"},
                                             {"-t", "soon", "-i", "a", "o.mkv"},
                                             {"-i", "a", "-bsf:v", "setts=ts=0", "o.mkv"},
                                             {"-i", "a", "-fps_mode", "drop", "o.mkv"},
                                             {"-i", "a", "-filter_complex_script", "g", "o.mkv"},
                                             {"-copyts", "-i", "a", "o.mkv"},
                                             {"-i", "a", "o.aac"},
                                             {"-i", "a", "o%d.jpg"},
                                             {"-f", "lavfi", "-i", "testsrc", "o.mkv"},
                                             {"-i", "a", "-frames:v", "1", "o.jpg"},
                                             {"-i", "a", "-f", "image2", "o%d.png"}})
    EXPECT_EQ(bounds_of(arguments, 10), LengthBounds{}) << arguments.back();
}

}  // namespace
}  // namespace mpegflow::verify
