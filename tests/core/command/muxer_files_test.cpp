#include "core/command/muxer_files.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

std::string find_of_muxer(std::string format, std::string_view name,
                          std::vector<std::pair<std::string, std::string>> options = {}) {
  MuxerOutput output{std::move(format), MarkedText(name), 0, {}};
  for (const auto& [key, value] : options) output.options.push_back({key, MarkedText(value), 0});
  FileList list;
  const auto found = find_muxer_files(output, list);
  if (!found) return std::string(to_word(found.error().code));
  std::string text;
  for (const FileUse& file : list.files)
    text += (file.role == Role::output  ? "o:"
             : file.role == Role::write ? "w:"
                                        : "r:") +
            file.path + " ";
  return text;
}

TEST(MuxerFiles, Hls) {
  EXPECT_EQ(find_of_muxer("", "d/a.m3u8"), "o:d/a.m3u8 w:d/a%d.ts ");
  EXPECT_EQ(find_of_muxer("hls", "d/a.m3u8", {{"hls_segment_type", "fmp4"}}),
            "o:d/a.m3u8 w:d/a%d.m4s w:d/init.mp4 ");
  EXPECT_EQ(find_of_muxer("hls", "v%v/a.m3u8",
                          {{"hls_segment_type", "fmp4"}, {"var_stream_map", "v:0 v:1"}}),
            "o:v%v/a.m3u8 w:v%v/a%d.m4s w:v%v/init_%v.mp4 ");
  EXPECT_EQ(find_of_muxer("hls", "a.m3u8", {{"hls_enc", "1"}}), "o:a.m3u8 w:a%d.ts w:a.m3u8.key ");
  EXPECT_EQ(find_of_muxer("hls", "v%v/a.m3u8",
                          {{"master_pl_name", "m.m3u8"}, {"hls_segment_filename", "x"}}),
            "o:v%v/a.m3u8 w:x w:m.m3u8 ");
}

TEST(MuxerFiles, Dash) {
  EXPECT_EQ(find_of_muxer("", "d/a.mpd", {{"single_file", "1"}}),
            "o:d/a.mpd w:d/a-stream$RepresentationID$.$ext$ ");
}

TEST(MuxerFiles, Tee) {
  EXPECT_EQ(find_of_muxer("tee", "[f=mpegts]a.ts|[f=hls:hls_time=2]b.m3u8"),
            "o:a.ts o:b.m3u8 w:b%d.ts ");
  EXPECT_EQ(find_of_muxer("tee", "a.mkv|rtmp://x/y"), "network_output");
}

TEST(MuxerFiles, Nowhere) {
  EXPECT_EQ(find_of_muxer("null", "-"), "");
  EXPECT_EQ(find_of_muxer("mp4", "/dev/null"), "");
  EXPECT_EQ(find_of_muxer("mp4", "-"), "pipe");
  EXPECT_EQ(find_of_muxer("", "a.xyz"), "unknown_format");
  EXPECT_EQ(find_of_muxer("frob", "a.mp4"), "unknown_format");
  EXPECT_EQ(find_of_muxer("rtp", "a"), "network_output");
  EXPECT_EQ(find_of_muxer("alsa", "default"), "device");
}

}  // namespace
}  // namespace mpegflow::command
