#include "worker/capabilities.h"

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
  const std::size_t asked = processes.specs().size();
  EXPECT_EQ(find(), first);
  EXPECT_EQ(processes.specs().size(), asked);
  encoder.revision.id = base::EncoderRevisionId("another");
  (void)find();
  EXPECT_GT(processes.specs().size(), asked);
}

}  // namespace
}  // namespace mpegflow::worker
