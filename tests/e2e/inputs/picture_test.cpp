// The shapes, rates and colours that sources have, through the whole program with a real FFmpeg.

#include <cmath>
#include <cstdint>

#include <gtest/gtest.h>

#include "base/json.h"
#include "e2e/inputs/made_clip.h"
#include "e2e/support/encoding.h"
#include "e2e/support/media.h"

namespace mpegflow::e2e {
namespace {

/// The left half red, the right half blue.
std::string two_halves(int width, int height, const std::string& more = "") {
  return "color=red:s=" + std::to_string(width / 2) + "x" + std::to_string(height) +
         ":d=0.4:r=25[l];color=blue:s=" + std::to_string(width - width / 2) + "x" +
         std::to_string(height) + ":d=0.4:r=25[r];[l][r]hstack" + more;
}

void expect_near(const std::vector<int>& found, const std::vector<int>& wanted, int tolerance,
                 const std::string& what) {
  ASSERT_EQ(found.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i)
    EXPECT_NEAR(found[i], wanted[i], tolerance) << what << ", value " << i;
}

/// As wide and high as asked for, square pixels, upright, 8 bits, limited range.
void expect_plain(const base::Path& file, int width, int height) {
  const auto stream = show_stream(file, "v");
  EXPECT_EQ(base::int_or(stream, "width"), width) << file;
  EXPECT_EQ(base::int_or(stream, "height"), height) << file;
  EXPECT_EQ(base::text_or(stream, "sample_aspect_ratio"), "1:1") << file;
  EXPECT_EQ(base::text_or(stream, "pix_fmt"), "yuv420p") << file;
  EXPECT_EQ(base::text_or(stream, "color_range"), "tv") << file;
  EXPECT_FALSE(stream.contains("side_data_list")) << file << ": no rotation is left to do";
}

/// An MP4 that says it is to be turned, as a phone does: in the matrix of its only track.
base::Path turn(const Workspace& place, const base::Path& file, const std::string& name,
                const std::vector<std::int32_t>& matrix) {
  std::string bytes = read_bytes(file);
  const std::size_t tkhd = bytes.find("tkhd");
  EXPECT_NE(tkhd, std::string::npos);
  constexpr std::size_t kMatrix = 44;  // after the name, of version 0
  for (std::size_t i = 0; i < matrix.size(); ++i)
    for (std::size_t byte = 0; byte < 4; ++byte)
      bytes[tkhd + kMatrix + 4 * i + byte] =
          static_cast<char>(static_cast<std::uint32_t>(matrix[i]) >> (24 - 8 * byte) & 0xff);
  return place.write_input(name, bytes);
}

TEST(Inputs, AreShownUprightInSquarePixels) {
  const Workspace place;
  run_ffmpeg(lavfi(two_halves(320, 180, ",format=yuv420p")) + kQuick +
             Arguments{place.in("flat.mp4").native()});
  const std::vector<int> red = {254, 0, 0}, blue = {0, 0, 254};
  const auto join = [](std::vector<int> a, const std::vector<int>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
  };

  constexpr std::int32_t kOne = 0x10000;
  const Encoding quarter = encode_file(
      place, turn(place, place.in("flat.mp4"), "quarter.mp4", {0, kOne, 0, -kOne, 0, 0}));
  const base::Path turned = quarter.join("low");
  expect_plain(turned, 90, 160);
  expect_near(read_picture(turned, 1, 2), join(red, blue), 12, "left goes up");
  EXPECT_TRUE(quarter.has_note("rotated by 90°"));

  const Encoding half =
      encode_file(place, turn(place, place.in("flat.mp4"), "half.mp4", {-kOne, 0, 0, 0, -kOne, 0}));
  expect_plain(half.join("low"), 160, 90);
  expect_near(read_picture(half.join("low"), 2, 1), join(blue, red), 12, "left goes right");

  const Encoding anamorphic =
      encode_made(place, "anamorphic.mkv",
                  lavfi(two_halves(240, 180, ",setsar=4/3,format=yuv420p")) + kQuick, 90);
  expect_plain(anamorphic.join("low"), 160, 90);
  EXPECT_TRUE(anamorphic.has_note("made square"));

  const Encoding odd =
      encode_made(place, "odd.mkv",
                  lavfi(two_halves(321, 181, ",format=yuv444p")) + Arguments{"-c:v", "ffv1"}, 1080);
  expect_plain(odd.join("182p"), 322, 182);
  EXPECT_TRUE(odd.has_note("made even"));
}

TEST(Inputs, KeepTheirFrameRate) {
  const Workspace place;
  for (const std::string rate :
       {"24000/1001", "24/1", "25/1", "30000/1001", "30/1", "50/1", "60000/1001", "60/1"}) {
    // Matroska rounds times to milliseconds.
    std::string name = "rate-" + rate.substr(0, rate.find('/')) + ".mkv";
    const Encoding encoding = encode_made(
        place, name, lavfi("testsrc2=s=160x90:d=4.3:r=" + rate + ",format=yuv420p") + kQuick);
    const base::Path low = encoding.join("low");
    const auto stream = show_stream(low, "v");
    EXPECT_EQ(base::text_or(stream, "r_frame_rate"), rate) << name;
    EXPECT_EQ(base::text_or(stream, "avg_frame_rate"), rate) << name;
    EXPECT_EQ(list_frame_times(low).size(), list_frame_times(encoding.source).size()) << name;
    const double rate_value = std::stod(rate) / (rate.ends_with("1001") ? 1001 : 1);
    const double gop = std::round(2 * rate_value) / rate_value;
    const auto keys = list_key_times(low);
    ASSERT_EQ(keys.size(), 3U) << name;
    for (std::size_t i = 0; i < keys.size(); ++i)
      EXPECT_NEAR(keys[i], static_cast<double>(i) * gop, 1e-4) << name;
  }
}

TEST(Inputs, KeepTimesThatAreNotSteady) {
  const Workspace place;
  const Encoding encoding = encode_made(
      place, "phone.mp4",
      lavfi("testsrc2=s=160x90:d=7:r=30,select=not(eq(mod(n\\,7)\\,3))*not(eq(mod(n\\,11)\\,5)),"
            "format=yuv420p") +
          Arguments{"-fps_mode", "passthrough"} + kQuick);
  const base::Path low = encoding.join("low");
  const auto wanted = list_frame_times(encoding.source), found = list_frame_times(low);
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], wanted[i], 1e-3) << i;
  const auto keys = list_key_times(low);
  ASSERT_EQ(keys.size(), 4U);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    EXPECT_GE(keys[i], 2.0 * static_cast<double>(i) - 1e-3);
    EXPECT_LE(keys[i], 2.0 * static_cast<double>(i) + 0.1);
  }
  EXPECT_TRUE(encoding.has_note("variable frame rate"));
}

