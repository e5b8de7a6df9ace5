#include "worker/devices.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "core/plan/needed_device.h"

namespace mpegflow::worker {
namespace {

/// Names below /dev; a mark at the end stands for the number of a device. /dev/video0 is none of
/// them: on most machines it is a camera.
constexpr std::string_view kNodes[] = {
    "dri",         "nvidia#", "nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset",
    "nvidia-caps", "kfd",     "dxg",       "video1#"};

/// Which devices there are, for the libraries that look for theirs, and which libraries are whose.
constexpr std::string_view kFacts[] = {"sys/dev/char", "sys/devices", "sys/class/drm",
                                       "sys/bus/pci",  "etc/OpenCL",  "etc/vulkan",
                                       "etc/glvnd",    "etc/egl"};

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_node(const std::string& name) {
  return std::ranges::any_of(kNodes, [&](std::string_view pattern) {
    if (!pattern.ends_with('#')) return name == pattern;
    pattern.remove_suffix(1);
    return name.starts_with(pattern) && is_number(name.substr(pattern.size()));
  });
}

}  // namespace

process::Devices list_devices(const base::Path& root) {
  process::Devices devices;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(root / "dev", ignored))
    if (const std::string name = entry.path().filename().native(); is_node(name))
      devices.nodes.push_back({entry.path(), base::Path("/dev") / name});
  if (devices.nodes.empty()) return devices;
  std::ranges::sort(devices.nodes, {}, &process::ShownPlace::inside);
  for (const std::string_view fact : kFacts)
    if (std::filesystem::exists(root / fact, ignored))
      devices.facts.push_back({root / fact, base::Path("/") / fact});
  return devices;
}

process::Devices list_devices_for(const std::vector<std::string>& argv, const base::Path& root) {
  return plan::needs_device(argv) ? list_devices(root) : process::Devices{};
}

}  // namespace mpegflow::worker
