#include "core/package/playlist.h"

#include <array>

#include <gtest/gtest.h>

namespace mpegflow::package {
namespace {

Summary make_video(std::int64_t bytes) {
  Summary summary;
  summary.codec = {"avc1.640028", 1920, 1080, 0, 0, ""};
  summary.timescale = 30000;
  summary.segments = {{"seg_00001.m4s", bytes, 0, 180180, 0, 180180, 180, 3, true},
                      {"seg_00002.m4s", 1000, 180180, 60060, 180180, 60060, 60, 1, true}};
  return summary;
}

Summary make_audio() {
  Summary summary;
  summary.kind = TrackKind::audio;
  summary.codec = {"mp4a.40.2", 0, 0, 48000, 2, ""};
  summary.timescale = 48000;
  summary.segments = {{"seg_00001.m4s", 48000, 0, 288000, 0, 289024, 282, 282, true}};
  return summary;
}

TEST(MediaPlaylist, SaysWhatWasWritten) {
  EXPECT_EQ(make_media_playlist(make_video(1000), 6),
            "#EXTM3U\n"
            "#EXT-X-VERSION:7\n"
            "#EXT-X-TARGETDURATION:6\n"
            "#EXT-X-MEDIA-SEQUENCE:0\n"
            "#EXT-X-PLAYLIST-TYPE:VOD\n"
            "#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-MAP:URI=\"init.mp4\"\n"
            "#EXTINF:6.006000,\n"
            "seg_00001.m4s\n"
            "#EXTINF:2.002000,\n"
            "seg_00002.m4s\n"
            "#EXT-X-ENDLIST\n");
}

Summary make_video_with_key_frames() {
  Summary summary = make_video(100'000);
  summary.segments[0].key_frames = {{0, 24, 5000}, {60060, 40'000, 4000}, {120120, 80'000, 6000}};
  summary.segments[1].key_frames = {{180180, 24, 500}};
  return summary;
}

TEST(IframePlaylist, NamesTheBytesOfEachKeyFrame) {
  EXPECT_EQ(make_iframe_playlist(make_video_with_key_frames(), 6),
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:0\n"
            "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-I-FRAMES-ONLY\n#EXT-X-MAP:URI=\"init.mp4\"\n"
            "#EXTINF:2.002000,\n#EXT-X-BYTERANGE:5000@24\nseg_00001.m4s\n"
            "#EXTINF:2.002000,\n#EXT-X-BYTERANGE:4000@40000\nseg_00001.m4s\n"
            "#EXTINF:2.002000,\n#EXT-X-BYTERANGE:6000@80000\nseg_00001.m4s\n"
            "#EXTINF:2.002000,\n#EXT-X-BYTERANGE:500@24\nseg_00002.m4s\n"
            "#EXT-X-ENDLIST\n");
}

TEST(MasterPlaylist, ListsTheIframePlaylistsWithTheirOwnRates) {
  MasterPlan plan;
  plan.variants = {{"720p/index.m3u8", make_video_with_key_frames(), "720p/iframes.m3u8"}};
  plan.target_duration = 6;
  const std::string text = make_master_playlist(plan);
  // 15000 bytes in the best 6.006 s, 15500 in all 8.008 s.
  EXPECT_NE(text.find("\n#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=19981,AVERAGE-BANDWIDTH=15485,"
                      "CODECS=\"avc1.640028\",RESOLUTION=1920x1080,URI=\"720p/iframes.m3u8\"\n"),
            std::string::npos)
      << text;
}

TEST(TargetDuration, IsTheLongestOfAllRounded) {
  Summary longer = make_video(1);
  longer.segments[0].duration = 195000;
  EXPECT_EQ(find_target_duration(std::array{make_video(1), make_audio()}), 6);
  EXPECT_EQ(find_target_duration(std::array{longer, make_audio()}), 7);
  EXPECT_EQ(find_target_duration({}), 1);
}

TEST(MasterPlaylist, ListsTheHighestFirstWithTheAudioAdded) {
  MasterPlan plan;
  plan.variants = {{"360p/index.m3u8", make_video(60060)},
                   {"1080p/index.m3u8", make_video(600600)}};
  plan.variants[0].summary.codec = {"avc1.64001E", 640, 360, 0, 0, "PQ"};
  plan.variants[0].summary.peak_frame_rate = {30, 1};
  plan.audio = {{"audio/index.m3u8", "English", "en", make_audio()}};
  plan.target_duration = 6;
  // 600600 B in 6.006 s and 48000 B in 6 s; the average is over both segments.
  EXPECT_EQ(make_master_playlist(plan),
            "#EXTM3U\n"
            "#EXT-X-VERSION:7\n"
            "#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"English\",LANGUAGE=\"en\","
            "DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"audio/index.m3u8\"\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=864000,AVERAGE-BANDWIDTH=665000,"
            "CODECS=\"avc1.640028,mp4a.40.2\",RESOLUTION=1920x1080,FRAME-RATE=29.970,"
            "AUDIO=\"audio\"\n"
            "1080p/index.m3u8\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=144000,AVERAGE-BANDWIDTH=125000,"
            "CODECS=\"avc1.64001E,mp4a.40.2\",RESOLUTION=640x360,FRAME-RATE=30.000,"
            "VIDEO-RANGE=PQ,AUDIO=\"audio\"\n"
            "360p/index.m3u8\n");
}

TEST(MasterPlaylist, AudioAloneIsAVariant) {
  MasterPlan plan;
  plan.audio = {{"audio/index.m3u8", "", "", make_audio()}};
  plan.target_duration = 6;
  EXPECT_EQ(make_master_playlist(plan),
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=64000,AVERAGE-BANDWIDTH=64000,CODECS=\"mp4a.40.2\"\n"
            "audio/index.m3u8\n");
}

TEST(MasterPlaylist, AudioAloneCanBeInSeveralLanguages) {
  MasterPlan plan;
  plan.audio = {{"audio/index.m3u8", "English", "en", make_audio()},
                {"audio-de/index.m3u8", "German", "de", make_audio(), false, true}};
  plan.target_duration = 6;
  const std::string text = make_master_playlist(plan);
  EXPECT_NE(
      text.find("NAME=\"English\",LANGUAGE=\"en\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\"\n"),
      std::string::npos)
      << "it is in the variant itself\n"
      << text;
  EXPECT_NE(text.find("CHANNELS=\"2\",URI=\"audio-de/index.m3u8\"\n"), std::string::npos) << text;
  EXPECT_NE(text.find("CODECS=\"mp4a.40.2\",AUDIO=\"audio\"\naudio/index.m3u8\n"),
            std::string::npos)
      << text;
}

TEST(MasterPlaylist, ListsAllSoundInOneGroup) {
  MasterPlan plan;
  plan.variants = {{"1080p/index.m3u8", make_video(600600)}};
  Summary louder = make_audio();
  louder.segments[0].bytes *= 2;
  plan.audio = {{"audio/index.m3u8", "English", "en", make_audio()},
                {"audio-de/index.m3u8", "German", "de", louder, false, true},
                {"audio-2/index.m3u8", "Talk", "", make_audio(), false, false, "public.x"}};
  plan.target_duration = 6;
  const std::string text = make_master_playlist(plan);
  EXPECT_NE(text.find("NAME=\"German\",LANGUAGE=\"de\",DEFAULT=NO,AUTOSELECT=YES,CHANNELS"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("NAME=\"Talk\",DEFAULT=NO,AUTOSELECT=NO,CHARACTERISTICS=\"public.x\""),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("BANDWIDTH=928000,"), std::string::npos) << "the largest counts\n" << text;
  EXPECT_NE(text.find("CODECS=\"avc1.640028,mp4a.40.2\""), std::string::npos) << text;
}

TEST(MasterPlaylist, ListsSubtitles) {
  MasterPlan plan;
  plan.variants = {{"1080p/index.m3u8", make_video(600600)}};
  plan.subtitles = {{"subtitles-en/index.m3u8", "English", "en", false, true, true, ""}};
  plan.target_duration = 6;
  const std::string text = make_master_playlist(plan);
  EXPECT_NE(text.find("#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"subtitles\",NAME=\"English\","
                      "LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=YES,FORCED=YES,"
                      "URI=\"subtitles-en/index.m3u8\"\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(",SUBTITLES=\"subtitles\"\n1080p/"), std::string::npos) << text;
}

TEST(MasterPlaylist, NamesAndPathsCannotBreakALine) {
  MasterPlan plan;
  plan.variants = {{"a b,\"#\n?:%/\xc3\xa9.m3u8", make_video(1)}};
  plan.audio = {{"a\".m3u8", "Say \"hi\"\nthere", "", make_audio()}};
  plan.target_duration = 6;
  const std::string text = make_master_playlist(plan);
  EXPECT_NE(text.find("\na%20b%2C%22%23%0A%3F%3A%25/%C3%A9.m3u8\n"), std::string::npos) << text;
  EXPECT_NE(text.find("NAME=\"Say 'hi' there\""), std::string::npos) << text;
  EXPECT_NE(text.find("URI=\"a%22.m3u8\""), std::string::npos) << text;
}

}  // namespace
}  // namespace mpegflow::package
