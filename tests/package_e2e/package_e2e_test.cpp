// Real FFmpeg through the segmenter, judged by ffprobe, by decoding, and by tests/judges.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "checkout/checkout.h"
#include "core/package/find_fault.h"
#include "core/package/playlist.h"
#include "core/package/segmenter.h"

namespace mpegflow::package {
namespace {

namespace fs = std::filesystem;

struct ClosePipe {
  void operator()(FILE* pipe) const { pclose(pipe); }
};

/// Reads what `command` prints, handing it on in odd chunks.
template <class OnBytes>
void read_command(const std::string& command, OnBytes on_bytes) {
  const std::unique_ptr<FILE, ClosePipe> pipe(popen(command.c_str(), "r"));
  ASSERT_NE(pipe, nullptr) << command;
  std::string chunk(7919, '\0');
  while (const std::size_t size = std::fread(chunk.data(), 1, chunk.size(), pipe.get()))
    on_bytes(std::string_view(chunk).substr(0, size));
}

std::string output_of(const std::string& command) {
  std::string output;
  read_command(command, [&](std::string_view bytes) { output += bytes; });
  return output;
}

/// What one encoder is told, and what comes of it.
struct Rendition {
  std::string name;
  TrackKind kind = TrackKind::video;
  std::string source;  ///< lavfi
  std::string encoder;
};

struct Written {
  Summary summary;
  fs::path joined;  ///< init.mp4 and all segments in one file
  fs::path raw;     ///< what FFmpeg wrote
};

class PackageE2e : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "mpegflow-package-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override {
    if (std::getenv("MPEGFLOW_KEEP") == nullptr && !HasFailure()) fs::remove_all(folder_);
    else std::fprintf(stderr, "kept: %s\n", folder_.c_str());
  }

  fs::path hls() const { return folder_ / "hls"; }

  Written encode(const Rendition& rendition, Rational duration) const {
    std::string command = fmt::format("ffmpeg -v error -nostdin -f lavfi -i '{}' {} -bitexact",
                                      rendition.source, rendition.encoder);
    for (const std::string& argument : muxer_arguments(rendition.kind)) command += " " + argument;
    Written written{{}, folder_ / (rendition.name + ".mp4"), folder_ / (rendition.name + ".raw")};
    fs::create_directories(hls() / rendition.name);
    std::string joined, raw;
    Segmenter segmenter(rendition.kind, {duration});
    const auto write = [&](const base::Result<std::vector<Piece>>& pieces) {
      ASSERT_TRUE(pieces.has_value()) << pieces.error().message;
      for (const Piece& piece : *pieces) {
        ASSERT_TRUE(base::write_file_durably(hls() / rendition.name / piece.name, piece.bytes));
        joined += piece.bytes;
      }
    };
    read_command(command + " pipe:1", [&](std::string_view bytes) {
      raw += bytes;
      write(segmenter.feed(bytes));
    });
    write(segmenter.finish());
    EXPECT_TRUE(base::write_file_durably(written.joined, joined));
    EXPECT_TRUE(base::write_file_durably(written.raw, raw));
    written.summary = segmenter.summary();
    return written;
  }

  /// ffprobe sees `frames` packets, the first picture at 0, and decode times that only grow; and
  /// decoding gives what FFmpeg's own bytes give.
  static void judge_file(const Written& written, std::int64_t frames, double first) {
    std::istringstream packets(
        output_of("ffprobe -v error -show_entries packet=pts_time,dts_time "
                  "-of csv=p=0 " +
                  written.joined.string()));
    std::int64_t count = 0;
    double earliest = 1e9, decoded = -1e9;
    for (std::string line; std::getline(packets, line); ++count) {
      earliest = std::min(earliest, std::stod(line));
      const double time = std::stod(line.substr(line.find(',') + 1));
      EXPECT_GT(time, decoded) << line;
      decoded = time;
    }
    EXPECT_EQ(count, frames);
    EXPECT_EQ(count_samples(written.summary), frames);
    EXPECT_NEAR(earliest, first, 1e-6);
    const auto hash = [](const fs::path& file) {
      return output_of("ffmpeg -v error -nostdin -i " + file.string() + " -f md5 - 2>&1");
    };
    EXPECT_EQ(hash(written.joined), hash(written.raw));
  }

  void publish(const std::vector<Rendition>& renditions, const std::vector<Written>& written) {
    std::vector<Summary> summaries;
    for (const Written& one : written) summaries.push_back(one.summary);
    MasterPlan plan;
    plan.target_duration = find_target_duration(summaries);
    for (std::size_t i = 0; i < renditions.size(); ++i) {
      const std::string uri = renditions[i].name + "/index.m3u8";
      if (renditions[i].kind == TrackKind::video) plan.variants.push_back({uri, summaries[i]});
      else plan.audio.push_back({uri, "Main", "en", summaries[i]});
      ASSERT_TRUE(base::write_file_durably(
          hls() / uri, make_media_playlist(summaries[i], plan.target_duration)));
    }
    ASSERT_TRUE(base::write_file_durably(hls() / "master.m3u8", make_master_playlist(plan)));
  }

