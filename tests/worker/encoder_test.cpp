#include "worker/encoder.h"

#include <sys/stat.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/scripted_process.h"
#include "support/temporary_folder.h"

namespace mpegflow::worker {
namespace {

/// An FFmpeg of three files, which answers what it is asked.
struct EncoderTest : testing::Test {
  EncoderTest() {
    write_program("ffmpeg", "program");
    write_program("ffprobe", "probe");
    write_program("libavcodec.so.59", "library");
    const auto reply = [this](const std::string& argument, const std::string& text) {
      test::ScriptedProcess script;
      script.output = {text};
      processes.when(test::has_argument(argument), script);
    };
    reply("-version", "ffmpeg version 5.1.9 Copyright\nconfiguration: --enable-gpl\n");
    reply("-encoders", " V....D libx264  H.264\n V..... = Video\n");
    reply("-filters", " ..C scale V->V\n");
    reply("/usr/bin/ldd", fmt::format("\tlibavcodec.so.59 => {} (0x00007f00)\n",
                                      (bin() / "libavcodec.so.59").native()));
  }

  void write_program(const std::string& name, const std::string& bytes) {
    ASSERT_TRUE(base::make_directories(bin()));
    ASSERT_TRUE(base::write_file_durably(bin() / name, bytes));
    chmod((bin() / name).c_str(), 0755);
  }
  base::Result<Encoder> find() {
    return find_encoder(
        {"", "", bin().native(), folder.path() / "cache", folder.path() / "scratch"}, processes);
  }
  base::Path bin() const { return folder.path() / "bin"; }

  test::TemporaryFolder folder;
  test::ScriptedProcessRunner processes;
};

TEST_F(EncoderTest, KnowsWhatTheFfmpegOfThisMachineCanDo) {
  const auto encoder = find();
  ASSERT_TRUE(encoder);
  EXPECT_EQ(encoder->version, "5.1.9");
  EXPECT_EQ(encoder->revision.configuration, "--enable-gpl");
  EXPECT_EQ(encoder->encoders, std::set<std::string>{"libx264"});
  EXPECT_EQ(encoder->filters, std::set<std::string>{"scale"});
  EXPECT_EQ(encoder->revision.id.value.size(), 64U);
}

TEST_F(EncoderTest, AsksNothingTheSecondTime) {
  const auto first = find();
  const std::size_t asked = processes.specs().size();
  const auto second = find();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(processes.specs().size(), asked);
  EXPECT_EQ(second->revision.id, first->revision.id);
  EXPECT_EQ(second->encoders, first->encoders);
}

TEST_F(EncoderTest, AChangedLibraryIsAnotherRevision) {
  const auto before = find();
  write_program("libavcodec.so.59", "patched");
  const auto after = find();
  ASSERT_TRUE(before && after);
  EXPECT_NE(after->revision.id, before->revision.id);
}

TEST_F(EncoderTest, AnotherFfprobeIsAnotherRevision) {
  const auto before = find();
  write_program("other-ffprobe", "another probe");
  const auto after = find_encoder({"", (bin() / "other-ffprobe").native(), bin().native(),
                                   folder.path() / "cache", folder.path() / "scratch"},
                                  processes);
  ASSERT_TRUE(before && after);
  EXPECT_NE(after->revision.id, before->revision.id);
}

TEST_F(EncoderTest, ADamagedCacheIsNoReasonToFail) {
  ASSERT_TRUE(base::make_directories(folder.path() / "cache"));
  ASSERT_TRUE(
      base::write_file_durably(folder.path() / "cache" / "encoder.json", "{\"files\": [1]}"));
  EXPECT_TRUE(find());
}

TEST_F(EncoderTest, SaysThatThereIsNone) {
  std::filesystem::remove(bin() / "ffmpeg");
  const auto encoder = find();
  ASSERT_FALSE(encoder);
  EXPECT_EQ(encoder.error().code, base::ErrorCode::ffmpeg_missing);
  EXPECT_NE(encoder.error().message.find(bin().native()), std::string::npos)
      << "where it looked: " << encoder.error().message;
}

TEST_F(EncoderTest, NamesTheAbsolutePathThatIsNoProgram) {
  const auto encoder = find_encoder(
      {"some/../ffmpeg", "", bin().native(), folder.path() / "cache", folder.path() / "scratch"},
      processes);
  ASSERT_FALSE(encoder);
  const std::string path = (std::filesystem::current_path() / "ffmpeg").native();
  EXPECT_NE(encoder.error().message.find(path), std::string::npos) << encoder.error().message;
}

/// Where the libraries cannot be listed.
struct SilentLdd : EncoderTest {
  SilentLdd() {
    test::ScriptedProcess script;
    script.result.exit_code = 1;
    silent.when(test::has_argument("/usr/bin/ldd"), script);
    const auto reply = [this](const std::string& argument, const std::string& text) {
      test::ScriptedProcess good;
      good.output = {text};
      silent.when(test::has_argument(argument), good);
    };
    reply("-version", "ffmpeg version 5.1.9 Copyright\n");
    reply("-encoders", "");
    reply("-filters", "");
  }
  base::Result<Encoder> find_silently() {
    return find_encoder(
        {"", "", bin().native(), folder.path() / "cache", folder.path() / "scratch"}, silent);
  }
  test::ScriptedProcessRunner silent;
};

TEST_F(SilentLdd, AProgramWithLibrariesIsNotTakenForOneWithout) {
  write_program("ffmpeg", base::read_range("/proc/self/exe", 0, 65536).value_or(""));
  const auto encoder = find_silently();
  ASSERT_FALSE(encoder);
  EXPECT_EQ(encoder.error().code, base::ErrorCode::process_failed);
  EXPECT_NE(encoder.error().message.find("ldd"), std::string::npos) << encoder.error().message;
}

TEST_F(SilentLdd, AScriptHasOnlyItself) {
  EXPECT_TRUE(find_silently());
}

}  // namespace
}  // namespace mpegflow::worker
