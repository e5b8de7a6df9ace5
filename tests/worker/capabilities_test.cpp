#include "worker/capabilities.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/scripted_process.h"
#include "support/temporary_folder.h"

namespace mpegflow::worker {
namespace {

struct CapabilitiesTest : testing::Test {
  CapabilitiesTest() {
    encoder.ffmpeg = "/usr/bin/ffmpeg";
    encoder.revision.id = base::EncoderRevisionId("revision");
    encoder.cache_folder = folder.path() / "cache";
    answer("-encoders", " V....D libx264  H.264\n");
    answer("-filters", " ..C scale V->V\n");
    answer("/usr/bin/fc-list", "DejaVu Sans\n");
  }
  void answer(const std::string& argument, const std::string& text) {
    test::ScriptedProcess script;
    script.output = {text};
    processes.when(test::has_argument(argument), script);
  }
  std::ptrdiff_t count_asked(const std::string& word) {
    return std::ranges::count_if(processes.specs(), [&](const process::ProcessSpec& spec) {
      return std::ranges::find(spec.argv, word) != spec.argv.end();
    });
  }
  CapabilityLists find() {
    return find_capabilities(encoder, processes, folder.path() / "questions");
  }

  test::TemporaryFolder folder;
  test::ScriptedProcessRunner processes;
  Encoder encoder;
};

TEST_F(CapabilitiesTest, AreWhatTheProgramsSay) {
  const CapabilityLists lists = find();
  EXPECT_EQ(lists.at("encoders"), std::vector<std::string>{"libx264"});
  EXPECT_EQ(lists.at("fonts"), std::vector<std::string>{"DejaVu Sans"});
  EXPECT_FALSE(lists.contains("muxers")) << "what it did not answer is not known";
}

TEST_F(CapabilitiesTest, AreAskedForOncePerEncoderRevision) {
  const CapabilityLists first = find();
  EXPECT_EQ(count_asked("-encoders"), 1);
  EXPECT_EQ(find(), first);
  EXPECT_EQ(count_asked("-encoders"), 1);
  encoder.revision.id = base::EncoderRevisionId("another");
  (void)find();
  EXPECT_EQ(count_asked("-encoders"), 2);
}

TEST_F(CapabilitiesTest, AskForFontsEachTimeForTheyComeAndGo) {
  (void)find();
  (void)find();
  EXPECT_EQ(count_asked("/usr/bin/fc-list"), 2);
}

}  // namespace
}  // namespace mpegflow::worker
