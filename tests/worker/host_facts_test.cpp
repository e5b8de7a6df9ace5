#include "worker/host_facts.h"

#include <limits>

#include <gtest/gtest.h>

#include "core/queue/requirements.h"
#include "support/scripted_process.h"
#include "support/temporary_folder.h"
#include "worker/hardware_encoders.h"

namespace mpegflow::worker {
namespace {

struct HostFacts : testing::Test {
  HostFacts() {
    encoder.ffmpeg = "/usr/bin/ffmpeg";
    encoder.encoders = {"libx264"};
  }
  void answer(const std::string& argument, const std::string& text) {
    test::ScriptedProcess script;
    script.output = {text};
    processes.when(test::has_argument(argument), script);
  }
  queue::Capabilities find() {
    return queue::read_capabilities(
        base::to_canonical_json(find_host_facts(encoder, processes, folder.path())));
  }

  test::TemporaryFolder folder;
  test::ScriptedProcessRunner processes;
  Encoder encoder;
};

TEST_F(HostFacts, TellDecodersMuxersAndFonts) {
  answer("-decoders", " V....D h264  H.264\n V....D libdav1d  AV1\n");
  answer("-muxers", "  E mp4  MP4\n");
  answer("/usr/bin/fc-list", "DejaVu Sans\n");
  const queue::Capabilities facts = find();
  EXPECT_TRUE(queue::may_meet(facts, {"decoder:libdav1d", "muxer:mp4", "font:DejaVu Sans"}));
  EXPECT_FALSE(queue::may_meet(facts, {"muxer:avif"}));
  EXPECT_FALSE(queue::may_meet(facts, {"font:Noto Sans"}));
}

TEST_F(HostFacts, TellNoDecoderOfHardwareWhereThereIsNone) {
  if (has_encoding_device()) GTEST_SKIP() << "this machine has one";
  answer("-decoders", " V....D h264  H.264\n V..... h264_cuvid  H.264 (codec h264)\n");
  EXPECT_FALSE(queue::may_meet(find(), {"decoder:h264_cuvid"}));
}

TEST_F(HostFacts, OfAWorkerWithoutFfmpegAreNothingThatATaskCouldWant) {
  encoder = {};
  for (const char* one : {"decoder:libdav1d", "muxer:avif", "font:DejaVu Sans", "filter:drawtext",
                          "encoder:libfdk_aac"})
    EXPECT_FALSE(queue::may_meet(find(), {one})) << one;
  EXPECT_TRUE(processes.specs().empty()) << "nobody is asked";
}

TEST_F(HostFacts, TellTheMemoryThatACgroupLeaves) {
  const auto memory = [&] {
    return base::int_or(find_host_facts(encoder, processes, folder.path()), "memory_bytes");
  };
  const std::int64_t all = memory();
  EXPECT_GT(all, 64 << 20);
  processes.memory_limit = 64 << 20;
  EXPECT_EQ(memory(), 64 << 20);
  processes.memory_limit = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(memory(), all);
}

TEST_F(HostFacts, OfARunAreTheRareOnesAlone) {
  answer("-decoders", " V....D h264  H.264\n V....D libdav1d  AV1\n");
  answer("-muxers", "  E mp4  MP4\n");
  answer("/usr/bin/fc-list", "DejaVu Sans\n");
  const auto find_rare = [&](Fonts fonts) {
    return find_rare_facts(encoder, processes, folder.path() / "questions", fonts);
  };
  const base::json::object facts = find_rare(Fonts::not_asked);
  EXPECT_EQ(base::array_or(facts, "decoders"), base::json::array({"libdav1d"}));
  const queue::Capabilities known = queue::read_capabilities(base::to_canonical_json(facts));
  EXPECT_TRUE(queue::may_meet(known, {"decoder:libdav1d/libaom-av1"}));
  EXPECT_FALSE(queue::may_meet(known, {"muxer:avif"})) << "none of the rare ones is there";
  EXPECT_TRUE(queue::may_meet(known, {"font:Noto Sans"})) << "nobody has looked";
  EXPECT_FALSE(
      queue::may_meet(queue::read_capabilities(base::to_canonical_json(find_rare(Fonts::asked))),
                      {"font:Noto Sans"}));
}

TEST_F(HostFacts, OfARunSayNothingOfWhatCouldNotBeAsked) {
  const queue::Capabilities known = queue::read_capabilities(base::to_canonical_json(
      find_rare_facts(encoder, processes, folder.path() / "questions", Fonts::asked)));
  EXPECT_TRUE(queue::may_meet(known, {"decoder:libdav1d", "muxer:avif", "font:Noto Sans"}));
}

TEST_F(HostFacts, SayNothingOfWhatCouldNotBeAsked) {
  EXPECT_TRUE(queue::may_meet(find(), {"decoder:libdav1d", "muxer:avif", "font:Noto Sans"}));
}

}  // namespace
}  // namespace mpegflow::worker
