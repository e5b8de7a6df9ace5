#pragma once

#include <string>

#include "base/file.h"

namespace mpegflow::worker {

/// Tells that a file has been written, before whoever wrote it has ended: it was closed. Where the
/// folder cannot be watched it tells so only at the end. One thread waits; end() is for any other.
class WrittenWatch {
 public:
  /// The folder of `file` exists; the file need not.
  explicit WrittenWatch(const base::Path& file);

  /// Waits until the file was closed by who wrote it, or until end().
  void wait();
  /// Whoever writes the file has ended.
  void end();
  /// To be asked after wait() and end(): false if the file was opened and written again, or
  /// replaced, after wait() had returned.
  bool is_as_it_was();

 private:
  bool read_events();

  std::string name_;
  base::UniqueFd events_;
  int watch_ = -1;
  base::UniqueFd over_;
  bool is_closed_ = false;
  bool is_changed_ = false;
};

}  // namespace mpegflow::worker
