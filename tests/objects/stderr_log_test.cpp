#include "objects/stderr_log.h"

#include <gtest/gtest.h>

#include "base/zstd.h"
#include "objects/local/local_object_store.h"
#include "support/temporary_folder.h"

namespace mpegflow::objects {
namespace {

struct StderrLog : testing::Test {
  void expect_kept(const std::string& text) {
    ASSERT_TRUE(base::write_file_durably(file, text));
    const auto size = keep_log(logs, "job/task/1.stderr.zst", file);
    ASSERT_TRUE(size);
    EXPECT_EQ(*size, static_cast<std::int64_t>(text.size()));
    const auto kept = logs.get_bytes("job/task/1.stderr.zst");
    ASSERT_TRUE(kept);
    EXPECT_TRUE(base::decompress_zstd(*kept) == text);
  }

  test::TemporaryFolder folder;
  base::Path file = folder.path() / "stderr.log";
  LocalObjectStore logs{folder.path() / "logs"};
};

TEST_F(StderrLog, KeepsALog) {
  expect_kept("Error while decoding stream\n");
}

TEST_F(StderrLog, KeepsAnEmptyLog) {
  expect_kept("");
}

TEST_F(StderrLog, KeepsALogOfManyPieces) {
  std::string text;
  for (int line = 0; text.size() < (std::size_t{9} << 20); ++line)
    text += "line " + std::to_string(line) + "\n";
  expect_kept(text);
}

TEST_F(StderrLog, SaysThatThereIsNone) {
  const auto size = keep_log(logs, "job/task/1.stderr.zst", file);
  ASSERT_TRUE(size);
  EXPECT_FALSE(*size);
}

}  // namespace
}  // namespace mpegflow::objects
