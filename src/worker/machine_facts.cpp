#include "worker/machine_facts.h"

namespace mpegflow::worker {
namespace {

base::json::object describe_room(const base::Room& room) {
  base::json::object record{{"free_bytes", room.free_bytes}};
  if (room.free_inodes) record["free_inodes"] = *room.free_inodes;
  return record;
}

/// "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 …"
std::string read_nvidia_version(const base::Path& root) {
  const auto text = base::read_file(root / "proc/driver/nvidia/version");
  if (!text) return {};
  const std::size_t mark = text->find("Kernel Module");
  const std::size_t digit = text->find_first_of("0123456789", mark);
  if (mark == std::string::npos || digit == std::string::npos) return {};
  return text->substr(digit, text->find_first_not_of("0123456789.", digit) - digit);
}

}  // namespace

Gpu find_gpu(const base::Path& root) {
  std::error_code ignored;
  Gpu gpu;
  gpu.driver = read_nvidia_version(root);
  for (const char* node : {"dev/nvidiactl", "dev/nvidia0", "dev/dri/renderD128"})
    gpu.is_present |= std::filesystem::exists(root / node, ignored);
  return gpu;
}

base::json::object to_json(const MachineFacts& facts, const process::ProcessResult& result) {
  base::json::object disk;
  if (facts.before) disk["before"] = describe_room(*facts.before);
  if (facts.after) {
    disk["after"] = describe_room(*facts.after);
    disk["total_bytes"] = facts.after->total_bytes;
  }
  base::json::object memory{{"peak_bytes", result.peak_anonymous_bytes},
                            {"oom_kill", result.oom_kill}};
  if (facts.memory_limit > 0) memory["limit_bytes"] = facts.memory_limit;
  base::json::object gpu{{"present", facts.gpu.is_present}};
  if (!facts.gpu.driver.empty()) gpu["driver"] = facts.gpu.driver;
  return {{"disk", disk}, {"memory", memory}, {"gpu", gpu}};
}

}  // namespace mpegflow::worker
