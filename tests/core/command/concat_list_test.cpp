#include "core/command/concat_list.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

TEST(ConcatList, NamesWithTheirEscapes) {
  EXPECT_EQ(list_concat_entries("ffconcat version 1.0\n# file no\n file 'a b'\nfile c\\ d\r\n"
                                "duration 3\nfile 'it'\\''s'\n"),
            (std::vector<std::string>{"a b", "c d", "it's"}));
}

}  // namespace
}  // namespace mpegflow::command
