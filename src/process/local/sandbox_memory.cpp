#include "process/local/sandbox_memory.h"

#include <unistd.h>

#include <fmt/format.h>

namespace mpegflow::process {
namespace {

constexpr char kBootId[] = "/proc/sys/kernel/random/boot_id";

std::string describe(const base::Path& file) {
  const auto identity = base::identify_file(file);
  if (!identity) return "none";
  return fmt::format("{}-{}-{}-{}", identity->device, identity->inode, identity->size,
                     identity->mtime_ns);
}

std::string describe(const SandboxTrial& trial, SandboxUsers users) {
  return fmt::format("{}user {} {}\nbubblewrap {}\nself {}\n",
                     base::read_file(kBootId).value_or("?\n"), ::geteuid(),
                     users == SandboxUsers::all ? "all" : "own", describe(trial.bubblewrap),
                     describe(trial.executable));
}

}  // namespace

std::optional<SandboxUsers> recall_sandbox(const base::Path& file, const SandboxTrial& trial) {
  if (file.empty()) return std::nullopt;
  const auto text = base::read_file(file);
  if (!text) return std::nullopt;
  for (const SandboxUsers users : {SandboxUsers::all, SandboxUsers::own})
    if (*text == describe(trial, users)) return users;
  return std::nullopt;
}

void remember_sandbox(const base::Path& file, const SandboxTrial& trial, SandboxUsers users) {
  if (file.empty() || !base::make_directories(file.parent_path())) return;
  (void)base::write_file_durably(file, describe(trial, users));
}

void forget_sandbox(const base::Path& file) {
  if (!file.empty()) ::unlink(file.c_str());
}

}  // namespace mpegflow::process
