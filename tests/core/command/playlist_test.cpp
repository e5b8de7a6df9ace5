#include "core/command/playlist.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

using Files = std::vector<ListedFile>;

TEST(ListHlsFiles, NamesSegmentsKeysAndWhatBeginsThem) {
  EXPECT_EQ(list_hls_files("#EXTM3U\r\n#EXT-X-TARGETDURATION:4\r\n"
                           "#EXT-X-MAP:URI=\"init.mp4\",BYTERANGE=\"1@0\"\r\n"
                           "#EXT-X-KEY:METHOD=AES-128,URI=\"k/one.key\",IV=0x1\r\n"
                           "#EXTINF:4,\r\nall.m4s\r\n#EXTINF:4,\r\nall.m4s\r\n\r\n"
                           "#EXT-X-KEY:METHOD=NONE\r\n#EXTINF:4,\r\nmore.m4s\r\n"),
            (Files{{"init.mp4", false, false},
                   {"k/one.key", false, false},
                   {"all.m4s", false, false},
                   {"more.m4s", false, false}}));
}

TEST(ListHlsFiles, NamesOtherPlaylists) {
  EXPECT_EQ(list_hls_files("#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",URI=\"a/i.m3u8\"\n"
                           "#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"c\"\n"
                           "#EXT-X-I-FRAME-STREAM-INF:URI=\"frames.m3u8\"\n"
                           "#EXT-X-STREAM-INF:BANDWIDTH=1\nv/i.m3u8\n"),
            (Files{{"a/i.m3u8", true, false}, {"v/i.m3u8", true, false}}));
}

TEST(ListDashFiles, FillsInTemplates) {
  EXPECT_EQ(list_dash_files(R"(<?xml version="1.0"?><!-- <Representation id="x"/> -->
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period id="0"><AdaptationSet id="0">
<SegmentTemplate timescale="1" initialization="i-$RepresentationID$.m4s"
  media="c[1]-$RepresentationID$-$Number%05d$.m4s"><SegmentTimeline><S d="1"/></SegmentTimeline>
</SegmentTemplate><Representation id="0" bandwidth="1"></Representation>
<Representation id="1" bandwidth="2"/></AdaptationSet></Period></MPD>)"),
            (Files{{"i-0.m4s", false, false},
                   {"c\\[1]-0-*.m4s", false, true},
                   {"i-1.m4s", false, false},
                   {"c\\[1]-1-*.m4s", false, true}}));
}

TEST(ListDashFiles, HeedsWhereNamesStart) {
  EXPECT_EQ(list_dash_files(R"(<MPD><BaseURL>media/</BaseURL><Period><AdaptationSet>
<Representation id="0"><BaseURL>a&amp;b.mp4</BaseURL><SegmentBase indexRange="1-2">
<Initialization range="0-1"/></SegmentBase></Representation>
<Representation id="1"><BaseURL>v/</BaseURL><SegmentList><Initialization sourceURL="i.mp4"/>
<SegmentURL media="1.m4s"/></SegmentList></Representation></AdaptationSet></Period></MPD>)"),
            (Files{{"media/a&b.mp4", false, false},
                   {"media/v/i.mp4", false, false},
                   {"media/v/1.m4s", false, false}}));
}

TEST(ListDashFiles, SurvivesWhatIsNone) {
  EXPECT_TRUE(list_dash_files("").empty());
  EXPECT_TRUE(list_dash_files("</MPD><MPD><BaseURL>").empty());
  EXPECT_TRUE(list_dash_files("<MPD><Representation id=\"0\"").empty());
}

TEST(FindKeyFile, IsTheSecondLine) {
  EXPECT_EQ(find_key_file("https://x/k\nenc.key\r\n00ff\n"), "enc.key");
  EXPECT_EQ(find_key_file("https://x/k"), "");
}

}  // namespace
}  // namespace mpegflow::command