  void judge_hls() const {
    const std::string judges = std::string(MPEGFLOW_SOURCE_DIR) + "/tests/judges";
    if (!fs::exists(judges + "/node_modules"))
      GTEST_SKIP() << "npm ci --prefix " << judges << " brings the judges";
    const std::string verdict =
        output_of("node " + judges + "/hls_judge.mjs " + hls().string() + " 2>&1");
    EXPECT_NE(verdict.find("\"ok\": true"), std::string::npos) << verdict;
  }

  fs::path folder_;
};

const std::string kX264 =
    "-threads 1 -c:v libx264 -threads 1 -preset veryfast -bf 3 -sc_threshold 0 -crf 30 "
    "-pix_fmt yuv420p";

Rendition make_audio(double seconds, int rate = 48000) {
  return {"audio", TrackKind::audio, fmt::format("sine=r={}:d={}", rate, seconds),
          "-ac 2 -c:a aac -b:a 96k"};
}

TEST_F(PackageE2e, ConstantRateLadderWithAudio) {
  const std::string gop = " -g 50 -keyint_min 50";
  const std::vector<Rendition> renditions = {
      {"90p", TrackKind::video, "testsrc2=s=160x90:r=25:d=7", kX264 + gop},
      {"180p", TrackKind::video, "testsrc2=s=320x180:r=25:d=7", kX264 + gop + " -bf 0"},
      make_audio(7)};
  std::vector<Written> written;
  for (const Rendition& rendition : renditions) written.push_back(encode(rendition, {2, 1}));
  judge_file(written[0], 175, 0);
  judge_file(written[1], 175, 0);
  Expectation expectation;
  expectation.segments = 4;
  expectation.samples = 175;
  expectation.duration = 7;
  expectation.segment_duration = Rational{2, 1};
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_EQ(find_fault(written[i].summary, expectation), std::nullopt);
  expectation.samples = std::nullopt;
  EXPECT_EQ(find_fault(written[2].summary, expectation), std::nullopt);
  // AAC's first 1024 samples are hidden by the edit list.
  judge_file(written[2], count_samples(written[2].summary), -1024.0 / 48000);
  publish(renditions, written);
  judge_hls();
}

TEST_F(PackageE2e, NtscRateKeepsItsBorders) {
  const std::vector<Rendition> renditions = {
      {"180p", TrackKind::video, "testsrc2=s=320x180:r=30000/1001:d=13",
       kX264 + " -g 60 -keyint_min 60"},
      make_audio(13, 44100)};
  const Rational duration{60 * 1001, 30000};
  const std::vector<Written> written = {encode(renditions[0], duration),
                                        encode(renditions[1], duration)};
  judge_file(written[0], 390, 0);
  EXPECT_EQ(find_frame_rate(written[0].summary), (Rational{30000, 1001}));
  EXPECT_EQ(written[0].summary.segments.at(3).start,
            3 * 60060 * written[0].summary.timescale / 30000);
  EXPECT_EQ(written[0].summary.segments.size(), 7U);
  publish(renditions, written);
  judge_hls();
}

TEST_F(PackageE2e, VariableRate) {
  const std::string source =
      "testsrc2=s=320x180:r=30:d=7,select=not(eq(mod(n\\,7)\\,3))*not(eq(mod(n\\,11)\\,5)),"
      "settb=1/90000";
  const std::string keys =
      " -fps_mode passthrough -enc_time_base -1 -force_key_frames \"expr:gte(t,n_forced*2)\" -g "
      "999";
  const std::vector<Rendition> renditions = {
      {"180p", TrackKind::video, source, kX264 + keys},
      {"180p-plain", TrackKind::video, source, kX264 + keys + " -bf 0"},
      make_audio(7)};
  std::vector<Written> written;
  for (const Rendition& rendition : renditions) written.push_back(encode(rendition, {2, 1}));
  const std::int64_t frames = count_samples(written[1].summary);
  EXPECT_GT(frames, 120);
  EXPECT_LT(frames, 180);
  judge_file(written[0], frames, 0);
  judge_file(written[1], frames, 0);
  for (const Written& one : written) {
    EXPECT_EQ(one.summary.segments.size(), 4U);
    EXPECT_EQ(find_fault(one.summary, {}), std::nullopt);
  }
  publish(renditions, written);
  judge_hls();
}

TEST_F(PackageE2e, HevcWithReordering) {
  const std::vector<Rendition> renditions = {
      {"180p", TrackKind::video, "testsrc2=s=320x180:r=24:d=4",
       "-threads 1 -c:v libx265 -preset ultrafast -tag:v hvc1 -x265-params "
       "log-level=error:pools=1:frame-threads=1:keyint=48:min-keyint=48:scenecut=0:open-gop=0:"
       "bframes=3"}};
  const std::vector<Written> written = {encode(renditions[0], {2, 1})};
  judge_file(written[0], 96, 0);
  EXPECT_EQ(written[0].summary.segments.size(), 2U);
  publish(renditions, written);
  judge_hls();
}

TEST_F(PackageE2e, LateStreamIsLateToTheTick) {
  Rendition late = {"180p", TrackKind::video, "testsrc2=s=320x180:r=25:d=2",
                    kX264 + " -g 25 -output_ts_offset 0.32"};
  const Written written = encode(late, {1, 1});
  judge_file(written, 50, 0.32);
  EXPECT_EQ(written.summary.segments.front().start, 32 * written.summary.timescale / 100);
}

}  // namespace
}  // namespace mpegflow::package