TEST(Inputs, KeepATimeOfMinutesWithoutPictures) {
  const Workspace place;
  const Encoding encoding =
      encode_made(place, "pause.mkv",
                  lavfi("testsrc2=s=160x90:d=4:r=25,setpts=PTS+gte(N\\,50)*600/TB,format=yuv420p") +
                      Arguments{"-fps_mode", "passthrough"} + kQuick + Arguments{"-bf", "2"});
  const base::Path low = encoding.join("low");
  const auto wanted = list_frame_times(encoding.source), found = list_frame_times(low);
  ASSERT_EQ(found.size(), wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], wanted[i], 1e-3) << i;
}

TEST(Inputs, WithFieldsAreDeinterlaced) {
  const Workspace place;
  const std::string fields =
      "testsrc2=s=320x180:d=2:r=50,format=yuv420p,tinterlace=interleave_top,fieldorder=tff";
  const Encoding marked =
      encode_made(place, "marked.ts",
                  lavfi(fields) + Arguments{"-c:v", "mpeg2video", "-q:v", "3", "-flags",
                                            "+ildct+ilme", "-top", "1"});
  EXPECT_TRUE(marked.has_note("top field first: deinterlaced"));
  expect_plain(marked.join("low"), 160, 90);
  EXPECT_EQ(list_frame_times(marked.join("low")).size(), 50U);
  const Encoding unmarked =
      encode_made(place, "unmarked.avi",
                  lavfi("testsrc2=s=320x480:d=1:r=50,format=yuv420p,tinterlace=interleave_top,"
                        "setfield=prog") +
                      Arguments{"-c:v", "utvideo"});
  EXPECT_TRUE(unmarked.has_note("deinterlaced"));
  const Encoding whole = encode_made(
      place, "whole.ts",
      lavfi("testsrc2=s=320x180:d=1:r=25,gblur=sigma=3,format=yuv420p") +
          Arguments{"-c:v", "mpeg2video", "-q:v", "3", "-flags", "+ildct+ilme", "-top", "1"});
  EXPECT_FALSE(whole.has_note("deinterlaced"));
  EXPECT_TRUE(whole.has_note("marked as interlaced, but it is not"));
}

