#pragma once

#include <array>
#include <memory>

#include "process/local/growing_file.h"
#include "process/local/progress_lines.h"
#include "process/local/wire.h"
#include "process/process.h"

namespace mpegflow::process {

/// One run from the engine's side: starts the guard, moves bytes, waits for the end. One thread.
class GuardedRun {
 public:
  /// All three must outlive it.
  GuardedRun(const ProcessSpec& spec, const ProcessCallbacks& callbacks, const StopSignal& stop);
  GuardedRun(const ProcessSpec&, ProcessCallbacks&&, const StopSignal&) = delete;
  ~GuardedRun();
  GuardedRun(const GuardedRun&) = delete;
  GuardedRun& operator=(const GuardedRun&) = delete;

  base::Result<ProcessResult> run(const base::Path& guard_executable, const GuardPlan& plan);

  /// Whether the inner guard led a pid namespace; known after run().
  bool had_pid_namespace() const { return has_pid_namespace_; }
  /// Whether the sandbox could not be made, so that the program never began; known after run().
  bool has_sandbox_failed() const;

 private:
  struct GuardSide;
  base::Result<GuardSide> open_descriptors(const GuardPlan& plan);
  base::Result<void> start_guard(const base::Path& executable, const GuardSide& side);
  void watch();
  int milliseconds_of_patience() const;
  void hear_guard();
  void note_started(const GuardReport& report);
  void read_output();
  void deliver(std::string_view bytes);
  void read_progress();
  void ask_to_end(EndedBy reason);
  void end_orphans(const GuardPlan& plan);
  base::Error describe_failure(const GuardReport& report) const;
  ProcessResult make_result();

  const ProcessSpec& spec_;
  const ProcessCallbacks& callbacks_;
  const StopSignal& stop_;
  Vitals* vitals_ = nullptr;  ///< a shared mapping
  base::UniqueFd channel_;
  base::UniqueFd output_;
  base::UniqueFd progress_;
  base::UniqueFd inner_;  ///< a pidfd of the inner guard
  GrowingFile errors_;    ///< only if somebody listens
  std::int64_t stderr_start_ = 0;
  dev_t stderr_device_ = 0;
  ino_t stderr_inode_ = 0;
  int guard_pid_ = -1;
  std::int64_t started_at_ = 0;
  std::int64_t patience_ends_at_ = 0;  ///< when even the guard must be done; 0 = never
  bool stop_was_seen_ = false;
  bool has_pid_namespace_ = false;
  bool guard_is_lost_ = false;
  std::unique_ptr<GuardReport> final_report_;
  std::unique_ptr<char[]> buffer_;
  std::int64_t output_bytes_ = 0;
  bool output_is_over_limit_ = false;
  base::Result<void> output_accepted_;
  ProgressLines progress_lines_;
  std::string stdout_text_;
};

}  // namespace mpegflow::process
