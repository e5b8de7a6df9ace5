#include <cstring>
#include <string>
#include <vector>

#include <unistd.h>

#include "app/program.h"
#include "process/local/guard.h"

int main(int argc, char** argv) {
  // Before anything else is set up: these two stand between the engine and FFmpeg.
  if (argc > 1 && std::strcmp(argv[1], mpegflow::process::kGuardCommand) == 0)
    _exit(mpegflow::process::guard_main(argc, argv));
  if (argc > 1 && std::strcmp(argv[1], mpegflow::process::kInnerCommand) == 0)
    _exit(mpegflow::process::inner_main(argc, argv));
  return mpegflow::app::run_program(std::vector<std::string>(argv, argv + argc));
}
