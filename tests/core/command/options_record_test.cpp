#include "core/command/options_record.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

TEST(OptionsRecord, ComesBackAsItWas) {
  const BinaryOptions options = {{{"y", false}, {"vf", true}}, {"crf", "g"}};
  EXPECT_EQ(parse_binary_options(to_text(options)), options);
}

TEST(OptionsRecord, AnythingElseIsNothing) {
  EXPECT_EQ(parse_binary_options(""), BinaryOptions());
  EXPECT_EQ(parse_binary_options("[1]"), BinaryOptions());
}

TEST(OptionsRecord, IsNamedAfterTheRevision) {
  EXPECT_EQ(options_file(base::EncoderRevisionId("ab")), "options-ab.json");
}

}  // namespace
}  // namespace mpegflow::command
