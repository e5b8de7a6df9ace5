#include <cstdlib>
#include <cstring>

#include "process/local/local_process.h"

/// process_driver GUARD MODE WORKING_FOLDER PROGRAM [ARGUMENT...]: an engine that runs one program,
/// to be killed. MODE: "sandbox", "namespaces" or "bare".
int main(int argc, char** argv) {
  using namespace mpegflow::process;
  if (argc < 5) return 64;
  LocalProcessOptions options;
  options.guard_executable = argv[1];
  const bool sandbox = std::strcmp(argv[2], "sandbox") == 0;
  const bool bare = std::strcmp(argv[2], "bare") == 0;
  options.sandbox = sandbox ? Wanted::on : Wanted::off;
  options.namespaces = bare ? Wanted::off : Wanted::automatic;
  options.cgroup = bare ? Wanted::off : Wanted::automatic;
  ProcessSpec spec;
  spec.argv.assign(argv + 4, argv + argc);
  spec.working_folder = argv[3];
  spec.stderr_file = spec.working_folder / "stderr";
  LocalProcessRunner runner(options);
  const StopSignal stop;
  const auto result = runner.run(spec, {}, stop);
  if (!result) return 1;
  return result->ended_by == EndedBy::guard_lost ? 3 : 0;
}
