#include "core/plan/task_params.h"

#include <gtest/gtest.h>

namespace mpegflow::plan {
namespace {

TEST(TaskParams, ComeBackFromTheirRecords) {
  const ProbeParams probe{{"main", "logo"}, true};
  EXPECT_EQ(parse_probe_params(to_json(probe)), probe);
  EncodeParams encode;
  encode.input = "main";
  encode.input_name = "in/main.mp4";
  encode.folder = "1080p";
  encode.kind = package::TrackKind::audio;
  encode.stream_index = 3;
  encode.segment_duration = {1001, 250};
  encode.has_constant_rate = false;
  encode.argv = {"ffmpeg", "-i", "x"};
  EXPECT_EQ(parse_encode_params(to_json(encode)), encode);
  const ManifestParams manifest{{"1080p", "720p"},
                                {{"audio", "English", "en", true, true, false, "public.x"}},
                                {{"subtitles-en", "English", "en", false, true, true, ""}},
                                {"rotated by 90°"},
                                false,
                                false};
  EXPECT_EQ(parse_manifest_params(to_json(manifest)), manifest);
  const SubtitleParams text{"main", "in/main.mkv", "subtitles-en", 3, {6, 1}, 12.5, {"ffmpeg"}};
  EXPECT_EQ(parse_subtitle_params(to_json(text)), text);
  SubtitleParams whole = text;
  whole.has_whole_file = true;
  EXPECT_EQ(parse_subtitle_params(to_json(whole)), whole);
  EXPECT_TRUE(is_subtitle_params(to_json(text)));
  EXPECT_FALSE(is_subtitle_params(to_json(encode)));
  EXPECT_FALSE(writes_files(to_json(encode)));
  encode.loudness_task = "loudness";
  encode.loudness = {true, -16, -1.5, 11};
  EXPECT_EQ(parse_encode_params(to_json(encode)), encode);
  encode.fallback = Fallback{"libx264", {"ffmpeg", "libx264"}};
  EXPECT_EQ(parse_encode_params(to_json(encode)), encode);
  const ManifestParams all{{"1080p"}, {}, {}, {}, true, true};
  EXPECT_EQ(parse_manifest_params(to_json(all)), all);
  const MeasureParams measure{"main", "in/main.mp4", {"ffmpeg"}};
  EXPECT_EQ(parse_measure_params(to_json(measure)), measure);
  FfmpegParams ffmpeg{
      {"ffmpeg"}, {{"in/main.mp4", "main"}}, {{"in/a.b", "a/b"}}, {"clip.mp4"}, "cut"};
  EXPECT_EQ(parse_ffmpeg_params(to_json(ffmpeg)), ffmpeg);
  EXPECT_TRUE(writes_files(to_json(ffmpeg)));
  ffmpeg.sprites = package::SpriteSheets{2.5, 20, 5, 4, 160, 90};
  ffmpeg.loudness_task = "loudness";
  ffmpeg.loudness = {true, -16, -1.5, 11};
  ffmpeg.notes = {"rotated by 90°"};
  EXPECT_EQ(parse_ffmpeg_params(to_json(ffmpeg)), ffmpeg);
  ffmpeg.fallback = Fallback{"libx264", {"ffmpeg", "libx264"}};
  EXPECT_EQ(parse_ffmpeg_params(to_json(ffmpeg)), ffmpeg);
  const DeliverParams deliver{"file:///out"};
  EXPECT_EQ(parse_deliver_params(to_json(deliver)), deliver);
}

}  // namespace
}  // namespace mpegflow::plan
