#include "core/submit/document.h"

#include <gtest/gtest.h>

namespace mpegflow::submit {
namespace {

std::string read_value(std::string_view yaml) {
  const Document document = read_yaml(yaml);
  EXPECT_EQ(to_text(document.faults, "yaml"), "") << yaml;
  return base::to_canonical_json(document.value);
}

FaultCode only_fault(const Document& document) {
  EXPECT_EQ(document.faults.size(), 1U) << to_text(document.faults, "document");
  return document.faults.empty() ? FaultCode::syntax : document.faults[0].code;
}

TEST(Yaml, TypesPlainScalarsByTheCoreSchema) {
  EXPECT_EQ(read_value("[true, False, yes, no, on, off, y]"),
            R"([true,false,"yes","no","on","off","y"])");
  EXPECT_EQ(read_value("[~, null, Null, , nil]"), R"([null,null,null,null,"nil"])");
  EXPECT_EQ(read_value("[12, -7, +3, 0o17, 0x1F, 017, 1_000]"), R"([12,-7,3,15,31,17,"1_000"])");
  EXPECT_EQ(read_value("[1.5, .5, 1e3, 1:30, 5M, 1.2.3]"),
            R"([1.5E0,5E-1,1E3,"1:30","5M","1.2.3"])");
}

TEST(Yaml, KeepsQuotedScalarsAsText) {
  EXPECT_EQ(read_value("['1', \"true\", '', !!str 5, 'a''b', \"\\x41\"]"),
            R"(["1","true","","5","a'b","A"])");
  EXPECT_EQ(read_value("|\n  12\n"), R"("12\n")");
}

TEST(Yaml, ExpandsAnchors) {
  EXPECT_EQ(read_value("a: &x {b: [1]}\nc: *x"), R"({"a":{"b":[1]},"c":{"b":[1]}})");
}

TEST(Yaml, KnowsTheLineOfEveryNode) {
  const Document document = read_yaml("a: 1\nb:\n  - x\n  - c:\n      d: 2\n");
  EXPECT_EQ(document.lines.at("a"), 1);
  EXPECT_EQ(document.lines.at("b"), 2);
  EXPECT_EQ(document.lines.at("b[0]"), 3);
  EXPECT_EQ(document.lines.at("b[1]"), 4);
  EXPECT_EQ(document.lines.at("b[1].c"), 4);
  EXPECT_EQ(document.lines.at("b[1].c.d"), 5);
  EXPECT_EQ(find_line(document, "b[1].c.d.e[7]"), 5) << "the nearest node above";
}

TEST(Yaml, RefusesEqualKeysAndKeepsTheFirst) {
  const Document document = read_yaml("a: 1\nb: {x: 1, x: {y: 2}}\na: 2\n");
  ASSERT_EQ(document.faults.size(), 2U);
  EXPECT_EQ(document.faults[0].path, "b.x");
  EXPECT_EQ(document.faults[1].path, "a");
  EXPECT_EQ(document.faults[1].line, 3);
  EXPECT_EQ(base::to_canonical_json(document.value), R"({"a":1,"b":{"x":1}})");
}

TEST(Yaml, RefusesKeysThatAreNoText) {
  EXPECT_EQ(only_fault(read_yaml("? [a, b]\n: 1\nc: 2\n")), FaultCode::malformed);
  EXPECT_EQ(only_fault(read_yaml("? {a: {b: c}}\n: {d: 1}\nc: 2\n")), FaultCode::malformed);
  EXPECT_EQ(only_fault(read_yaml(": 1")), FaultCode::malformed);
}

TEST(Yaml, RefusesWhatIsNotOneDocument) {
  EXPECT_EQ(only_fault(read_yaml("a: 1\n---\nb: 2\n")), FaultCode::syntax);
  EXPECT_EQ(only_fault(read_yaml("a: 1\n---\nb: [\n")), FaultCode::syntax);
  EXPECT_EQ(only_fault(read_yaml("# nothing\n")), FaultCode::missing);
}

TEST(Yaml, SaysWhereItIsBroken) {
  const Document document = read_yaml("a: 1\nb: 'x\n");
  ASSERT_EQ(document.faults.size(), 1U) << base::to_canonical_json(document.value);
  EXPECT_EQ(document.faults[0].code, FaultCode::syntax);
  EXPECT_GE(document.faults[0].line, 2);
  EXPECT_EQ(only_fault(read_yaml("a: *nothing")), FaultCode::syntax);
  EXPECT_EQ(only_fault(read_yaml("a: !secret x")), FaultCode::unsupported);
}

TEST(Yaml, DoesNotTakeTextThatIsCutOffForAWhole) {
  for (const char* text : {"a: 'x", "a: 'x\n", "a: \"x\n\n", "a: [x\n", "a: {b: c\n", "a: \"x\\"})
    EXPECT_EQ(only_fault(read_yaml(text)), FaultCode::syntax) << text;
  EXPECT_EQ(read_value("a: |\n  x\n  y"), R"({"a":"x\ny\n"})");
  EXPECT_EQ(read_value("a: |+\n  x\n\n"), R"({"a":"x\n\n"})");
  EXPECT_EQ(read_value("---\na: x\n...\n"), R"({"a":"x"})");
}

TEST(Yaml, RefusesAnchorsThatContainThemselves) {
  EXPECT_EQ(only_fault(read_yaml("a: &x [1, *x]")), FaultCode::cycle);
}

TEST(Yaml, StopsABombOfAliases) {
  std::string bomb = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    bomb += "l" + std::to_string(i) + ": &l" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) bomb += (k == 0 ? "*l" : ", *l") + std::to_string(i - 1);
    bomb += "]\n";
  }
  EXPECT_EQ(only_fault(read_yaml(bomb)), FaultCode::too_large);
}

TEST(Yaml, StopsABombOfLongTexts) {
  std::string bomb = "t: &t " + std::string(500'000, 'x') + "\nl: [";
  for (int i = 0; i < 10'000; ++i) bomb += "*t, ";
  const Document document = read_yaml(bomb + "]\n");
  EXPECT_EQ(only_fault(document), FaultCode::too_large);
  EXPECT_TRUE(document.value.is_null());
}

TEST(Yaml, StopsAtAnyDepth) {
  EXPECT_EQ(only_fault(read_yaml(std::string(40, '[') + std::string(40, ']'))),
            FaultCode::too_large);
  EXPECT_TRUE(read_yaml(std::string(30, '[') + std::string(30, ']')).faults.empty());
  std::string chain = "a0: &a0 [[[[x]]]]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string last = std::to_string(i - 1);
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [[[[*a" + last + "]]]]\n";
  }
  EXPECT_EQ(only_fault(read_yaml(chain)), FaultCode::too_large);
}

TEST(Yaml, SurvivesAMegabyteOfAnything) {
  for (const std::string_view unit : {"[", "{", "- ", "? ", "a: ", "&a ", "*a ", "!", "'", "\"",
                                      "|\n", "%", "---\n", "#", ": ", ",", "\t", "a:\n ", "[a: "}) {
    std::string text;
    while (text.size() + unit.size() <= 200'000) text += unit;
    read_yaml(text);
  }
}

TEST(Json, KnowsTheLineOfEveryNodeAndEqualKeys) {
  const Document document = read_json(
      "{\"a\": 1,\n \"b\": [\n  \"x]}\\\"\",\n  {\"c\": {}}\n ],\n \"a\": true, \"\\u0062\": 2}");
  EXPECT_EQ(document.lines.at("a"), 1);
  EXPECT_EQ(document.lines.at("b[0]"), 3);
  EXPECT_EQ(document.lines.at("b[1].c"), 4);
  ASSERT_EQ(document.faults.size(), 2U);
  EXPECT_EQ(document.faults[0].path, "a");
  EXPECT_EQ(document.faults[0].line, 6);
  EXPECT_EQ(document.faults[1].path, "b");
}

TEST(Json, SaysWhereItIsBroken) {
  const Document document = read_json("{\n\"a\": 1,\n}");
  EXPECT_EQ(only_fault(document), FaultCode::syntax);
  EXPECT_EQ(document.faults[0].line, 3);
  EXPECT_EQ(only_fault(read_json("{} {}")), FaultCode::syntax);
  EXPECT_EQ(only_fault(read_json("{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}")),
            FaultCode::too_large);
}

TEST(Document, RefusesWhatIsNoText) {
  EXPECT_EQ(only_fault(read_document(std::string("a: \0b", 5))), FaultCode::syntax);
  EXPECT_EQ(only_fault(read_document("a: \x04 b")), FaultCode::syntax);
  EXPECT_EQ(only_fault(read_document("a: \xc3")), FaultCode::syntax);
  EXPECT_EQ(only_fault(read_document(std::string(kMaxDocumentBytes + 1, ' '))),
            FaultCode::too_large);
}

TEST(Document, IsJsonIfItStartsWithABrace) {
  EXPECT_TRUE(read_document("\xef\xbb\xbf \n {\"a\": 1}").faults.empty());
  EXPECT_EQ(only_fault(read_document("{a: 1}")), FaultCode::syntax);
  EXPECT_TRUE(read_document("\xef\xbb\xbf"
                            "a: 1")
                  .faults.empty());
}

}  // namespace
}  // namespace mpegflow::submit
