#pragma once

#include <memory>

#include "process/process.h"

namespace mpegflow::process {

enum class Wanted {
  automatic,  ///< where it works
  on,         ///< a run fails where it does not work
  off,
};

struct LocalProcessOptions {
  /// The program whose main() knows "guard" and "guard-inner" (guard.h).
  base::Path guard_executable = "/proc/self/exe";
  Wanted sandbox = Wanted::automatic;     ///< bubblewrap
  Wanted namespaces = Wanted::automatic;  ///< own pid and network namespaces without bubblewrap
  Wanted cgroup = Wanted::automatic;      ///< a memory cgroup per run
  /// Where it is kept that the sandbox works, so that the next process need not try; empty =
  /// nowhere.
  base::Path memory = {};
};

/// Runs programs on this machine, each under a guard (guard.h has the picture). Which layers work
/// is tried once, at the first run() or report().
class LocalProcessRunner final : public ProcessRunner {
 public:
  explicit LocalProcessRunner(LocalProcessOptions options = {});
  ~LocalProcessRunner() override;

  base::Result<ProcessResult> run(const ProcessSpec& spec, const ProcessCallbacks& callbacks,
                                  const StopSignal& stop) override;
  SandboxReport report() const override;
  bool hold_to_sandbox() override;
  std::int64_t find_memory_limit() const override;

 private:
  /// `is_let_down`: the sandbox could not be made.
  base::Result<ProcessResult> run_once(const ProcessSpec& spec, const ProcessCallbacks& callbacks,
                                       const StopSignal& stop, bool& is_let_down);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mpegflow::process
