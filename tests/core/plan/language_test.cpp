#include "core/plan/language.h"

#include <gtest/gtest.h>

namespace mpegflow::plan {
namespace {

TEST(Language, TakesTheShortCodeWhereThereIsOne) {
  EXPECT_EQ(to_language_tag("eng"), "en");
  EXPECT_EQ(to_language_tag("ger"), "de");
  EXPECT_EQ(to_language_tag("deu"), "de");
  EXPECT_EQ(to_language_tag("FRE"), "fr");
  EXPECT_EQ(to_language_tag("haw"), "haw");
}

TEST(Language, KeepsWhatFollowsTheFirstPart) {
  EXPECT_EQ(to_language_tag("pt-BR"), "pt-BR");
  EXPECT_EQ(to_language_tag("ger-AT"), "de-AT");
}

TEST(Language, TakesNothingThatIsNoTag) {
  for (const char* stated : {"", "und", "zxx", "x", "English", "e g", "en\"", "en--x", "12"})
    EXPECT_EQ(to_language_tag(stated), "") << stated;
}

TEST(Language, HasNamesForPeople) {
  EXPECT_EQ(find_language_name("de"), "German");
  EXPECT_EQ(find_language_name("de-AT"), "German");
  EXPECT_EQ(find_language_name("haw"), "haw");
}

}  // namespace
}  // namespace mpegflow::plan
