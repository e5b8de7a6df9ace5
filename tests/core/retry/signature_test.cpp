#include "core/retry/signature.h"

#include <gtest/gtest.h>

namespace mpegflow::retry {
namespace {

TEST(Pattern, LeavesOutWhatDiffersFromOneToTheNext) {
  EXPECT_EQ(to_pattern("The disk under the output is full."), "The disk under the output is full.");
  EXPECT_EQ(to_pattern("exit 187 after 12.5 s"), "exit <n> after <n> s");
  EXPECT_EQ(to_pattern("/srv/a/1.mov: not found"), "<path>: not found");
  EXPECT_EQ(to_pattern("open \"/srv/my film/1.mov\" failed"), "open \"<path>\" failed");
  EXPECT_EQ(to_pattern("[h264 @ 0x55d0c0ffee40] bad"), "[h264 @ <hex>] bad");
  EXPECT_EQ(to_pattern("object 9f86d081884c7d65 is gone"), "object <hex> is gone");
  EXPECT_EQ(to_pattern("took 512MB of 1024"), "took <n>MB of <n>");
}

TEST(Pattern, KeepsNamesThatHaveDigitsInThem) {
  EXPECT_EQ(to_pattern("h264 into mp4 by libx265"), "h264 into mp4 by libx265");
  EXPECT_EQ(to_pattern("and/or"), "and/or") << "no path";
}

TEST(Pattern, SaysTheSameOfItself) {
  for (const char* cause : {"a  b\t/x/y 3", "0x10 99.5% of /a/b/c.", ""})
    EXPECT_EQ(to_pattern(to_pattern(cause)), to_pattern(cause)) << cause;
}

TEST(Signature, IsOfEveryPart) {
  const Signature base{"transient", "io_error", "rule", "cause", "encode", "revision"};
  EXPECT_EQ(hash_signature(base), hash_signature(base));
  EXPECT_EQ(hash_signature(base).size(), 16U);
  for (std::string Signature::*part :
       {&Signature::bucket, &Signature::reason, &Signature::rule, &Signature::pattern,
        &Signature::kind, &Signature::encoder_revision}) {
    Signature other = base;
    other.*part += "x";
    EXPECT_NE(hash_signature(other), hash_signature(base));
  }
}

}  // namespace
}  // namespace mpegflow::retry
