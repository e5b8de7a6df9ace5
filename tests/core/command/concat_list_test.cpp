#include "core/command/concat_list.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

TEST(ConcatList, NamesWithTheirEscapes) {
  EXPECT_EQ(list_concat_entries("ffconcat version 1.0\n# file no\n file 'a b'\nfile c\\ d\r\n"
                                "duration 3\nfile 'it'\\''s'\n"),
            (std::vector<std::string>{"a b", "c d", "it's"}));
}

TEST(ConcatList, TakesOtherNamesAndKeepsTheRest) {
  const auto rename = [](const std::string& entry) {
    return entry.starts_with('/') ? std::optional("1/" + entry.substr(entry.rfind('/') + 1))
                                  : std::nullopt;
  };
  EXPECT_EQ(rename_concat_entries("ffconcat version 1.0\n# file /no\n file '/v/a.mp4'\r\n"
                                  "duration 3\nfile 'it'\\''s'\nfile /w/b.mp4",
                                  rename),
            "ffconcat version 1.0\n# file /no\nfile 1/a.mp4\nduration 3\nfile 'it'\\''s'\n"
            "file 1/b.mp4");
  EXPECT_EQ(rename_concat_entries("file a\n", rename), "file a\n");
}

}  // namespace
}  // namespace mpegflow::command
