#include "core/probe/sniff.h"

#include <gtest/gtest.h>

namespace mpegflow::probe {
namespace {

using namespace std::string_literals;

tl::expected<Sniff, retry::Finding> sniff_bytes(const std::string& bytes) {
  return sniff({bytes, static_cast<std::int64_t>(bytes.size()), bytes});
}

std::string container_of(const std::string& bytes) {
  const auto result = sniff_bytes(bytes);
  return result ? result->container : "refused: " + result.error().reason;
}

std::string reason_of(const std::string& bytes) {
  const auto result = sniff_bytes(bytes);
  return result ? "accepted: " + result->container : result.error().reason;
}

std::string big32(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::string box(const std::string& type, const std::string& body) {
  return big32(static_cast<std::uint32_t>(body.size() + 8)) + type + body;
}

std::string transport_stream(std::size_t packets, std::size_t packet = 188) {
  std::string bytes;
  for (std::size_t i = 0; i < packets; ++i) {
    std::string one(packet, '\x80');
    one[packet == 192 ? 4 : 0] = '\x47';
    bytes += one;
  }
  return bytes;
}

/// Bytes without any structure, the same in every run.
std::string noise(std::size_t size) {
  std::uint64_t state = 88172645463325252U;
  std::string bytes;
  while (bytes.size() < size) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    bytes.push_back(static_cast<char>(state));
  }
  return bytes;
}

struct Sample {
  const char* name;
  std::string bytes;
  const char* container;
};

class SniffContainer : public testing::TestWithParam<Sample> {};

TEST_P(SniffContainer, IsRecognised) {
  EXPECT_EQ(container_of(GetParam().bytes), GetParam().container);
}

const std::string kAdts = "\xff\xf1\x50\x80\x02\x1f\xfc"s + std::string(9, 'x');
const std::string kMp3 = "\xff\xfb\x90\x64"s + std::string(413, 'x');

std::string repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

INSTANTIATE_TEST_SUITE_P(
    Samples, SniffContainer,
    testing::Values(
        Sample{"mp4", box("ftyp", "isom\0\0\2\0"s) + box("mdat", "xx"), "mov"},
        Sample{"mp4_media_first", box("mdat", "xxxx") + box("moov", "yy"), "mov"},
        Sample{"mp4_wide_first", box("wide", "") + box("mdat", "xx"), "mov"},
        Sample{"mp4_index_first", box("moov", "yyyy"), "mov"},
        Sample{"mp4_fragment", box("styp", "msdh") + box("moof", "xx"), "mov"},
        Sample{"matroska", "\x1a\x45\xdf\xa3\x84webm"s, "matroska"},
        Sample{"avi", "RIFF\x10\0\0\0AVI LIST"s, "avi"},
        Sample{"wav", "RIFF\x10\0\0\0WAVEfmt "s, "wav"},
        Sample{"rf64", "RF64\xff\xff\xff\xffWAVEds64"s, "wav"},
        Sample{"w64", "riff\x2e\x91\xcf\x11\xa5\xd6"s, "w64"},
        Sample{"flv", "FLV\x01\x05\0\0\0\x09"s, "flv"}, Sample{"flac", "fLaC\0\0\0\x22"s, "flac"},
        Sample{"asf", "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9"s, "asf"},
        Sample{"mxf", "\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02"s, "mxf"},
        Sample{"gxf", "\0\0\0\0\x01\xbc\0\0\1\x5c\0\0\0\0\xe1\xe2"s, "gxf"},
        Sample{"ivf", "DKIF\0\0\x20\0VP80"s, "ivf"},
        Sample{"y4m", "YUV4MPEG2 W2 H2\n", "yuv4mpegpipe"}, Sample{"amr", "#!AMR\n\x3c"s, "amr"},
        Sample{"aiff", "FORM\0\0\0\x0e"s + "AIFFCOMM", "aiff"},
        Sample{"caf", "caff\0\1\0\0"s, "caf"}, Sample{"rm", ".RMF\0\0\0\x12"s, "rm"},
        Sample{"ts", transport_stream(20), "mpegts"},
        Sample{"ts_after_garbage", "garbage!" + transport_stream(20), "mpegts"},
        Sample{"m2ts", transport_stream(20, 192), "mpegts"},
        Sample{"ts_with_correction", transport_stream(20, 204), "mpegts"},
        Sample{"program_stream", "\0\0\1\xba\x44\0\4\0"s, "mpeg"},
        Sample{"mpeg_video", "\0\0\1\xb3\x14\0\xf0\x23"s, "mpegvideo"},
        Sample{"h264", "\0\0\0\1\x67\x64\0\x1f\0\0\0\1\x68\xee\x3c\0\0\1\x65\x88\x84"s, "h264"},
        Sample{"hevc", "\0\0\0\1\x40\1\x0c\0\0\0\1\x42\1\1\0\0\0\1\x44\1\xc1\0\0\1\x26\1\xaf\1"s,
               "hevc"},
        Sample{"adts", repeat(kAdts, 8), "aac"}, Sample{"mp3", repeat(kMp3, 5), "mp3"},
        Sample{"mp3_with_tag", "ID3\4\0\0\0\0\0\x0a"s + std::string(10, '\0') + repeat(kMp3, 5),
               "mp3"},
        Sample{"ac3", "\x0b\x77\x12\x34\x1e\x40"s, "ac3"},
        Sample{"dts", "\x7f\xfe\x80\x01\xfc"s, "dts"}, Sample{"gif", "GIF89a\x40\0\x40\0"s, "gif"},
        Sample{"srt", "1\n00:00:01,000 --> 00:00:02,000\nh\xc3\xa4llo\n", "srt"},
        Sample{"srt_utf16", "\xff\xfe"s + "1\0\n\0"s, "refused: input_not_media"},
        Sample{"webvtt", "\xef\xbb\xbfWEBVTT\n\n", "webvtt"},
        Sample{"ass", "[Script Info]\nTitle: x\n", "ass"}),
    [](const auto& sample) { return std::string(sample.param.name); });

TEST(Sniff, NothingIsEmptyInput) {
  EXPECT_EQ(reason_of(""), "input_empty");
}

TEST(Sniff, SaysInPlainWordsWhatIsNoMedia) {
  const auto page = sniff_bytes("\n <!DOCTYPE HTML>\n<html><body>404</body></html>");
  ASSERT_FALSE(page.has_value());
  EXPECT_EQ(page.error().reason, "input_not_media");
  EXPECT_NE(page.error().cause.find("web page (HTML)"), std::string::npos) << page.error().cause;
}

TEST(Sniff, RefusesWhatIsNoMedia) {
  for (const std::string& bytes :
       {"PK\3\4\x14\0"s, "%PDF-1.7"s,
        "\x7f"
        "ELF\2\1\1"s,
        "\x1f\x8b\x08\0"s, "plain words"s, "{\"error\":1}"s,
        "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>"s,
        "version https://git-lfs.github.com/spec/v1\n"s, noise(65536), std::string(65536, '\0'),
        std::string(65536, '\xff'), "\xff\xfeh\0e\0l\0l\0o\0"s, "x"s})
    EXPECT_EQ(reason_of(bytes), "input_not_media") << bytes.substr(0, 20);
}

TEST(Sniff, RefusesWhatLeadsElsewhere) {
  for (const std::string& bytes :
       {"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"s, "\xef\xbb\xbf\n#EXTM3U\n"s,
        "ffconcat version 1.0\nfile private.ts\n"s, "# note\nfile 'private.ts'\n"s,
        "<?xml version=\"1.0\"?>\n<MPD xmlns=\"x\"></MPD>"s, "<SmoothStreamingMedia/>"s,
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=video 5004 RTP/AVP 96\r\n"s,
        "[playlist]\nFile1=http://x/\n"s, "https://example.com/video.mp4\n"s,
        "\xff\xfe#\0E\0X\0T\0M\0"
        "3\0U\0\n\0"s})
    EXPECT_EQ(reason_of(bytes), "input_protocol_blocked") << bytes.substr(0, 20);
}

TEST(Sniff, NamesTheCharacterSetOfASubtitle) {
  const auto result = sniff_bytes("1\n00:00:01,000 --> 00:00:02,000\nh\xe4llo \xff\n");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().reason, "subtitle_invalid");
  EXPECT_NE(result.error().cause.find("ISO-8859-1"), std::string::npos) << result.error().cause;
}

std::string png(std::uint32_t width, std::uint32_t height) {
  return "\x89PNG\r\n\x1a\n"s + big32(13) + "IHDR" + big32(width) + big32(height) +
         "\x08\2\0\0\0"s + "IEND";
}

TEST(Sniff, RefusesPicturesOfAbsurdSize) {
  EXPECT_EQ(container_of(png(64, 64)), "png_pipe");
  EXPECT_EQ(reason_of(png(30000, 30000)), "input_dimensions_invalid");
  EXPECT_EQ(reason_of(png(2147483647, 2147483647)), "input_dimensions_invalid");
  EXPECT_EQ(reason_of(png(0, 64)), "input_dimensions_invalid");
  EXPECT_EQ(reason_of("\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff\3"s), "input_dimensions_invalid");
}

TEST(Sniff, TellsAnAnimatedPngFromAStillOne) {
  const auto with = [](const std::string& chunks) {
    return "\x89PNG\r\n\x1a\n"s + big32(13) + "IHDR" + big32(64) + big32(64) + "\x08\2\0\0\0"s +
           chunks + "IEND";
  };
  const auto animated = sniff_bytes(with(big32(8) + "acTL" + big32(25) + big32(0) + "IDAT"));
  ASSERT_TRUE(animated.has_value());
  EXPECT_EQ(animated->container, "apng");
  EXPECT_FALSE(animated->is_still_image);
  EXPECT_EQ(container_of(with("IDAT and acTL by chance")), "png_pipe");
}

/// A page of stream `serial` whose packets have these lengths, each below 255.
std::string ogg_page(char serial, const std::string& lengths, const std::string& content) {
  return "OggS\0\0"s + std::string(8, '\0') + serial + std::string(3 + 8, '\0') +
         static_cast<char>(lengths.size()) + lengths + content;
}

TEST(Sniff, SeesPacketsOfVorbisThatHoldNothing) {
  const std::string heads =
      ogg_page('t', "\7"s, "\x80theora"s.substr(0, 7)) + ogg_page('v', "\7"s, "\1vorbis"s);
  const auto has_empty = [&](const std::string& pages) {
    return sniff_bytes(heads + pages)->has_empty_packets;
  };
  EXPECT_FALSE(has_empty(ogg_page('v', "\2\3"s, "ababc")));
  EXPECT_FALSE(has_empty(ogg_page('t', "\2\0\0"s, "ab"))) << "pictures that are repeated";
  EXPECT_TRUE(has_empty(ogg_page('v', "\2\0\3"s, "ababc")));
}

TEST(Sniff, SaysThatAnAnimatedWebpCannotBeDecoded) {
  const auto webp = [](char flags) {
    return "RIFF\0\1\0\0WEBPVP8X\x0a\0\0\0"s + flags + "\0\0\0\x3f\0\0\x3f\0\0"s;
  };
  EXPECT_EQ(container_of(webp(0)), "webp_pipe");
  EXPECT_EQ(reason_of(webp(2)), "decoder_missing");
}

TEST(Sniff, SeesATransportStreamThatEndsInsideAPacket) {
  const std::string bytes = transport_stream(400).substr(0, 300 * 188 + 94);
  const auto result = sniff_bytes(bytes);
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(result->is_surely_cut);
}

TEST(Sniff, TakesWholePacketsAndForeignBytesAtTheEndForWhole) {
  EXPECT_FALSE(sniff_bytes(transport_stream(300))->is_surely_cut);
  EXPECT_FALSE(sniff_bytes(transport_stream(300) + std::string(100, '\0'))->is_surely_cut);
}

TEST(Sniff, SeesThatABoxReachesPastTheEnd) {
  const std::string whole = box("ftyp", "isom") + box("moov", "xx") + box("mdat", noise(1000));
  EXPECT_FALSE(sniff_bytes(whole)->cut_short.has_value());
  EXPECT_TRUE(sniff_bytes(whole.substr(0, 500))->cut_short.has_value());
}

TEST(Sniff, SeesThatAMatroskaSegmentReachesPastTheEnd) {
  const std::string head = "\x1a\x45\xdf\xa3\x84webm\x18\x53\x80\x67\x41\x00"s;
  EXPECT_FALSE(sniff_bytes(head + std::string(256, 'x'))->cut_short.has_value());
  EXPECT_TRUE(sniff_bytes(head + std::string(200, 'x'))->cut_short.has_value());
}

TEST(Sniff, SeesEncryptionOfAnMp4) {
  const std::string plain = box("ftyp", "isom") + box("moov", noise(100));
  EXPECT_FALSE(sniff_bytes(plain)->is_encrypted);
  EXPECT_TRUE(sniff_bytes(plain + box("moov", box("schm", "\0\0\0\0cenc\0\1\0\0"s)))->is_encrypted);
}

TEST(Sniff, SurvivesEveryCutOfItsSamples) {
  for (const std::string& bytes :
       {box("ftyp", "isom") + box("moov", "xx"), png(64, 64), transport_stream(6), repeat(kMp3, 3),
        "\x1a\x45\xdf\xa3\x84webm\x18\x53\x80\x67\x41\x00"s, "OggS"s + noise(60)})
    for (std::size_t size = 0; size <= bytes.size(); ++size) sniff_bytes(bytes.substr(0, size));
}

}  // namespace
}  // namespace mpegflow::probe
