#include "core/encode/capability_lists.h"

#include <gtest/gtest.h>

namespace mpegflow::encode {
namespace {

using Names = std::vector<std::string>;

TEST(CapabilityLists, OfCodecsHaveSixFlags) {
  EXPECT_EQ(parse_capability_list("encoders",
                                  "Encoders:\n V..... = Video\n .....D = Supports direct\n ------\n"
                                  " V....D libx264              libx264 H.264 (codec h264)\n"
                                  " A....D aac                  AAC\n"),
            (Names{"libx264", "aac"}));
}

TEST(CapabilityLists, OfFiltersSayWhatGoesIn) {
  EXPECT_EQ(parse_capability_list("filters",
                                  "Filters:\n  T.. = Timeline support\n  A = Audio input/output\n"
                                  " ..C scale             V->V       Scale the input\n"
                                  " TS overlay            VV->V      as 8.0 has it\n"),
            (Names{"scale", "overlay"}));
}

TEST(CapabilityLists, OfFormatsMayHaveSeveralNames) {
  const char* text =
      "Formats:\n D.. = Demuxing supported\n .E. = Muxing supported\n --\n"
      " D  mov,mp4,m4a     QuickTime / MOV\n  E hls             Apple HTTP\n DE matroska  x\n";
  EXPECT_EQ(parse_capability_list("demuxers", text),
            (Names{"mov", "mp4", "m4a", "hls", "matroska"}));
}

TEST(CapabilityLists, OfPlainNamesHaveOneARow) {
  EXPECT_EQ(parse_capability_list("protocols",
                                  "Supported file protocols:\nInput:\n  file\n  pipe\n"
                                  "Output:\n  file\n"),
            (Names{"file", "pipe"}));
  EXPECT_EQ(parse_capability_list("hwaccels", "Hardware acceleration methods:\nvaapi\n\n"),
            (Names{"vaapi"}));
}

TEST(CapabilityLists, OfFontsAreFamilies) {
  EXPECT_EQ(parse_font_families("DejaVu Sans,DejaVu Sans Light\nDejaVu Sans\nArial\n"),
            (Names{"Arial", "DejaVu Sans", "DejaVu Sans Light"}));
}

TEST(CapabilityLists, MatterWhereSomethingIsMissing) {
  EXPECT_TRUE(names_something_missing("Unknown encoder 'libfoo'\n"));
  EXPECT_TRUE(names_something_missing("[AVFilterGraph @ 0x1] No such filter: 'x'\n"));
  EXPECT_FALSE(names_something_missing("moov atom is nowhere\n"));
}

}  // namespace
}  // namespace mpegflow::encode
