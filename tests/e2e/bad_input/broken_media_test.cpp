#include <functional>
#include <random>

#include <gtest/gtest.h>

#include "base/json.h"
#include "e2e/support/media.h"
#include "e2e/support/workspace.h"

namespace mpegflow::e2e {
namespace {

std::string first_part(const std::string& bytes, double part) {
  return bytes.substr(0, static_cast<std::size_t>(part * static_cast<double>(bytes.size())));
}

/// Where the box or the field of this four letter name begins; the test fails if there is none.
std::size_t find_name(const std::string& bytes, const std::string& name, std::size_t from = 0) {
  const std::size_t at = bytes.find(name, from);
  EXPECT_NE(at, std::string::npos) << name;
  return at == std::string::npos ? 0 : at;
}

void put_number(std::string& bytes, std::size_t at, std::uint32_t number) {
  for (std::size_t i = 0; i < 4; ++i) bytes.at(at + i) = static_cast<char>(number >> (24 - 8 * i));
}

std::uint32_t get_number(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i)
    number = number << 8 | static_cast<unsigned char>(bytes.at(at + i));
  return number;
}

/// Flips `count` bits anywhere in [from, to).
std::string flip_bits(std::string bytes, std::size_t from, std::size_t to, int count) {
  std::mt19937 random(1);  // NOLINT: the same damage each time
  for (int i = 0; i < count; ++i)
    bytes.at(from + random() % (to - from)) ^= static_cast<char>(1U << (random() % 8));
  return bytes;
}

std::string make_png_header(std::uint32_t width, std::uint32_t height) {
  std::string png = "\x89PNG\r\n\x1a\n";
  png.append("\0\0\0\rIHDR", 8);
  png.append(8, '\0');
  put_number(png, 16, width);
  put_number(png, 20, height);
  png.append("\x08\x02\0\0\0\0\0\0\0", 9);
  png.append("\0\0\0\0IDAT\0\0\0\0\0\0\0\0IEND\0\0\0\0", 24);
  return png;
}

std::string make_random_bytes(std::size_t size) {
  std::mt19937 random(7);  // NOLINT: the same bytes each time
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

std::string zero_avcc() {
  std::string bytes = read_bytes(make_clip());
  const std::size_t at = find_name(bytes, "avcC");
  const std::uint32_t size = get_number(bytes, at - 4);
  return bytes.replace(at + 4, size - 8, size - 8, '\0');
}

std::string flip_media_data() {
  const std::string bytes = read_bytes(make_clip());
  const std::size_t from = find_name(bytes, "mdat") + 4;
  return flip_bits(bytes, from, find_name(bytes, "moov") - 4, 400);
}

std::string drop_media_data() {
  std::string bytes = read_bytes(make_faststart_clip());
  return bytes.substr(0, find_name(bytes, "mdat") - 4);
}

std::string stretch_one_sample() {
  std::string bytes = read_bytes(make_clip());
  put_number(bytes, find_name(bytes, "stts") + 16, 0x7ffffff0);
  return bytes;
}

std::string zero_time_scale() {
  std::string bytes = read_bytes(make_clip());
  put_number(bytes, find_name(bytes, "mdhd") + 16, 0);
  return bytes;
}

std::string point_past_the_end() {
  std::string bytes = read_bytes(make_clip());
  put_number(bytes, find_name(bytes, "stco") + 12, 0x7ffffff0);
  return bytes;
}

std::string zero_the_tail() {
  std::string bytes = read_bytes(make_faststart_clip());
  const std::size_t half = bytes.size() / 2;
  return bytes.replace(half, bytes.size() - half, bytes.size() - half, '\0');
}

std::string rename_audio_codec() {
  std::string bytes = read_bytes(make_clip());
  return bytes.replace(find_name(bytes, "mp4a"), 4, "QDM9");
}

std::string keep_one_frame() {
  const test::TemporaryFolder folder;
  const base::Path file = folder.path() / "one.mp4";
  run_ffmpeg({"-i", make_clip().native(), "-an", "-frames:v", "1", file.native()});
  return read_bytes(file);
}

struct Case {
  std::string file;    ///< under which name the user has it
  std::string reason;  ///< "ok": odd, but not to be refused
  std::function<std::string()> make;
};

/// For the names that CTest shows.
void PrintTo(const Case& broken, std::ostream* out) {
  *out << broken.file;
}

std::vector<Case> list_cases() {
  const auto text = [](std::string bytes) { return [bytes] { return bytes; }; };
  return {
      {"bad_avcc.mp4", "bitstream_corrupt", zero_avcc},
      {"bomb.png", "input_dimensions_invalid", [] { return make_png_header(30000, 30000); }},
      {"bomb_overflow.png", "input_dimensions_invalid",
       [] { return make_png_header(0x7fffffff, 0x7fffffff); }},
      {"cut10.mkv", "input_truncated",
       [] { return first_part(read_bytes(make_clip("mkv")), 0.1); }},
      {"cut50.mp4", "moov_missing", [] { return first_part(read_bytes(make_clip()), 0.5); }},
      {"cut50_faststart.mp4", "input_truncated",
       [] { return first_part(read_bytes(make_faststart_clip()), 0.5); }},
      {"flip300.h264", "bitstream_corrupt",
       [] {
         const std::string bytes = read_bytes(make_clip("h264"));
         return flip_bits(bytes, 0, bytes.size(), 300);
       }},
      {"flip400.mp4", "bitstream_corrupt", flip_media_data},
      {"html_error.mp4", "input_not_media",
       text("<!DOCTYPE html><html><head><title>404</title></head><body>Not found</body></html>")},
      {"huge_stts_delta.mp4", "input_timestamps_broken", stretch_one_sample},
      {"latin1.srt", "subtitle_invalid",
       text("1\n00:00:01,000 --> 00:00:02,000\nCaf\xe9 \xff cr\xe8me\n\n")},
      {"no_mdat.mp4", "input_corrupt", drop_media_data},
      {"one_frame.mp4", "ok", keep_one_frame},
      {"random.mp4", "input_not_media", [] { return make_random_bytes(65536); }},
      {"sparse_tail.mp4", "bitstream_corrupt", zero_the_tail},
      {"foreign.m3u8", "input_protocol_blocked",
       text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")},
      {"stco_past_eof.mp4", "input_corrupt", point_past_the_end},
      {"unknown_audio_fourcc.mp4", "ok", rename_audio_codec},
      {"zero_timescale.mp4", "input_timestamps_broken", zero_time_scale},
      {"zip_renamed.mov", "input_not_media", text("PK\x03\x04" + make_random_bytes(60000))},
  };
}

class BrokenMedia : public testing::TestWithParam<Case> {};

TEST_P(BrokenMedia, EndsAsItsBytesDeserve) {
  const Case& broken = GetParam();
  const Workspace place;
  const base::Path input = place.write_input(broken.file, broken.make());
  const CommandResult run = place.run_ladder(input, place.out("o"));
  const bool is_fine = broken.reason == "ok";
  EXPECT_EQ(run.exit_code, is_fine ? 0 : 65) << run.out << run.err;
  const auto reasons = place.reasons_of_last_job();
  if (is_fine) {
    EXPECT_TRUE(reasons.empty());
    return;
  }
  EXPECT_NE(std::ranges::find(reasons, broken.reason), reasons.end())
      << testing::PrintToString(reasons) << run.out;
  EXPECT_TRUE(place.leftovers().empty()) << testing::PrintToString(place.leftovers());
  for (const auto& attempt : base::array_or(place.last_job(), "attempts"))
    EXPECT_EQ(base::int_or(attempt.as_object(), "attempt"), 1)
        << "a bad input is never tried again";
}

std::string name_case(const testing::TestParamInfo<Case>& info) {
  std::string name = info.param.file;
  std::ranges::replace(name, '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Files, BrokenMedia, testing::ValuesIn(list_cases()), name_case);

}  // namespace
}  // namespace mpegflow::e2e
