#include "core/verify/written_playlist.h"

#include <gtest/gtest.h>

namespace mpegflow::verify {
namespace {

constexpr const char* kMedia =
    "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n"
    "#EXTINF:2.000000,\ni0.ts\n#EXT-X-ENDLIST\n";

std::string with(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(WrittenPlaylist, AMediaPlaylistIsReadAsOneFile) {
  EXPECT_EQ(read_written_playlist(kMedia), (WrittenPlaylist{"hls", true}));
  EXPECT_EQ(read_written_playlist(with(kMedia, "\n", "\r\n")), (WrittenPlaylist{"hls", true}));
}

TEST(WrittenPlaylist, OneThatDroppedItsFirstSegmentsIsNotWhole) {
  EXPECT_EQ(read_written_playlist(with(kMedia, "SEQUENCE:0", "SEQUENCE:3")),
            (WrittenPlaylist{"hls", false}));
}

TEST(WrittenPlaylist, WhatCannotBeReadToItsEndIsNone) {
  for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
           {"#EXT-X-ENDLIST\n", ""},
           {"#EXTINF", "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF"},
           {"#EXTINF", "#EXT-X-I-FRAMES-ONLY\n#EXTINF"},
           {"i0.ts", "https://cdn.example/i0.ts"},
           {"i0.ts", "/var/www/i0.ts"},
           {"i0.ts", "i0.vtt"}})
    EXPECT_EQ(read_written_playlist(with(kMedia, from, to)), std::nullopt) << to;
  EXPECT_EQ(read_written_playlist("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv/index.m3u8\n"),
            std::nullopt);
  EXPECT_EQ(read_written_playlist("#EXTM3U\n#EXTINF:2,\n#EXT-X-KEY:METHOD=NONE\na.ts\n"
                                  "#EXT-X-ENDLIST\n"),
            (WrittenPlaylist{"hls", true}));
}

TEST(WrittenPlaylist, AManifestOfWhatIsOverIsReadAsOneFile) {
  const std::string manifest = R"(<?xml version="1.0"?><MPD type="static"><Period/></MPD>)";
  EXPECT_EQ(read_written_playlist(manifest), (WrittenPlaylist{"dash", true}));
  EXPECT_EQ(read_written_playlist(with(manifest, "static", "dynamic")), std::nullopt);
  EXPECT_EQ(read_written_playlist(with(manifest, "<Period/>", "<BaseURL>http://c/</BaseURL>")),
            std::nullopt);
}

TEST(WrittenPlaylist, OtherTextIsNone) {
  EXPECT_EQ(read_written_playlist(""), std::nullopt);
  EXPECT_EQ(read_written_playlist("ffconcat version 1.0\nfile a.ts\n"), std::nullopt);
}

}  // namespace
}  // namespace mpegflow::verify
