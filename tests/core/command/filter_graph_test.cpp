#include "core/command/filter_graph.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

std::vector<std::string> take_all(std::string_view text) {
  const MarkedText graph(text);
  std::vector<std::string> filters;
  std::size_t at = 0;
  while (const auto filter = take_filter(graph, at)) {
    filters.push_back(filter->name + "(" + filter->options.text() + ")");
    ++at;
  }
  return filters;
}

using Filters = std::vector<std::string>;

TEST(FilterGraph, IsTakenFilterByFilterWithoutLabels) {
  EXPECT_EQ(take_all("[0:v] split=2 [a][b]; [a] scale@small=640:-2,format=yuv420p"),
            (Filters{"split(2)", "scale(640:-2)", "format(yuv420p)"}));
}

TEST(FilterGraph, KeepsWhatIsQuotedInOneFilter) {
  EXPECT_EQ(take_all(R"(drawtext=text='a,b;c[d]':x=1,null)"),
            (Filters{"drawtext(text=a,b;c[d]:x=1)", "null()"}));
  EXPECT_EQ(take_all(R"(drawtext=text=a\,b)"), Filters{"drawtext(text=a,b)"});
}

TEST(FilterGraph, MayBeginWithFlagsOfTheScaler) {
  EXPECT_EQ(take_all("sws_flags=lanczos;scale=2:2"), Filters{"scale(2:2)"});
  EXPECT_EQ(take_all("sws_flags=lanczos"), Filters{});
}

TEST(FilterGraph, StopsWhereItCannotBeRead) {
  const MarkedText graph("null]x");
  std::size_t at = 0;
  ASSERT_TRUE(take_filter(graph, at));
  EXPECT_TRUE(at >= graph.size() || (graph[at] != ',' && graph[at] != ';'));
}

TEST(FilterGraph, OfNothingHasNoFilter) {
  EXPECT_EQ(take_all(""), Filters{});
  EXPECT_EQ(take_all("  "), Filters{});
}

}  // namespace
}  // namespace mpegflow::command
