#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "base/text.h"
#include "e2e/support/media.h"
#include "e2e/support/workspace.h"

namespace mpegflow::e2e {
namespace {

bool has_control_bytes(const std::string& text) {
  return std::ranges::any_of(
      text, [](unsigned char c) { return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f; });
}

class Names : public testing::TestWithParam<std::string> {};

TEST_P(Names, WorkForInputsOutputsAndSpecs) {
  const std::string& name = GetParam();
  const Workspace place;
  // "./" is what a user puts before a name that begins with a dash.
  const std::string input = "./" + name + ".mp4";
  std::filesystem::copy(make_clip(), place.path() / input);
  const CommandResult ladder =
      place.mpegflow({"run", "--ladder", "hls-h264", input, "-o", "out/" + name});
  EXPECT_EQ(ladder.exit_code, 0) << ladder.out << ladder.err;
  EXPECT_TRUE(std::filesystem::exists(place.out(name) / "master.m3u8"));

  const std::string spec = "./" + name + ".yaml";
  ASSERT_TRUE(base::write_file_durably(
      place.path() / spec,
      "input: \"" + base::to_file_uri((place.path() / (name + ".mp4")).native()) + "\"\n" +
          "tasks: [{key: t, args: '-i {input.main} -frames:v 1 {output.p.jpg}'}]\n" + "output: \"" +
          base::to_file_uri(place.out("raw " + name).native()) + "\"\n"));
  const CommandResult raw = place.mpegflow({"run", spec});
  EXPECT_EQ(raw.exit_code, 0) << raw.out << raw.err;
  EXPECT_TRUE(std::filesystem::exists(place.out("raw " + name) / "p.jpg"));
  for (const std::string& left : place.leftovers())
    EXPECT_EQ(left.find("mpegflow-"), std::string::npos) << left;

  std::string shown = ladder.out + ladder.err + raw.out + raw.err;
  for (const std::vector<std::string>& look : {std::vector<std::string>{"job", "show", "last"},
                                               {"job", "list"},
                                               {"job", "events", "last"},
                                               {"task", "show", "last/t"}}) {
    shown += place.mpegflow(look).out;
  }
  EXPECT_FALSE(has_control_bytes(shown)) << base::to_printable(shown);
}

INSTANTIATE_TEST_SUITE_P(Unusual, Names,
                         testing::Values("with space", "c:o:l", "100% %20 %d it's", "new\nline",
                                         "-lead", "b\xff\xfe", "esc\x1b[31mred", "http:x",
                                         "$(x)`y`;#?", "\xc3\xbcn\xc3\xaf"));

}  // namespace
}  // namespace mpegflow::e2e
