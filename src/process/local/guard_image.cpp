#include "process/local/guard_image.h"

#include <cstdint>
#include <cstring>

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

__asm__(
    ".pushsection .rodata\n"
    ".balign 16\n"
    "mpegflow_small_guard:\n"
    ".incbin \"" MPEGFLOW_SMALL_GUARD
    "\"\n"
    "mpegflow_small_guard_end:\n"
    ".balign 16\n"
    ".popsection\n");

extern "C" {
// NOLINTBEGIN(readability-identifier-naming): symbols of the assembler
extern const char mpegflow_small_guard[];
extern const char mpegflow_small_guard_end[];
// NOLINTEND(readability-identifier-naming)
}

namespace mpegflow::process {
namespace {

constexpr char kSelf[] = "/proc/self/exe";
constexpr mode_t kMode = 0755;

std::string_view image() {
  return {mpegflow_small_guard,
          static_cast<std::size_t>(mpegflow_small_guard_end - mpegflow_small_guard)};
}

/// Tells builds apart, no more.
std::uint64_t fingerprint(std::string_view bytes) {
  std::uint64_t hash = bytes.size();
  for (std::size_t at = 0; at + sizeof hash <= bytes.size(); at += sizeof hash) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    hash = (hash ^ word) * 0x100000001b3ULL;
    hash ^= hash >> 29U;
  }
  return hash;
}

bool is_there(const base::Path& file) {
  const auto identity = base::identify_file(file);
  return identity && identity->size == static_cast<std::int64_t>(image().size()) &&
         ::access(file.c_str(), X_OK) == 0;
}

}  // namespace

base::Path find_guard(const base::Path& folder) {
  base::Path file = folder / fmt::format("guard-{:016x}", fingerprint(image()));
  if (is_there(file)) return file;
  base::Path part = file;
  part += fmt::format(".{}", ::getpid());
  const bool is_made = base::make_directories(folder).has_value() &&
                       base::write_file_durably(part, image()).has_value() &&
                       ::chmod(part.c_str(), kMode) == 0 &&
                       ::rename(part.c_str(), file.c_str()) == 0;
  if (!is_made) ::unlink(part.c_str());
  return is_there(file) ? file : base::Path(kSelf);
}

}  // namespace mpegflow::process
