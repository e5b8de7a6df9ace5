#include "core/retry/errno_words.h"

#include "core/retry/words.h"

namespace mpegflow::retry {
// Of glibc, musl, macOS and Windows; FFmpeg never translates them.
std::string_view find_machine_reason(std::string_view text) {
  static const re2::RE2 kFull(
      R"((?:No space left on device|Disk quota exceeded|Quota exceeded)\.?$)");
  static const re2::RE2 kReadOnly(R"(Read-only file ?system\.?$)");
  static const re2::RE2 kFiles(
      R"((?:Too many open files(?: in system)?|No file descriptors available)\.?$)");
  static const re2::RE2 kMemory(R"((?:Cannot allocate memory|Out of memory|Not enough space)\.?$)");
  static const re2::RE2 kThreads(R"(Resource temporarily unavailable\.?$)");
  static const re2::RE2 kReader(R"(Broken pipe\.?$)");
  static const re2::RE2 kSize(R"(File too large\.?$)");
  static const re2::RE2 kDevice(
      R"((?:Stale (?:NFS )?file handle|Remote I/O error|(?:Device or r|R)esource busy|Resource device|Text file busy|Structure needs cleaning|Bad message|Interrupted system call|Resource deadlock (?:avoided|would occur)|Transport endpoint is not connected|Host is down|No such device(?: or address)?|Device not configured|Input/output error|I/O error)\.?$)");
  if (matches(text, kFull)) return "disk_full";
  if (matches(text, kReadOnly)) return "output_readonly";
  if (matches(text, kFiles)) return "fd_exhausted";
  if (matches(text, kMemory)) return "oom_alloc";
  if (matches(text, kThreads)) return "pids_exhausted";
  if (matches(text, kReader)) return "downstream_closed";
  if (matches(text, kSize)) return "output_size_limit";
  if (matches(text, kDevice)) return "io_error";
  static const re2::RE2 kDenied(
      R"((?:Permission denied|Operation not permitted|Access is denied)\.?$)");
  return matches(text, kDenied) ? "permission_denied" : "";
}

bool is_path_error(std::string_view text) {
  static const re2::RE2 kPath(
      R"((?:No such file or directory|Is a directory|Not a directory|File ?name too long|Too many levels of symbolic links|Symbolic link loop|Illegal byte sequence)\.?$)");
  return matches(text, kPath);
}

}  // namespace mpegflow::retry
