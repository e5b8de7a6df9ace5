#include <gtest/gtest.h>

#include "core/probe/probe.h"

namespace mpegflow::probe {
namespace {

constexpr std::string_view kFilm = R"json({
  "streams": [
    {"index": 0, "codec_name": "mjpeg", "codec_type": "video", "width": 600, "height": 600,
     "r_frame_rate": "90000/1", "avg_frame_rate": "0/0", "disposition": {"attached_pic": 1, "default": 1}},
    {"index": 1, "codec_name": "h264", "codec_tag_string": "avc1", "codec_type": "video",
     "width": 1920, "height": 1080, "sample_aspect_ratio": "4:3", "pix_fmt": "yuv420p",
     "color_transfer": "bt709", "field_order": "tt", "r_frame_rate": "30000/1001",
     "avg_frame_rate": "30000/1001", "duration": "4.004000", "start_time": "0.033367",
     "nb_frames": "120", "side_data_list": [{"side_data_type": "Display Matrix", "rotation": -90}]},
    {"index": 2, "codec_name": "aac", "codec_type": "audio", "sample_rate": "48000", "channels": 6,
     "channel_layout": "5.1(side)",
                           "disposition" : {"comment" : 1}, "tags" : {
  "LANGUAGE" : "deu", "title" : "Talk", "DURATION" : "00:01:02.500000000"
}
},
    {"index": 3, "codec_name": "subrip", "codec_type": "subtitle", "tags": {"language": "eng"},
     "disposition": {"forced": 1, "hearing_impaired": 1}},
    {"index": 4, "codec_type": "data"},
    {"index": 5, "codec_name": "vp8", "codec_type": "video", "width": 640, "height": 360,
     "tags": {"alpha_mode": "1"}},
    {"index": 6, "codec_name": "mp2", "codec_type": "audio", "disposition": {"default": 1}}
  ],
  "format": {
  "duration" : "62.5", "start_time" : "N/A", "bit_rate" : "1000"
}
})json";

TEST(ParseFfprobe, ReadsStreams) {
  const auto probe = parse_ffprobe(kFilm, "mov", 1234);
  ASSERT_TRUE(probe.has_value());
  const VideoStream* video = find_main_video(*probe);
  ASSERT_NE(video, nullptr);
  EXPECT_EQ(video->index, 1) << "cover art is not the film";
  EXPECT_EQ(video->frame_rate, (Rational{30000, 1001}));
  EXPECT_EQ(video->sample_aspect, (Rational{4, 3}));
  EXPECT_EQ(video->frames, 120);
  EXPECT_EQ(video->rotation, 90);
  EXPECT_EQ(video->tag, "avc1");
  const AudioStream* audio = find_main_audio(*probe);
  ASSERT_NE(audio, nullptr);
  EXPECT_EQ(audio->index, 6) << "the file wants it heard";
  audio = find_audio(*probe, 2);
  ASSERT_NE(audio, nullptr);
  EXPECT_EQ(audio->sample_rate, 48000);
  EXPECT_EQ(audio->channel_layout, "5.1(side)");
  EXPECT_EQ(audio->language, "deu");
  EXPECT_EQ(audio->title, "Talk");
  EXPECT_TRUE(audio->is_commentary);
  EXPECT_EQ(audio->duration, 62.5) << "Matroska tells it in a tag";
  ASSERT_EQ(probe->subtitles.size(), 1U);
  EXPECT_EQ(probe->subtitles[0].codec, "subrip");
  EXPECT_TRUE(probe->subtitles[0].is_forced);
  EXPECT_TRUE(probe->subtitles[0].is_captions);
  EXPECT_TRUE(probe->video[1].has_hidden_alpha);
  EXPECT_EQ(probe->other_streams, 1);
  EXPECT_FALSE(probe->start.has_value()) << "N/A is unknown";
}

TEST(ParseFfprobe, PutsCoverArtLast) {
  EXPECT_TRUE(parse_ffprobe(kFilm, "mov", 0)->video.back().is_cover_art);
}

TEST(MainVideo, IsTheWantedOneThenTheLargest) {
  Probe probe;
  probe.video.resize(3);
  for (int i = 0; i < 3; ++i) {
    probe.video[static_cast<std::size_t>(i)].index = i;
    probe.video[static_cast<std::size_t>(i)].width = 100 * (i + 1);
    probe.video[static_cast<std::size_t>(i)].height = 100;
  }
  EXPECT_EQ(find_main_video(probe)->index, 2);
  probe.video[0].is_default = true;
  EXPECT_EQ(find_main_video(probe)->index, 0);
}

TEST(ParseFfprobe, ComesBackFromItsRecord) {
  const auto probe = parse_ffprobe(kFilm, "mov", 1234);
  EXPECT_EQ(parse_probe(to_json(*probe)), *probe);
}

TEST(ParseFfprobe, RefusesWhatIsNotFromFfprobe) {
  EXPECT_FALSE(parse_ffprobe("", "mov", 0).has_value());
  EXPECT_FALSE(parse_ffprobe("{}", "mov", 0).has_value());
  EXPECT_FALSE(parse_ffprobe("[1]", "mov", 0).has_value());
}

}  // namespace
}  // namespace mpegflow::probe
