#include "core/command/talk.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

using Words = std::vector<std::string>;

std::optional<Talk> talk_of(Words words) {
  words.insert(words.end(), {std::string("-i"), "a.mkv", "b.mp4"});
  const auto parsed = parse_command(words, OptionTable());
  EXPECT_TRUE(parsed.has_value());
  return parsed ? read_talk(*parsed) : std::nullopt;
}

constexpr std::string_view kSaid =
    "[info] Input #0, mov, from 'in/1/a.mkv':\n"
    "[info]   Duration: 00:00:01.00\n"
    "[aac @ 0x55] [verbose] detail\n"
    "    Last message repeated 2 times\n"
    "[h264 @ 0x55] [error] bad\n"
    "    Last message repeated 3 times\n"
    "x265 [info]: of its own\n"
    "[info] frame=   10 fps=0.0 size=       0kB time=00:00:00.40 bitrate=   0.9kbits/s\r"
    "[info] frame=   25 fps=0.0 size=      10kB time=00:00:01.00 bitrate=   0.9kbits/s\n"
    "[verbose] Input stream #0:0 (video): 25 packets read\n";

std::string show(const Talk& talk, std::string_view said = kSaid) {
  TalkFilter filter(talk, {{"in/1/a.mkv", "my film.mkv"}, {"out/b.mp4", "b.mp4"}});
  const std::string shown = filter.take(said);
  return shown + filter.finish();
}

TEST(Talk, IsThatOfFfmpegWhereTheCommandSaysNothing) {
  EXPECT_EQ(talk_of({}), Talk{});
  EXPECT_EQ(show({}),
            "Input #0, mov, from 'my film.mkv':\n"
            "  Duration: 00:00:01.00\n"
            "[h264 @ 0x55] bad\n"
            "    Last message repeated 3 times\n"
            "x265 [info]: of its own\n"
            "frame=   10 fps=0.0 size=       0kB time=00:00:00.40 bitrate=   0.9kbits/s\r"
            "frame=   25 fps=0.0 size=      10kB time=00:00:01.00 bitrate=   0.9kbits/s\n");
}

TEST(Talk, IsAsLoudAsTheCommandSays) {
  EXPECT_EQ(talk_of({"-v", "error"})->level, 16);
  EXPECT_EQ(talk_of({"-loglevel", "level+40"})->level, kVerboseLevel);
  EXPECT_TRUE(talk_of({"-loglevel", "level+40"})->shows_levels);
  EXPECT_TRUE(talk_of({"-v", "repeat+info"})->repeats_itself);
  EXPECT_FALSE(talk_of({"-v", "+level"})->repeats_itself);
  EXPECT_FALSE(talk_of({"-hide_banner"})->has_banner);
  EXPECT_EQ(talk_of({"-v", "loud"}), std::nullopt);
  EXPECT_EQ(show(*talk_of({"-v", "error"})),
            "[h264 @ 0x55] bad\n    Last message repeated 3 times\nx265 [info]: of its own\n");
}

TEST(Talk, ShowsStatusLinesAsTheCommandWantsThem) {
  const std::string always = show(*talk_of({"-v", "quiet", "-stats"}));
  EXPECT_NE(always.find("frame=   10"), std::string::npos);
  EXPECT_EQ(always.find("bad"), std::string::npos);
  const std::string last = show(*talk_of({"-nostats"}));
  EXPECT_EQ(last.find("frame=   10"), std::string::npos);
  EXPECT_NE(last.find("frame=   25"), std::string::npos);
}

TEST(Talk, KeepsTheLevelsWhereTheyAreAskedFor) {
  EXPECT_EQ(show(*talk_of({"-v", "level+error"})).substr(0, 26), "[h264 @ 0x55] [error] bad\n");
}

TEST(Talk, OptionsSayWhatTheJobAndTheCommandWant) {
  EXPECT_EQ(make_talk_options(*talk_of({"-v", "error"})),
            (Words{"-loglevel", "+level+verbose", "-stats"}));
  EXPECT_EQ(make_talk_options(*talk_of({"-v", "repeat+debug", "-stats_period", "2"})),
            (Words{"-loglevel", "+repeat+level+debug", "-stats", "-stats_period", "2"}));
}

TEST(Talk, BannerIsThatOfTheVersion) {
  const std::string_view version =
      "ffmpeg version 5.1 Copyright (c) 2000-2022 the FFmpeg developers\nbuilt with gcc 12\n"
      "configuration: --enable-gpl\nlibavutil      57. 28.100 / 57. 28.100\n\nExiting\n";
  EXPECT_EQ(make_banner({}, version),
            "ffmpeg version 5.1 Copyright (c) 2000-2022 the FFmpeg developers\n"
            "  built with gcc 12\n  configuration: --enable-gpl\n"
            "  libavutil      57. 28.100 / 57. 28.100\n");
  EXPECT_EQ(make_banner(*talk_of({"-v", "error"}), version), "");
}

TEST(TalkFilter, DescribesStreamsAsShortlyAsFfmpegDoes) {
  const std::string_view said =
      "ffmpeg stats and -progress period set to 0.5.\n"
      "[info]   Stream #0:0: Video: h264 (High), 1 reference frame (avc1 / 0x31637661), "
      "yuv420p(progressive, left), 320x180 (320x192) [SAR 1:1 DAR 16:9], 250 kb/s\n"
      "[info]   Stream #0:1: Video: h264, 4 reference frames, yuv420p(left), 2x2, 1 kb/s\n"
      "[info]   Stream #0:2: Audio: aac, mono, fltp, delay 1024, padding 3, 69 kb/s\n";
  EXPECT_EQ(show({}, said),
            "  Stream #0:0: Video: h264 (High) (avc1 / 0x31637661), yuv420p(progressive), 320x180 "
            "[SAR 1:1 DAR 16:9], 250 kb/s\n"
            "  Stream #0:1: Video: h264, yuv420p, 2x2, 1 kb/s\n"
            "  Stream #0:2: Audio: aac, mono, fltp, 69 kb/s\n");
  EXPECT_NE(show(*talk_of({"-v", "verbose"}), said).find("4 reference frames"), std::string::npos);
}

TEST(TalkFilter, ShowsALineOnceItIsWhole) {
  TalkFilter filter({}, {});
  EXPECT_EQ(filter.take("[in"), "");
  EXPECT_EQ(filter.take("fo] one"), "");
  EXPECT_EQ(filter.take("\n[info] two"), "one\n");
  EXPECT_EQ(filter.finish(), "two");
}

TEST(TalkFilter, RenamesNoPartOfAnotherName) {
  TalkFilter filter({}, {{"out/b.mp4", "b.mp4"}});
  EXPECT_EQ(filter.take("'out/b.mp4' 'about/b.mp4'\n"), "'b.mp4' 'about/b.mp4'\n");
}

}  // namespace
}  // namespace mpegflow::command
