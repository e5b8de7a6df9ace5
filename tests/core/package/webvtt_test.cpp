#include "core/package/webvtt.h"

#include <gtest/gtest.h>

namespace mpegflow::package {
namespace {

TEST(Webvtt, ReadsCues) {
  const auto cues = parse_webvtt(
      "WEBVTT\n\nNOTE made by hand\n\nfirst\n00:01.000 --> 00:02.500 align:start\nHello\nworld\n\n"
      "01:00:00.000 --> 01:00:01.000\r\nlate\r\n");
  ASSERT_TRUE(cues);
  EXPECT_EQ(*cues, (std::vector<Cue>{{1000, 2500, "align:start", "Hello\nworld"},
                                     {3'600'000, 3'601'000, "", "late"}}));
}

TEST(Webvtt, LeavesOutWhatIsNeverShown) {
  const auto cues = parse_webvtt(
      "WEBVTT\n\n00:02.000 --> 00:01.000\nbackwards\n\n00:03.000 --> 00:04.000\n\n"
      "-00:01.000 --> 00:01.000\nbefore\n");
  ASSERT_TRUE(cues);
  EXPECT_TRUE(cues->empty());
  EXPECT_FALSE(parse_webvtt("1\n00:00:01,000 --> 00:00:02,000\nSubRip\n"));
}

TEST(TextSegments, HaveEachCueWhereItIsShown) {
  const std::vector<Cue> cues = {{500, 1500, "", "one"}, {1900, 4100, "line:0", "two"}};
  const auto segments = make_text_segments(cues, {2, 1}, 5);
  ASSERT_EQ(segments.size(), 3U);
  EXPECT_EQ(segments[0].bytes,
            "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n\n"
            "00:00:00.500 --> 00:00:01.500\none\n\n00:00:01.900 --> 00:00:04.100 line:0\ntwo\n");
  EXPECT_EQ(segments[1].bytes.find("one"), std::string::npos);
  EXPECT_NE(segments[2].bytes.find("00:00:01.900 --> 00:00:04.100 line:0\ntwo"), std::string::npos);
  EXPECT_EQ(segments[2].name, "seg_00003.vtt");
  EXPECT_EQ(segments[2].duration_us, 1'000'000);
}

TEST(TextSegments, LastAsLongAsThePicturesOrTheText) {
  EXPECT_EQ(make_text_segments({}, {2, 1}, 0).size(), 1U);
  EXPECT_EQ(make_text_segments({}, {180180, 30000}, 13).size(), 3U);
  EXPECT_EQ(make_text_segments({{0, 9000, "", "x"}}, {5, 1}, 6).size(), 2U);
}

TEST(TextSegments, EndWithTheFilmWhateverACueClaims) {
  const Cue for_years = {0, std::int64_t{360'000} * 1000 * 1000, "", "x"};
  EXPECT_EQ(make_text_segments({for_years}, {2, 1}, 4).size(), 3U);
  EXPECT_EQ(make_text_segments({for_years}, {3600, 1}, 0).size(), 48U);
}

TEST(TextPlaylist, ListsThem) {
  EXPECT_EQ(make_text_playlist(make_text_segments({}, {2, 1}, 3)),
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n"
            "#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:2.000000,\nseg_00001.vtt\n"
            "#EXTINF:1.000000,\nseg_00002.vtt\n#EXT-X-ENDLIST\n");
}

TEST(TextFile, SaysEveryCueOnce) {
  EXPECT_EQ(
      make_text_file({{200, 900, "align:start", "Hello"}, {3'600'000, 3'601'000, "", "a\nb"}}),
      "WEBVTT\n\n00:00:00.200 --> 00:00:00.900 align:start\nHello\n"
      "\n01:00:00.000 --> 01:00:01.000\na\nb\n");
  EXPECT_EQ(make_text_file({}), "WEBVTT\n");
}

}  // namespace
}  // namespace mpegflow::package
