#pragma once

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "base/file.h"
#include "checkout/checkout.h"

namespace mpegflow::test {

/// Compares `text` with a file of the source tree. With MPEGFLOW_ACCEPT=1 rewrites it instead, and
/// the test reports skipped.
inline void expect_golden(const std::string& name, const std::string& text) {
  const base::Path path = base::Path(MPEGFLOW_SOURCE_DIR) / name;
  const char* accept = std::getenv("MPEGFLOW_ACCEPT");
  if (accept != nullptr && std::string(accept) == "1") {
    ASSERT_TRUE(base::make_directories(path.parent_path()));
    ASSERT_TRUE(base::write_file_durably(path, text));
    GTEST_SKIP() << "rewrote " << name;
  }
  EXPECT_EQ(base::read_file(path).value_or("(no such file)"), text)
      << "MPEGFLOW_ACCEPT=1 rewrites " << name;
}

}  // namespace mpegflow::test
