#include "core/package/codec.h"

#include "core/package/boxes.h"

namespace mpegflow::package {
namespace {

using test::big_endian;
using test::box;
using test::full_box;
using test::u32;

const std::string kZeros(200, '\0');

/// A sample entry's content and the entry as it is found in stsd.
Codec read(std::string_view type, const std::string& content, TrackKind kind) {
  const std::string bytes = box(type, content);
  const auto boxes = read_boxes(bytes);
  const auto codec = read_sample_entry(boxes->front(), kind);
  EXPECT_TRUE(codec.has_value()) << codec.error().message;
  return codec.value_or(Codec{});
}

std::string video_entry(const std::string& boxes) {
  return kZeros.substr(0, 24) + big_endian(1920, 2) + big_endian(1080, 2) + kZeros.substr(0, 50) +
         boxes;
}

std::string name_video(std::string_view entry, std::string_view configuration_type,
                       std::string_view configuration) {
  return read(entry, video_entry(box(configuration_type, configuration)), TrackKind::video).name;
}

std::string audio_entry(const std::string& specific) {
  const auto descriptor = [](int tag, const std::string& content) {
    return big_endian(static_cast<std::uint64_t>(tag), 1) + "\x80\x80\x80" +
           big_endian(content.size(), 1) + content;
  };
  const std::string decoder =
      descriptor(4, "\x40" + kZeros.substr(0, 12) + descriptor(5, specific));
  return kZeros.substr(0, 16) + big_endian(2, 2) + kZeros.substr(0, 6) + u32(48000ULL << 16) +
         full_box("esds", 0, 0, descriptor(3, kZeros.substr(0, 3) + decoder));
}

TEST(Codec, NamesH264FromProfileAndLevel) {
  EXPECT_EQ(name_video("avc1", "avcC", std::string("\x01\x64\x00\x28\xff", 5)), "avc1.640028");
  EXPECT_EQ(name_video("avc3", "avcC", std::string("\x01\x4d\x40\x0d\xff", 5)), "avc3.4D400D");
}

TEST(Codec, NamesHevcWithReversedFlagsAndWithoutTrailingZeros) {
  const std::string main("\x01\x01\x60\x00\x00\x00\x90\x00\x00\x00\x00\x00\x5d", 13);
  EXPECT_EQ(name_video("hvc1", "hvcC", main), "hvc1.1.6.L93.90");
  const std::string high_tier("\x01\x22\x20\x00\x00\x00\xb0\x00\x01\x00\x00\x00\x99", 13);
  EXPECT_EQ(name_video("hev1", "hvcC", high_tier), "hev1.2.4.H153.B0.0.1");
  const std::string space_b("\x01\x81\x60\x00\x00\x00\x00\x00\x00\x00\x00\x00\x5d", 13);
  EXPECT_EQ(name_video("hvc1", "hvcC", space_b), "hvc1.B1.6.L93");
}

TEST(Codec, NamesAv1AndVp9) {
  EXPECT_EQ(name_video("av01", "av1C", std::string("\x81\x08\x0c\x00", 4)), "av01.0.08M.08");
  EXPECT_EQ(name_video("av01", "av1C", std::string("\x81\x0d\xcc\x00", 4)), "av01.0.13H.10");
  EXPECT_EQ(name_video("vp09", "vpcC", std::string("\x01\0\0\0\x02\x1f\xa0", 7)), "vp09.02.31.10");
}

TEST(Codec, TakesTheSizeFromTheSampleEntry) {
  const std::string avcc = box("avcC", std::string("\x01\x64\x00\x28", 4));
  const Codec codec = read("avc1", video_entry(avcc), TrackKind::video);
  EXPECT_EQ(codec.width, 1920);
  EXPECT_EQ(codec.height, 1080);
  EXPECT_EQ(codec.video_range, "");
}

TEST(Codec, TellsTheVideoRange) {
  const std::string avcc = box("avcC", std::string("\x01\x64\x00\x28", 4));
  const auto range = [&](std::uint64_t transfer) {
    const std::string colr =
        box("colr", "nclx" + big_endian(9, 2) + big_endian(transfer, 2) + big_endian(9, 2) + "\0");
    return read("avc1", video_entry(avcc + colr), TrackKind::video).video_range;
  };
  EXPECT_EQ(range(16), "PQ");
  EXPECT_EQ(range(18), "HLG");
  EXPECT_EQ(range(1), "SDR");
  EXPECT_EQ(range(2), "");
}

TEST(Codec, ReadsAacFromItsConfiguration) {
  // AAC-LC, 44.1 kHz, stereo.
  const Codec lc = read("mp4a", audio_entry("\x12\x10"), TrackKind::audio);
  EXPECT_EQ(lc.name, "mp4a.40.2");
  EXPECT_EQ(lc.sample_rate, 44100);
  EXPECT_EQ(lc.channels, 2);
  // 7.1 channels, 96 kHz: both lie, or cannot stand, in the sample entry.
  const Codec wide = read("mp4a", audio_entry(std::string("\x10\x38", 2)), TrackKind::audio);
  EXPECT_EQ(wide.sample_rate, 96000);
  EXPECT_EQ(wide.channels, 8);
  // Object type 42 (xHE-AAC) takes the escape.
  EXPECT_EQ(read("mp4a", audio_entry("\xf9\x46\x40"), TrackKind::audio).name, "mp4a.40.42");
}

TEST(Codec, RefusesWhatIsCutOrUnknown) {
  const std::string bytes = box("avc1", video_entry(""));
  EXPECT_FALSE(read_sample_entry(read_boxes(bytes)->front(), TrackKind::video).has_value());
  EXPECT_FALSE(read_sample_entry(read_boxes(bytes)->front(), TrackKind::audio).has_value());
  const std::string cut = box("mp4a", audio_entry("\x12"));
  EXPECT_FALSE(read_sample_entry(read_boxes(cut)->front(), TrackKind::audio).has_value());
}

TEST(Codec, ReadsWhatFfmpegWrites) {
  const auto codec_of = [](const std::string& name, TrackKind kind) {
    return test::segment(kind, test::read_golden(name), {{1, 1}})->summary.codec;
  };
  EXPECT_EQ(codec_of("video.mp4", TrackKind::video).name, "avc1.64000A");
  EXPECT_EQ(codec_of("hevc.mp4", TrackKind::video).name, "hvc1.1.6.L30.90");
  EXPECT_EQ(codec_of("av1.mp4", TrackKind::video).name, "av01.0.00M.08");
  EXPECT_EQ(codec_of("vp9.mp4", TrackKind::video).name, "vp09.00.10.08");
  const Codec audio = codec_of("audio.mp4", TrackKind::audio);
  EXPECT_EQ(audio, (Codec{"mp4a.40.2", 0, 0, 48000, 2, ""}));
}

}  // namespace
}  // namespace mpegflow::package