/// Four colours that are far apart, in the words of lavfi's testsrc family.
const std::string kColors =
    "color=0xC02020:s=80x180:r=25:d=0.2[a];color=0x20C020:s=80x180:r=25:d=0.2[b];"
    "color=0x2020C0:s=80x180:r=25:d=0.2[c];color=0xC0C0C0:s=80x180:r=25:d=0.2[d];"
    "[a][b][c][d]hstack=4,format=gbrp";
const std::vector<int> kWanted = {0xC0, 0x20, 0x20, 0x20, 0xC0, 0x20,
                                  0x20, 0x20, 0xC0, 0xC0, 0xC0, 0xC0};

TEST(Inputs, KeepTheirColours) {
  const Workspace place;
  struct Case {
    std::string name, filter;
    Arguments encoder;
    std::string matrix, note;
  };
  const Arguments x264 = {"-c:v", "libx264", "-preset", "ultrafast", "-crf", "10"};
  const auto tag = [](const std::string& space) {
    return Arguments{"-colorspace", space, "-color_primaries", space, "-color_trc", space};
  };
  const std::vector<Case> cases = {
      {"sd.mp4", ",scale=out_color_matrix=bt601,format=yuv420p", x264 + tag("smpte170m"),
       "smpte170m", ""},
      {"hd.mp4", ",scale=out_color_matrix=bt709,format=yuv420p", x264 + tag("bt709"), "bt709", ""},
      {"untagged.mp4", ",scale=out_color_matrix=bt601,format=yuv420p", x264, "smpte170m", ""},
      {"422.mkv", ",scale=out_color_matrix=bt709,format=yuv422p", x264 + tag("bt709"), "bt709",
       "4:2:2"},
      {"444.mkv", ",scale=out_color_matrix=bt709,format=yuv444p", x264 + tag("bt709"), "bt709",
       "4:4:4"},
      {"10bit.mkv", ",scale=out_color_matrix=bt709,format=yuv420p10le", x264 + tag("bt709"),
       "bt709", "10 bits"},
      {"full.mp4", ",scale=out_color_matrix=bt709:out_range=pc,format=yuv420p",
       x264 + tag("bt709") + Arguments{"-color_range", "pc"}, "bt709", "full range"},
      {"jpeg.avi",
       ",scale=out_color_matrix=bt601:out_range=pc,format=yuvj422p",
       {"-c:v", "mjpeg", "-q:v", "2"},
       "bt470bg",
       "full range"},
      {"rgb.mkv", "", {"-c:v", "ffv1"}, "bt709", ""},
      {"wide.mkv",
       ",zscale=min=gbr:pin=bt709:tin=bt709:m=bt2020nc:p=bt2020:t=2020_10:r=tv,format=yuv420p10le",
       x264 + Arguments{"-colorspace", "bt2020nc", "-color_primaries", "bt2020", "-color_trc",
                        "bt2020-10"},
       "bt709", "brought to BT.709"},
  };
  for (const Case& one : cases) {
    const Encoding encoding =
        encode_made(place, one.name, lavfi(kColors + one.filter) + one.encoder);
    const base::Path low = encoding.join("low");
    const auto stream = show_stream(low, "v");
    EXPECT_EQ(base::text_or(stream, "color_space"), one.matrix) << one.name;
    EXPECT_EQ(base::text_or(stream, "pix_fmt"), "yuv420p") << one.name;
    EXPECT_EQ(base::text_or(stream, "color_range"), "tv") << one.name;
    expect_near(read_picture(low, 4, 1), kWanted, 16, one.name);
    EXPECT_TRUE(one.note.empty() || encoding.has_note(one.note)) << one.name;
  }
}

