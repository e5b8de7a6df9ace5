#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/json.h"
#include "checkout/checkout.h"
#include "core/retry/classify.h"
#include "core/retry/exit_record.h"

// tests/golden/stderr/CASE.txt is the log of a real run, CASE.json its exit code, signal, facts and
// what it is. Two files more are a test more.

namespace mpegflow::retry {
namespace {

namespace json = base::json;

const base::Path kFolder = base::Path(MPEGFLOW_SOURCE_DIR) / "tests/golden/stderr";

std::vector<std::string> list_cases() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder))
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<std::int64_t> int_of(const json::object& record, std::string_view key) {
  const json::value* value = record.if_contains(key);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

class GoldenStderr : public testing::TestWithParam<std::string> {};

TEST_P(GoldenStderr, IsRecognised) {
  const auto text = base::read_file(kFolder / (GetParam() + ".json"));
  ASSERT_TRUE(text.has_value());
  const auto parsed = base::parse_json(*text, GetParam());
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  const json::object& record = parsed->as_object();
  EncoderExit exit;
  read_exit_facts(base::object_or(record, "facts"), exit);
  const auto signal = int_of(record, "signal");
  read_exit_status(int_of(record, "exit_code"),
                   signal ? std::optional<int>(static_cast<int>(*signal)) : std::nullopt, exit);
  const auto log = base::read_file(kFolder / (GetParam() + ".txt"));
  ASSERT_TRUE(log.has_value()) << "a case is two files";
  exit.stderr_text = *log;
  const Finding finding = classify(exit);
  EXPECT_EQ(finding.reason, base::text_or(record, "reason")) << "by rule " << finding.rule;
  EXPECT_EQ(to_word(finding.bucket), base::text_or(record, "bucket"));
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenStderr, testing::ValuesIn(list_cases()), [](const auto& one) {
  std::string name = one.param;
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
});

}  // namespace
}  // namespace mpegflow::retry
