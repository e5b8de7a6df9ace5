#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"

namespace mpegflow::process {

/// A file that the process may read, under a name without surprises.
struct ReadOnlyFile {
  base::Path source;   ///< where it is, absolute
  std::string inside;  ///< relative to the working folder: "in/main.mp4"

  bool operator==(const ReadOnlyFile&) const = default;
};

/// Something of this machine, and where the process sees it.
struct ShownPlace {
  base::Path source;  ///< absolute
  base::Path inside;  ///< absolute

  bool operator==(const ShownPlace&) const = default;
};

/// Devices that a process may use beside those that every one has (null, zero, random, …).
struct Devices {
  std::vector<ShownPlace> nodes;  ///< or folders of them
  std::vector<ShownPlace> facts;  ///< what is read of them: shown read-only

  bool operator==(const Devices&) const = default;
};

/// One guarded subprocess. It sees: the system's programs and libraries, its working folder
/// (writable), `inputs` and `devices`, and nothing else where the sandbox is on; it has no network,
/// no standard input, and an environment of three variables.
struct ProcessSpec {
  std::vector<std::string> argv;     ///< argv[0] is an absolute path; no shell
  base::Path program{};              ///< another that argv names; it is where argv[0] would be
  base::Path working_folder;         ///< exists, belongs to this attempt alone
  std::vector<ReadOnlyFile> inputs;  ///< bound (sandbox) or linked (none) into the working folder
  Devices devices;                   ///< where the sandbox is off it sees all there are
  base::Path stderr_file;            ///< whole standard error, appended as it comes
  /// True: stdout goes to on_output (and argv writes its result to pipe:1).
  bool capture_stdout = false;
  /// The fd number under which argv expects the pipe for -progress (e.g. 3).
  std::optional<int> progress_fd;
  /// Bytes of anonymous memory for the whole tree, 0 = none.
  std::int64_t memory_limit = 0;
  /// Bytes of captured output, 0 = none; more ends the process as output_limit.
  std::int64_t output_limit = 0;
  std::chrono::microseconds deadline{0};  ///< wall time, 0 = none
  /// Neither progress, output, stderr nor CPU use for so long = hang, 0 = never.
  std::chrono::microseconds no_progress{0};
  std::chrono::microseconds stop_grace{std::chrono::seconds(2)};  ///< from SIGTERM to SIGKILL
  /// Takes the CPU time that no other run wants.
  bool waits_for_others = false;
};

/// Who ended it. `itself` covers every exit and every signal that was not sent by us and not by the
/// kernel's memory killer.
enum class EndedBy { itself, stop, deadline, no_progress, memory_limit, output_limit, guard_lost };
std::string_view to_word(EndedBy ended_by);

struct ProcessResult {
  std::optional<int> exit_code;  ///< set if it exited
  std::optional<int> signal;     ///< set if a signal ended it
  EndedBy ended_by = EndedBy::itself;
  std::int64_t cpu_us = 0;  ///< user + system, of the whole tree
  std::int64_t wall_us = 0;
  std::int64_t peak_anonymous_bytes = 0;  ///< sampled, of the whole tree
  bool oom_kill = false;                  ///< the cgroup counted an out-of-memory kill
  std::string stdout_text;                ///< only if capture_stdout and no on_output was given

  bool operator==(const ProcessResult&) const = default;
};

/// Called on the thread that runs run(); must not block for long (the process waits in its pipe
/// meanwhile).
struct ProcessCallbacks {
  /// An error stops the process; run() then returns that error.
  std::function<base::Result<void>(std::string_view bytes)> on_output;
  /// One "key=value" line of -progress, without the newline.
  std::function<void(std::string_view line)> on_progress;
  /// What comes on standard error, as it comes; stderr_file has it all the same.
  std::function<void(std::string_view bytes)> on_stderr = {};
};

/// What a running process may do, told from any thread; may be told before run() starts.
class StopSignal {
 public:
  StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// Asks it to stop.
  void trigger();
  bool is_triggered() const;
  int fd() const { return event_.get(); }  ///< readable once triggered

  /// From `moment` on, of base::SystemClock::steady(), it stands still, whatever becomes of this
  /// program meanwhile, and goes on when a later moment is allowed. {0} = for ever, as at first.
  void allow_until(base::SteadyTime moment);
  base::SteadyTime allowed_until() const { return base::SteadyTime{allowed_until_us_}; }

  /// For runners: keeps *place at the allowed moment in microseconds until it is let go of.
  void keep_current(std::atomic<std::int64_t>* place) const;
  void let_go(std::atomic<std::int64_t>* place) const;

 private:
  base::UniqueFd event_;
  std::atomic<std::int64_t> allowed_until_us_{0};
  mutable std::mutex mutex_;
  mutable std::set<std::atomic<std::int64_t>*> places_;
};

/// Which layers stand between FFmpeg and this machine; shown by `mpegflow doctor` and kept in every
/// attempt's record.
struct SandboxReport {
  struct Layer {
    /// "bubblewrap", "namespaces", "no_network", "cgroup", "rlimit", "parent_death"
    std::string name;
    bool on = false;
    std::string detail;  ///< how, or why not and what to do
  };
  std::vector<Layer> layers;
};

/// The Process seam. Real: LocalProcessRunner. Scripted: ScriptedProcessRunner in tests and the
/// simulator.
class ProcessRunner {
 public:
  virtual ~ProcessRunner() = default;

  /// Runs one process under a guard and returns when nothing of its tree is alive any more. A
  /// process that fails is a result, not an error; errors are process_failed (could not be
  /// started), disk_full and what on_output returned. Any number of threads at once.
  virtual base::Result<ProcessResult> run(const ProcessSpec& spec,
                                          const ProcessCallbacks& callbacks,
                                          const StopSignal& stop) = 0;

  virtual SandboxReport report() const = 0;

  /// Tries whether processes are in a sandbox here. If so none runs without one from then on:
  /// where it is lost that is process_failed.
  virtual bool hold_to_sandbox() { return false; }

  /// What all that runs here may take of the machine's memory together; 0 = there is no limit.
  virtual std::int64_t find_memory_limit() const { return 0; }
};

}  // namespace mpegflow::process
