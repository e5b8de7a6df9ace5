#include "base/json.h"

#include <gtest/gtest.h>

namespace mpegflow::base {
namespace {

TEST(Json, CanonicalFormHasOneSpelling) {
  const auto one = parse_json(R"( {"b": [1, {"y":2,"x":null}], "a": "é"} )", "test");
  const auto other = parse_json("{\"a\":\"\\u00e9\",\"b\":[1,{\"x\":null,\"y\":2}]}", "test");
  ASSERT_TRUE(one && other);
  EXPECT_EQ(to_canonical_json(*one), to_canonical_json(*other));
  EXPECT_EQ(to_canonical_json(*one), "{\"a\":\"é\",\"b\":[1,{\"x\":null,\"y\":2}]}");
}

TEST(Json, PrettyKeepsTheOrder) {
  EXPECT_EQ(to_pretty_json(json::object{{"b", 1}, {"a", json::array{}}}),
            "{\n  \"b\": 1,\n  \"a\": []\n}\n");
}

TEST(Json, RefusesWhatIsNotOneDocument) {
  for (const std::string_view bad : {"", "{", "{} x", "[1,]", "nul", "{\"a\":\"\xff\"}"})
    EXPECT_EQ(parse_json(bad, "test").error().code, ErrorCode::invalid_argument) << bad;
  EXPECT_TRUE(parse_json("{} \n", "test"));
}

TEST(Json, SurvivesDeepNesting) {
  EXPECT_FALSE(parse_json(std::string(100'000, '['), "test"));
}

TEST(Json, MissingOrIllTypedFieldsGiveTheDefault) {
  const json::object record{{"n", 1}, {"d", 1.5}, {"t", "x"}, {"b", true}};
  EXPECT_EQ(int_or(record, "n"), 1);
  EXPECT_EQ(int_or(record, "t", 7), 7);
  EXPECT_EQ(double_or(record, "n"), 1.0);
  EXPECT_EQ(text_or(record, "n", "none"), "none");
  EXPECT_TRUE(bool_or(record, "b"));
  EXPECT_FALSE(bool_or(record, "n"));
  EXPECT_TRUE(object_or(record, "t").empty());
  EXPECT_TRUE(array_or(record, "none").empty());
}

}  // namespace
}  // namespace mpegflow::base
