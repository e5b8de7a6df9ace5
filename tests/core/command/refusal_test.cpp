#include "core/command/refusal.h"

#include <set>

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

TEST(Refusal, EveryCodeHasAWordOfItsOwn) {
  std::set<std::string_view> words;
  const int last = static_cast<int>(RefusalCode::typographic);
  for (int code = 0; code <= last; ++code) words.insert(to_word(static_cast<RefusalCode>(code)));
  EXPECT_EQ(words.size(), static_cast<std::size_t>(last) + 1);
}

}  // namespace
}  // namespace mpegflow::command