/// The line of a playlist that says what the address after it is.
std::string line_before(const std::string& playlist, const std::string& address) {
  const std::size_t at = playlist.find("\n" + address);
  if (at == std::string::npos) return {};
  const std::size_t begin = playlist.rfind('\n', at - 1) + 1;
  return playlist.substr(begin, at - begin);
}

/// What the first picture says of the light in which it is meant: numbers, of fractions their
/// value.
std::vector<double> find_light(const base::Path& file) {
  const CommandResult shown =
      run_command({"ffprobe", "-v", "error", "-select_streams", "v:0", "-read_intervals", "%+#1",
                   "-show_frames", "-of", "compact=p=0", file.native()});
  std::vector<double> found;
  for (const char* name : {"red_x", "green_y", "white_point_x", "min_luminance", "max_luminance",
                           "max_content", "max_average"}) {
    const std::size_t at = shown.out.find(std::string(name) + "=");
    if (at == std::string::npos) continue;
    const char* text = shown.out.c_str() + at + std::string_view(name).size() + 1;
    char* rest = nullptr;
    const double top = std::strtod(text, &rest);
    found.push_back(*rest == '/' ? top / std::strtod(rest + 1, nullptr) : top);
  }
  return found;
}

/// Gray that a camera would have written: of 0.75, 203 cd/m² in HLG; of 0.58, the same in PQ.
TEST(Inputs, InHdrAreToneMappedOrKept) {
  const Workspace place;
  struct Case {
    std::string name, transfer, level;  ///< level: luma in 10 bits, limited range
    std::string note, range;
  };
  for (const Case& one : {Case{"pq.mp4", "smpte2084", "572", "HDR10 (PQ)", "PQ"},
                          Case{"hlg.mp4", "arib-std-b67", "721", "HLG", "HLG"}}) {
    run_ffmpeg(lavfi("color=gray:s=320x180:r=25:d=0.4,format=yuv420p10le,geq=lum=" + one.level +
                     ":cb=512:cr=512") +
               Arguments{"-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
                         "log-level=error:master-display=G(13250,34500)B(7500,3000)"
                         "R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=900,300",
                         "-tag:v", "hvc1", "-color_primaries", "bt2020", "-colorspace", "bt2020nc",
                         "-color_trc", one.transfer, place.in(one.name).native()});
    const base::Path spec = place.write_input(
        one.name + ".yaml", "input: " + place.in(one.name).native() +
                                "\noutput: " + place.out(one.name).native() +
                                "\nrenditions:\n  - {key: low, height: 90, preset: ultrafast}\n"
                                "  - {key: hdr, height: 90, codec: hevc, preset: ultrafast}\n"
                                "  - {key: av1, height: 90, codec: av1, preset: '12'}\n");
    const CommandResult ran = place.mpegflow({"run", "-q", spec.native()});
    ASSERT_EQ(ran.exit_code, 0) << ran.out << ran.err;
    Encoding encoding{place.in(one.name), place.out(one.name), "", {}};
    encoding.master = read_bytes(encoding.folder / "master.m3u8");
    for (const auto& note : base::array_or(place.last_job(), "notes"))
      encoding.notes.emplace_back(note.as_string());

    const auto sdr = show_stream(encoding.join("low"), "v");
    expect_plain(encoding.join("low"), 160, 90);
    for (const char* what : {"color_space", "color_transfer", "color_primaries"})
      EXPECT_EQ(base::text_or(sdr, what), "bt709") << one.name << ' ' << what;
    // Diffuse white is near the top of SDR, neither clipped nor gray, and has no tint.
    const auto seen = read_picture(encoding.join("low"), 1, 1);
    for (const int value : seen) EXPECT_NEAR(value, 215, 30) << one.name;
    EXPECT_NEAR(seen[0], seen[2], 4) << one.name;

    for (const std::string key : {"hdr", "av1"}) {
      const auto hdr = show_stream(encoding.join(key), "v");
      EXPECT_EQ(base::text_or(hdr, "pix_fmt"), "yuv420p10le") << one.name << ' ' << key;
      EXPECT_EQ(base::text_or(hdr, "color_transfer"), one.transfer) << one.name << ' ' << key;
      EXPECT_EQ(base::text_or(hdr, "color_space"), "bt2020nc") << one.name << ' ' << key;
      EXPECT_EQ(base::text_or(hdr, "color_primaries"), "bt2020") << one.name << ' ' << key;
      EXPECT_EQ(base::text_or(hdr, "color_range"), "tv") << one.name << ' ' << key;
      EXPECT_NE(line_before(encoding.master, key + "/index.m3u8").find("VIDEO-RANGE=" + one.range),
                std::string::npos)
          << encoding.master;
      const std::vector<double> light = find_light(encoding.join(key));
      const std::vector<double> meant =
          one.range == "PQ" ? find_light(place.in(one.name)) : std::vector<double>{};
      ASSERT_EQ(light.size(), meant.size()) << one.name << ' ' << key;
      for (std::size_t i = 0; i < light.size(); ++i) EXPECT_NEAR(light[i], meant[i], 1e-4) << key;
    }
    EXPECT_TRUE(find_light(encoding.join("low")).empty()) << one.name;
    EXPECT_NE(line_before(encoding.master, "low/index.m3u8").find("VIDEO-RANGE=SDR"),
              std::string::npos)
        << encoding.master;
    EXPECT_TRUE(encoding.has_note(one.note + " tone-mapped to SDR"));
    EXPECT_TRUE(encoding.has_note(one.note + " kept in HEVC and AV1"));
  }
}

