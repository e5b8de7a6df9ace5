#pragma once

#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

#include "base/file.h"

namespace mpegflow::e2e {

/// One command under way, its two streams in files. Killed and reaped when it goes.
class RunningCommand {
 public:
  /// `environment` is added to the caller's.
  RunningCommand(const std::vector<std::string>& argv, const base::Path& folder,
                 const std::map<std::string, std::string>& environment, const base::Path& streams);
  ~RunningCommand();
  RunningCommand(const RunningCommand&) = delete;
  RunningCommand& operator=(const RunningCommand&) = delete;

  pid_t pid() const { return pid_; }
  /// Without waiting; true once it has ended.
  bool has_ended();
  /// Its exit code, 128 + N after signal N, 124 if it did not end in time and was killed.
  int wait(int seconds = 120);
  std::string out() const;
  std::string err() const;

 private:
  pid_t pid_ = -1;
  bool has_ended_ = false;
  int exit_code_ = 127;
  base::Path out_file_;
  base::Path err_file_;
};

/// Relative path to sha256 of every file below `root`; a link or an empty folder counts as itself.
/// Empty if there is no `root`.
std::map<std::string, std::string> hash_tree(const base::Path& root);

}  // namespace mpegflow::e2e
