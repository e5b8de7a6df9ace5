#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/file.h"

namespace mpegflow::process {

/// A file that others append to, read as it grows.
class GrowingFile {
 public:
  /// Begins behind the first `from` bytes. Where nothing can be watched, fd() never becomes
  /// readable and read() still gives what there is.
  void open(const base::Path& path, std::int64_t from);
  /// For poll(): readable when there may be more; -1 if it is not open.
  int fd() const { return watch_.get(); }
  /// Gives everything that was appended since.
  void read(const std::function<void(std::string_view)>& on_bytes);

 private:
  base::UniqueFd watch_;
  base::UniqueFd file_;
  std::int64_t at_ = 0;
};

}  // namespace mpegflow::process
