#include "core/submit/schema.h"

#include <set>

#include <gtest/gtest.h>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "base/json.h"
#include "core/submit/accept.h"
#include "core/submit/context.h"
#include "core/submit/document.h"
#include "core/submit/read_spec.h"
#include "core/submit/samples.h"

namespace mpegflow::submit {
namespace {

namespace json = base::json;

/// The schema as a stranger's validator sees it.
class SchemaJudge {
 public:
  SchemaJudge() {
    const json::value schema = make_json_schema();
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::BoostJsonAdapter(schema), schema_);
  }
  bool accepts(const json::value& document) {
    valijson::Validator validator;
    return validator.validate(schema_, valijson::adapters::BoostJsonAdapter(document), nullptr);
  }

 private:
  valijson::Schema schema_;
};

TEST(Schema, IsTheOneThatIsCheckedIn) {
  expect_golden("schemas/job-spec.schema.json", base::to_pretty_json(make_json_schema()));
}

TEST(Schema, JudgesEverySampleAsTheReaderDoes) {
  SchemaJudge judge;
  std::set<std::string_view> names;
  for (const Sample& sample : kSamples) {
    SCOPED_TRACE(sample.what);
    EXPECT_TRUE(names.insert(sample.what).second);
    const auto reading = read_spec_value(base::parse_json(sample.text, "sample").value(), kContext);
    EXPECT_EQ(reading.spec.has_value(), sample.is_good) << to_text(reading.faults, "sample");
    EXPECT_EQ(reading.faults.empty(), sample.is_good);
    EXPECT_EQ(judge.accepts(base::parse_json(sample.text, "sample").value()), sample.is_good);
  }
  EXPECT_GE(std::size(kSamples), 40U);
}

TEST(Schema, AcceptsTheCanonicalFormOfEveryGoodSample) {
  SchemaJudge judge;
  for (const Sample& sample : kSamples) {
    if (!sample.is_good) continue;
    SCOPED_TRACE(sample.what);
    const auto reading = read_spec(sample.text, kContext);
    ASSERT_TRUE(reading.spec);
    EXPECT_TRUE(judge.accepts(to_json(*reading.spec)));
  }
}

TEST(Schema, AcceptsTheExamples) {
  SchemaJudge judge;
  for (const char* name : {"ladder.yaml", "two-renditions.yaml", "raw-tasks.yaml", "full.json"}) {
    SCOPED_TRACE(name);
    const auto text = base::read_file(source_path(std::string("docs/examples/") + name));
    ASSERT_TRUE(text);
    EXPECT_TRUE(judge.accepts(read_document(*text).value));
  }
}

}  // namespace
}  // namespace mpegflow::submit
