#include "worker/input_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "base/sha256.h"
#include "base/text.h"
#include "protocol/input_identity.h"
#include "support/temporary_folder.h"

namespace mpegflow::worker {
namespace {

struct InputFilesTest : testing::Test {
  InputFilesTest() {
    EXPECT_TRUE(base::write_file_durably(path, "a film"));
    input.key = "main";
    input.uri = base::to_file_uri(path.native());
    input.identity = protocol::to_text(*base::identify_file(path));
  }
  base::ErrorCode code_of_open() {
    const auto opened = files.open(input);
    return opened ? base::ErrorCode::internal : opened.error().code;
  }

  test::TemporaryFolder folder;
  base::Path path = folder.path() / "main.mp4";
  protocol::AssignedInput input;
  InputFiles files;
};

TEST_F(InputFilesTest, HashesTheFile) {
  EXPECT_EQ(files.finish_hash(input), base::Sha256::hex_of("a film"));
}

TEST_F(InputFilesTest, TrustsAHashThatIsKnown) {
  input.sha256 = "known";
  EXPECT_EQ(files.finish_hash(input), "known");
}

TEST_F(InputFilesTest, SeesAnotherFileInItsPlace) {
  EXPECT_TRUE(base::write_file_durably(path, "a show"));
  EXPECT_EQ(code_of_open(), base::ErrorCode::input_changed);
  const auto hash = files.finish_hash(input);
  ASSERT_FALSE(hash);
  EXPECT_EQ(hash.error().code, base::ErrorCode::input_changed);
}

TEST_F(InputFilesTest, DoesNotRememberTheHashOfAnotherFile) {
  const base::Path aside = folder.path() / "aside";
  std::filesystem::rename(path, aside);
  EXPECT_TRUE(base::write_file_durably(path, "a show"));
  files.start_hash(input);
  EXPECT_FALSE(files.finish_hash(input));
  std::filesystem::rename(aside, path);
  EXPECT_EQ(files.finish_hash(input), base::Sha256::hex_of("a film"));
}

TEST_F(InputFilesTest, SaysThatAFileIsGone) {
  std::filesystem::remove(path);
  EXPECT_EQ(code_of_open(), base::ErrorCode::input_not_found);
}

TEST_F(InputFilesTest, SaysThatAFileMayNotBeRead) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  chmod(path.c_str(), 0);
  EXPECT_EQ(code_of_open(), base::ErrorCode::input_forbidden);
  chmod(path.c_str(), 0600);
  chmod(folder.path().c_str(), 0);
  EXPECT_EQ(code_of_open(), base::ErrorCode::input_forbidden);
  chmod(folder.path().c_str(), 0700);
}

TEST_F(InputFilesTest, TakesNothingButLocalFiles) {
  input.uri = "https://example.org/a.mp4";
  EXPECT_EQ(code_of_open(), base::ErrorCode::input_invalid);
}

TEST_F(InputFilesTest, EndsItsHashingWhenItIsDestroyed) {
  const int rounds = 20;
  EXPECT_TRUE(base::write_file_durably(path, std::string(std::size_t{8} << 20, 'x')));
  input.identity = protocol::to_text(*base::identify_file(path));
  for (int i = 0; i < rounds; ++i) {
    InputFiles short_lived;
    short_lived.start_hash(input);
  }
}

TEST_F(InputFilesTest, AStopEndsTheHashing) {
  files.stop();
  const auto hash = files.finish_hash(input);
  ASSERT_FALSE(hash);
  EXPECT_EQ(hash.error().code, base::ErrorCode::interrupted);
}

}  // namespace
}  // namespace mpegflow::worker
