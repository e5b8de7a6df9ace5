#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "process/process.h"

namespace mpegflow::test {

/// What one scripted process does, in this order.
struct ScriptedProcess {
  std::string stderr_text;                   ///< appended to the spec's stderr_file
  std::map<std::string, std::string> files;  ///< written in the working folder, by relative name
  std::vector<std::string> progress;         ///< lines for on_progress
  std::vector<std::string> output;           ///< chunks for on_output, or for stdout_text
  /// It then goes on until the stop signal comes, and ends as `stop` with SIGKILL.
  bool runs_until_stopped = false;
  process::ProcessResult result;       ///< what run() gives; exit code 0 if it says nothing
  std::optional<base::Error> failure;  ///< run() fails with this instead, before anything else
};

/// The Process seam without processes. Each run() takes the first rule that matches its spec, else
/// the next of the queue; a run that nothing was scripted for fails as process_failed, in words
/// that show its argv. It keeps to the limits that need no process: capture and output limit. Any
/// thread.
class ScriptedProcessRunner final : public process::ProcessRunner {
 public:
  using Matcher = std::function<bool(const process::ProcessSpec&)>;
  using Script = std::function<ScriptedProcess(const process::ProcessSpec&)>;

  /// For the next run() that no rule matches; used once.
  void enqueue(ScriptedProcess process);
  /// For every run() whose spec `matches`; earlier rules come first.
  void when(Matcher matches, Script script);
  void when(Matcher matches, ScriptedProcess process);

  /// Every spec that run() was given, in order.
  std::vector<process::ProcessSpec> specs() const;

  base::Result<process::ProcessResult> run(const process::ProcessSpec& spec,
                                           const process::ProcessCallbacks& callbacks,
                                           const process::StopSignal& stop) override;
  process::SandboxReport report() const override;
  std::int64_t find_memory_limit() const override { return memory_limit; }
  std::int64_t memory_limit = 0;

 private:
  std::optional<ScriptedProcess> take_script(const process::ProcessSpec& spec);

  mutable std::mutex mutex_;
  std::deque<ScriptedProcess> queue_;
  std::vector<std::pair<Matcher, Script>> rules_;
  std::vector<process::ProcessSpec> specs_;
};

/// Matches a spec whose argv has `word` in it.
ScriptedProcessRunner::Matcher has_argument(std::string word);

}  // namespace mpegflow::test
