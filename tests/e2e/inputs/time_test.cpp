// The time line that sources have, through the whole program with a real FFmpeg.

#include <chrono>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/json.h"
#include "e2e/inputs/made_clip.h"
#include "e2e/support/encoding.h"
#include "e2e/support/media.h"

namespace mpegflow::e2e {
namespace {

/// The lines of a playlist that say how long each segment is.
std::vector<std::string> list_durations(const base::Path& playlist) {
  std::vector<std::string> lines;
  std::istringstream text(read_bytes(playlist));
  for (std::string line; std::getline(text, line);)
    if (line.starts_with("#EXTINF:")) lines.push_back(line);
  return lines;
}

TEST(Inputs, ThatAreNotSteadyHaveTheSameBordersInEveryCodec) {
  const Workspace place;
  // A phone's holes, and none at all for a second.
  run_ffmpeg(lavfi("testsrc2=s=160x90:d=9:r=30,select=not(eq(mod(n\\,7)\\,3))*"
                   "not(eq(mod(n\\,11)\\,5))*not(between(n\\,100\\,130)),format=yuv420p") +
             Arguments{"-fps_mode", "passthrough"} + kQuick +
             Arguments{place.in("phone.mp4").native()});
  const base::Path spec = place.write_input(
      "phone.yaml", "input: " + place.in("phone.mp4").native() +
                        "\noutput: " + place.out("phone").native() +
                        "\nrenditions:\n  - {key: h264, height: 90, preset: ultrafast}\n"
                        "  - {key: hevc, height: 90, codec: hevc, preset: ultrafast}\n"
                        "  - {key: av1, height: 90, codec: av1, preset: '12'}\n"
                        "packaging: {segment_duration: 2, gop_duration: 1, iframes: true}\n");
  const CommandResult ran =
      place.mpegflow({"run", "-q", spec.native()}, {.time_limit = std::chrono::seconds(180)});
  ASSERT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  const Encoding encoding{place.in("phone.mp4"), place.out("phone"), "", {}};
  const auto wanted = list_frame_times(encoding.source);
  const auto keys = list_durations(encoding.folder / "h264/iframes.m3u8");
  EXPECT_EQ(keys.size(), 9U) << "of seconds 0 to 8; that of 4 comes late";
  for (const std::string codec : {"h264", "hevc", "av1"}) {
    EXPECT_EQ(list_durations(encoding.folder / codec / "index.m3u8").size(), 5U) << codec;
    EXPECT_EQ(list_durations(encoding.folder / codec / "index.m3u8"),
              list_durations(encoding.folder / "h264/index.m3u8"))
        << codec;
    EXPECT_EQ(list_durations(encoding.folder / codec / "iframes.m3u8"), keys) << codec;
    const auto found = list_frame_times(encoding.join(codec));
    ASSERT_EQ(found.size(), wanted.size()) << codec;
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], wanted[i], 1e-3) << codec;
  }
}

TEST(Inputs, ThatAreNotSteadyAreListedWithTheirHighestRate) {
  const Workspace place;
  const Encoding encoding =
      encode_made(place, "screen.mp4",
                  lavfi("testsrc2=s=160x90:d=6:r=30,select=gte(n\\,90)+not(mod(n\\,3)),"
                        "format=yuv420p") +
                      Arguments{"-fps_mode", "passthrough"} + kQuick);
  EXPECT_EQ(list_frame_times(encoding.join("low")).size(), 120U);
  EXPECT_NE(encoding.master.find("FRAME-RATE=30.000"), std::string::npos) << encoding.master;
}

TEST(Inputs, WhosePicturesComeLateAreCutOnTheTimeLine) {
  const Workspace place;
  struct Case {
    std::string name, rate, late;
    std::vector<std::string> durations;
  };
  for (const Case& one :
       {Case{"whole-frames.mp4", "25", "0.48", {"#EXTINF:5.520000,", "#EXTINF:3.480000,"}},
        Case{"parts-of-frames.mp4", "25", "0.09", {"#EXTINF:5.920000,", "#EXTINF:3.080000,"}},
        Case{"long-frames.mp4", "5", "0.13", {"#EXTINF:6.000000,", "#EXTINF:3.000000,"}}}) {
    const Encoding encoding = encode_made(
        place, one.name,
        Arguments{"-itsoffset", one.late} +
            lavfi("testsrc2=s=160x90:d=9:r=" + one.rate + ",settb=1/1000,format=yuv420p") +
            lavfi("sine=r=48000:d=9") +
            Arguments{"-fps_mode", "passthrough", "-enc_time_base:v", "1/1000"} + kQuick +
            Arguments{"-c:a", "aac"});
    EXPECT_EQ(list_durations(encoding.folder / "low/index.m3u8"), one.durations) << one.name;
  }
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t times = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    ++times;
  return times;
}

/// Few pictures and no sound, so that it takes seconds.
TEST(Inputs, OfTenHoursAreCutAndListedToTheirEnd) {
  const Workspace place;
  run_ffmpeg(lavfi("testsrc2=s=64x36:r=1/10:d=36000,format=yuv420p") + kQuick +
             Arguments{place.in("long.mp4").native()});
  const base::Path spec = place.write_input(
      "long.yaml",
      "input: " + place.in("long.mp4").native() + "\noutput: " + place.out("long").native() +
          "\nrenditions: [{key: low, height: 36, preset: ultrafast}]\n"
          "packaging: {segment_duration: 30, gop_duration: 10, iframes: true, dash: true}\n"
          "poster: true\nsprites: true\n");
  CommandOptions options;
  options.time_limit = std::chrono::seconds(240);
  const CommandResult ran = place.mpegflow({"run", "-q", spec.native()}, options);
  ASSERT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  const base::Path folder = place.out("long");
  const auto segments = list_durations(folder / "low/index.m3u8");
  EXPECT_EQ(segments, std::vector<std::string>(1200, "#EXTINF:30.000000,"));
  EXPECT_EQ(list_durations(folder / "low/iframes.m3u8"),
            std::vector<std::string>(3600, "#EXTINF:10.000000,"));
  const base::Path last = place.write_input(
      "last.mp4", read_bytes(folder / "low/init.mp4") + read_bytes(folder / "low/seg_01200.m4s"));
  EXPECT_EQ(list_frame_times(last), (std::vector<double>{35970, 35980, 35990}));
  const std::string manifest = read_bytes(folder / "manifest.mpd");
  EXPECT_NE(manifest.find("mediaPresentationDuration=\"PT36000.0"), std::string::npos) << manifest;
  EXPECT_NE(manifest.find(" r=\"1199\"/>"), std::string::npos) << manifest;
  // The small pictures of any film fit on one sheet.
  const std::string sprites = read_bytes(folder / "sprites/thumbnails.vtt");
  EXPECT_EQ(count(sprites, "sheet_001.jpg#"), 100U);
  EXPECT_NE(sprites.find(" --> 10:00:00.0"), std::string::npos) << sprites;
  EXPECT_FALSE(std::filesystem::exists(folder / "sprites/sheet_002.jpg"));
}

}  // namespace
}  // namespace mpegflow::e2e
