#pragma once

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "base/file.h"
#include "checkout/checkout.h"

namespace mpegflow::submit {

inline std::string source_path(const std::string& relative) {
  return std::string(MPEGFLOW_SOURCE_DIR) + "/" + relative;
}

/// Compares `made` with a checked-in file. MPEGFLOW_ACCEPT=1 writes the file and reports the test
/// as skipped.
inline void expect_golden(const std::string& relative, const std::string& made) {
  const std::string path = source_path(relative);
  if (std::getenv("MPEGFLOW_ACCEPT") != nullptr) {
    ASSERT_TRUE(base::write_file_durably(path, made).has_value());
    GTEST_SKIP() << "accepted " << relative;
  }
  const auto golden = base::read_file(path);
  ASSERT_TRUE(golden.has_value()) << relative << " is missing; run with MPEGFLOW_ACCEPT=1";
  EXPECT_EQ(*golden, made) << relative << " is out of date; run with MPEGFLOW_ACCEPT=1 and look "
                           << "at the change";
}

}  // namespace mpegflow::submit
