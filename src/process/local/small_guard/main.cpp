#include <cstring>

#include <unistd.h>

#include "process/local/guard.h"

int main(int argc, char** argv) {
  using namespace mpegflow::process;
  if (argc > 1 && std::strcmp(argv[1], kGuardCommand) == 0) _exit(guard_main(argc, argv));
  if (argc > 1 && std::strcmp(argv[1], kInnerCommand) == 0) _exit(inner_main(argc, argv));
  return 2;
}
