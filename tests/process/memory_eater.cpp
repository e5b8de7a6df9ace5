#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

/// memory_eater MEBIBYTES SECONDS: uses that much memory, one mebibyte after the other, says so on
/// standard output and holds it for a while.
int main(int argc, char** argv) {
  if (argc != 3) return 64;
  constexpr std::size_t kMebibyte = 1 << 20;
  const int mebibytes = std::atoi(argv[1]);
  for (int i = 0; i < mebibytes; ++i) {
    void* block = std::malloc(kMebibyte);
    if (!block) return 1;
    std::memset(block, i + 1, kMebibyte);
    if (i % 16 == 0) ::usleep(1000);
  }
  std::puts("full");
  std::fflush(stdout);
  ::sleep(static_cast<unsigned>(std::atoi(argv[2])));
  return 0;
}