TEST(Inputs, WithAlphaAreFlattenedOnBlack) {
  const Workspace place;
  // White, but the right half cannot be seen.
  const std::string half =
      "color=white:s=320x180:r=5:d=0.4,format=yuva420p,"
      "geq=lum=235:cb=128:cr=128:a='if(lt(X,160),255,0)'";
  const std::vector<int> wanted = {255, 255, 255, 0, 0, 0};
  for (const Arguments& encoder :
       {Arguments{"-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"},
        Arguments{"-c:v", "libvpx", "-auto-alt-ref", "0", "-deadline", "realtime"},
        Arguments{"-c:v", "ffv1"}}) {
    const Encoding encoding = encode_made(place, encoder[1] + ".mkv", lavfi(half) + encoder);
    expect_near(read_picture(encoding.join("low"), 2, 1), wanted, 12, encoder[1]);
    EXPECT_TRUE(encoding.has_note("alpha flattened on black")) << encoder[1];
  }
}

TEST(Inputs, OfAnAnimatedPngAreAllItsPictures) {
  const Workspace place;
  const Encoding encoding =
      encode_made(place, "moving.png",
                  lavfi("testsrc2=s=160x90:r=10:d=1") + Arguments{"-f", "apng", "-plays", "0"});
  EXPECT_EQ(list_frame_times(encoding.join("low")).size(), 10U);
}

TEST(Inputs, OfOneFrameBecomeOneSegment) {
  const Workspace place;
  for (const std::string name : {"one.mp4", "one.mkv", "one.gif"}) {
    const bool is_gif = name == "one.gif";
    const Encoding encoding = encode_made(
        place, name, lavfi("testsrc2=s=320x180:r=25:d=0.04") + (is_gif ? Arguments{} : kQuick));
    EXPECT_EQ(list_frame_times(encoding.join("low")).size(), 1U) << name;
  }
}

}  // namespace
}  // namespace mpegflow::e2e
