#include <gtest/gtest.h>

#include "base/file.h"
#include "core/submit/accept.h"
#include "core/submit/read_spec.h"
#include "core/submit/schema.h"

namespace mpegflow::submit {
namespace {

constexpr const char* kDocument = "docs/job-spec.md";

std::string read_source(const std::string& relative) {
  return base::read_file(source_path(relative)).value_or("");
}

/// What people wrote: everything before the generated part.
std::string read_head() {
  const std::string text = read_source(kDocument);
  return text.substr(0, text.find("## Keys\n"));
}

TEST(Reference, IsTheOneThatIsCheckedIn) {
  const std::string head = read_head();
  ASSERT_FALSE(head.empty());
  expect_golden(kDocument, head + make_reference_markdown());
}

TEST(Reference, ShowsExamplesThatAreRead) {
  const std::string head = read_head();
  std::size_t count = 0;
  for (std::size_t at = head.find("```yaml\n"); at != std::string::npos;
       at = head.find("```yaml\n", at)) {
    at += 8;
    const std::string text = head.substr(at, head.find("```", at) - at);
    const auto reading = read_spec(text, {.working_directory = "/srv/dir"});
    EXPECT_EQ(to_text(reading.faults, text), "");
    ++count;
  }
  EXPECT_EQ(count, 4U);
}

}  // namespace
}  // namespace mpegflow::submit
