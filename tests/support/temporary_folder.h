#pragma once

#include <cstdlib>
#include <string>

#include "base/file.h"

namespace mpegflow::test {

/// A fresh folder that is gone with all it holds at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = "/tmp/mpegflow-test-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { (void)base::remove_tree(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const base::Path& path() const { return path_; }

 private:
  base::Path path_;
};

}  // namespace mpegflow::test
