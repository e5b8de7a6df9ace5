#include "e2e/support/workspace.h"

#include <set>

#include <gtest/gtest.h>

#include "base/json.h"
#include "checkout/checkout.h"

namespace mpegflow::e2e {

std::string mpegflow_program() {
  return MPEGFLOW_BINARY_DIR "/mpegflow";
}

Workspace::Workspace() {
  EXPECT_TRUE(base::make_directories(path() / "in"));
  EXPECT_TRUE(base::make_directories(path() / "out"));
}

base::Path Workspace::write_input(const std::string& name, const std::string& bytes) const {
  EXPECT_TRUE(base::write_file_durably(in(name), bytes));
  return in(name);
}

CommandResult Workspace::mpegflow(const std::vector<std::string>& arguments,
                                  CommandOptions options) const {
  std::vector<std::string> argv{mpegflow_program()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  if (options.folder.empty()) options.folder = path();
  options.environment.try_emplace("MPEGFLOW_STATE", state().native());
  return run_command(argv, options);
}

CommandResult Workspace::run_ladder(const base::Path& input, const base::Path& output,
                                    CommandOptions options) const {
  return mpegflow({"run", "--ladder", "hls-h264", input.native(), "-o", output.native()},
                  std::move(options));
}

boost::json::object Workspace::last_job() const {
  const CommandResult shown = mpegflow({"job", "show", "last", "--json"});
  const auto value = base::parse_json(shown.out, "job show");
  EXPECT_TRUE(value && value->is_object()) << shown.out << shown.err;
  return value && value->is_object() ? value->as_object() : boost::json::object{};
}

boost::json::object Workspace::last_task(const std::string& key) const {
  for (const auto& task : base::array_or(last_job(), "tasks"))
    if (base::text_or(task.as_object(), "key") == key) return task.as_object();
  return {};
}

std::vector<std::string> Workspace::reasons_of_last_job() const {
  std::set<std::string> reasons;
  for (const auto& task : base::array_or(last_job(), "tasks")) {
    const std::string state = base::text_or(task.as_object(), "state");
    if (state == "succeeded" || state == "skipped") continue;
    reasons.insert(base::text_or(task.as_object(), "reason"));
  }
  return {reasons.begin(), reasons.end()};
}

}  // namespace mpegflow::e2e
