#pragma once

#include <string>
#include <vector>

#include <boost/json.hpp>

#include "e2e/support/run_command.h"
#include "support/temporary_folder.h"

namespace mpegflow::e2e {

/// The program under test.
std::string mpegflow_program();

/// A user's place for one test: a folder with in/, out/ and a state directory of its own.
class Workspace {
 public:
  Workspace();

  const base::Path& path() const { return folder_.path(); }
  base::Path in(const std::string& name) const { return path() / "in" / name; }
  base::Path out(const std::string& name) const { return path() / "out" / name; }
  base::Path state() const { return path() / "state"; }

  /// Puts a file with these bytes into in/ and gives its path.
  base::Path write_input(const std::string& name, const std::string& bytes) const;

  /// mpegflow with these arguments, in path(), with the state directory of this place.
  CommandResult mpegflow(const std::vector<std::string>& arguments,
                         CommandOptions options = {}) const;
  /// mpegflow run --ladder hls-h264 INPUT -o OUTPUT.
  CommandResult run_ladder(const base::Path& input, const base::Path& output,
                           CommandOptions options = {}) const;

  /// What `job show last --json` says.
  boost::json::object last_job() const;
  /// The task `key` of last_job(); empty if there is none.
  boost::json::object last_task(const std::string& key) const;
  /// The reasons of all tasks that failed themselves, sorted, each once.
  std::vector<std::string> reasons_of_last_job() const;
  /// What is left in out/, hidden siblings of outputs included.
  std::vector<std::string> leftovers() const { return list_tree(path() / "out"); }

 private:
  test::TemporaryFolder folder_;
};

}  // namespace mpegflow::e2e
