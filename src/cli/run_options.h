#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mpegflow::cli {

/// `mpegflow run`, parsed. Either `spec_file` or both `ladder` and `input` are set. The state
/// directory, the sandbox and the number of encoders are in the context's config.
struct RunOptions {
  std::string spec_file;  ///< as written
  /// An FFmpeg command, the program first, in place of a spec.
  std::vector<std::string> command_words;
  std::string script;             ///< a file of such commands, in place of `command_words`
  bool is_two_pass = false;       ///< --two-pass
  std::string ladder;             ///< the name of one that exists
  std::string input;              ///< as written; any bytes
  std::string output;             ///< as written; empty = what the spec says
  std::int64_t memory = 0;        ///< bytes per task, 0 = the default
  bool is_again = false;          ///< --again: also if the same command has succeeded already
  bool is_quiet = false;          ///< no progress, only how it ended
  bool is_json = false;           ///< one event a line
  std::vector<std::string> argv;  ///< the whole command line, for the record

  bool operator==(const RunOptions&) const = default;
};

}  // namespace mpegflow::cli
