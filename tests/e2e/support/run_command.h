#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "base/file.h"

namespace mpegflow::e2e {

/// How a command ended and everything it said.
struct CommandResult {
  int exit_code = -1;  ///< 128 + N after signal N; 124 if it was killed at its time limit
  std::string out;
  std::string err;
};

struct CommandOptions {
  base::Path folder{};                               ///< to run in; empty = where the caller is
  std::map<std::string, std::string> environment{};  ///< added to the caller's
  std::chrono::seconds time_limit{60};
};

/// Runs `argv` (found on PATH, no shell, nothing on standard input) to its end. At its time limit
/// the whole process group is killed.
CommandResult run_command(const std::vector<std::string>& argv, const CommandOptions& options = {});

/// Every line of `text`, parsed; a line that is no JSON fails the test and is left out.
std::vector<boost::json::value> parse_json_lines(const std::string& text);

/// Every file, folder and link below `root` by relative name, sorted; empty if there is no `root`.
std::vector<std::string> list_tree(const base::Path& root);

}  // namespace mpegflow::e2e
