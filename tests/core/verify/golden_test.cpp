#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "checkout/checkout.h"
#include "core/encode/progress_reader.h"
#include "core/probe/assess.h"
#include "core/retry/classify.h"
#include "core/verify/verify_rendition.h"

// Each folder of tests/golden/media holds one real run: what ffprobe and ffmpeg said of a file that
// was made whole or broken on purpose, and what the task must end as. A new folder is a new test.

namespace mpegflow {
namespace {

namespace fs = std::filesystem;
namespace json = base::json;

const fs::path kCases = fs::path(MPEGFLOW_SOURCE_DIR) / "tests/golden/media";

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> list_cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kCases))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

/// The way that a worker goes: probe, assess, encode, classify, verify.
retry::Finding judge(const fs::path& folder, const json::object& record) {
  probe::Sniff sniff;
  sniff.container = base::text_or(record, "container");
  sniff.is_encrypted = base::bool_or(record, "is_encrypted");
  if (const std::string cut = base::text_or(record, "cut_short"); !cut.empty())
    sniff.cut_short = cut;

  retry::EncoderExit exit;
  exit.facts.hash_match = true;
  if (const auto code = base::int_or(record, "ffprobe_exit"); code != 0) {
    exit.tool = "ffprobe";
    exit.exit_code = static_cast<int>(code);
    exit.argv = {"-i", "file:in/main"};
    exit.stderr_text = read_text(folder / "ffprobe.stderr");
    return retry::classify(exit);
  }
  const auto probed = probe::parse_ffprobe(read_text(folder / "ffprobe.json"), sniff.container,
                                           base::int_or(record, "size"));
  EXPECT_TRUE(probed.has_value());
  if (auto refusal = probe::assess_probe(*probed, sniff)) return *refusal;

  exit.exit_code = static_cast<int>(base::int_or(record, "exit_code"));
  exit.argv = {"-i", "file:in/main", "pipe:1"};
  exit.stderr_text = read_text(folder / "ffmpeg.stderr");
  retry::Finding finding = retry::classify(exit);
  if (finding.bucket != retry::Bucket::none) return finding;

  verify::RenditionFacts facts;
  facts.stats = encode::read_encode_stats(exit.stderr_text);
  facts.samples = base::int_or(record, "samples");
  facts.duration = base::double_or(record, "duration");
  encode::ProgressReader reader;
  std::istringstream lines(read_text(folder / "progress.txt"));
  for (std::string line; std::getline(lines, line);)
    if (auto report = reader.take(line)) facts.progress = report;
  const auto medium =
      base::text_or(record, "medium") == "video" ? verify::Medium::video : verify::Medium::audio;
  return verify::verify_rendition(verify::make_expectation(*probed, sniff, medium, 48'000), facts)
      .finding;
}

class MediaCase : public testing::TestWithParam<std::string> {};

TEST_P(MediaCase, EndsAsItShould) {
  const fs::path folder = kCases / GetParam();
  const auto record = base::parse_json(read_text(folder / "case.json"), "case.json");
  ASSERT_TRUE(record.has_value());

  const retry::Finding finding = judge(folder, record->as_object());

  EXPECT_EQ(finding.reason, base::text_or(record->as_object(), "want")) << finding.cause;
}

INSTANTIATE_TEST_SUITE_P(Golden, MediaCase, testing::ValuesIn(list_cases()),
                         [](const auto& sample) { return sample.param; });

}  // namespace
}  // namespace mpegflow
