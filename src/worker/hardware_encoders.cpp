#include "worker/hardware_encoders.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/retry/ffmpeg_names.h"
#include "worker/devices.h"
#include "worker/machine_facts.h"

namespace mpegflow::worker {
namespace {

constexpr const char* kRenderNode = "/dev/dri/renderD128";

/// One black frame, to nowhere.
std::vector<std::string> make_try(const Encoder& encoder, const std::string& name) {
  std::vector<std::string> argv = {encoder.ffmpeg.native(), "-nostdin", "-hide_banner", "-loglevel",
                                   "error"};
  const bool needs_upload = name.ends_with("_vaapi");
  if (needs_upload) argv.insert(argv.end(), {"-vaapi_device", kRenderNode});
  argv.insert(argv.end(),
              {"-f", "lavfi", "-i", "color=size=256x256:rate=25:duration=1", "-frames:v", "1"});
  if (needs_upload) argv.insert(argv.end(), {"-vf", "format=nv12,hwupload"});
  argv.insert(argv.end(), {"-c:v", name, "-f", "null", "-"});
  return argv;
}

bool can_encode(const Encoder& encoder, const std::string& name, process::ProcessRunner& processes,
                const base::Path& folder) {
  process::ProcessSpec spec;
  spec.argv = make_try(encoder, name);
  spec.working_folder = folder;
  spec.devices = list_devices_for(spec.argv);
  spec.stderr_file = folder / "stderr";
  spec.deadline = std::chrono::seconds(30);
  const process::StopSignal stop;
  const auto result = processes.run(spec, {}, stop);
  return result && result->exit_code == 0;
}

}  // namespace

bool has_encoding_device(const base::Path& root) {
  if (find_gpu(root).is_present) return true;
  std::error_code ignored;
  return std::ranges::any_of(
      std::to_array({"dev/video0", "dev/video10", "dev/video11"}),
      [&](const char* node) { return std::filesystem::exists(root / node, ignored); });
}

std::set<std::string> list_software_encoders(const Encoder& encoder) {
  std::set<std::string> names = encoder.encoders;
  std::erase_if(names, [](const std::string& name) { return retry::is_hardware_codec(name); });
  return names;
}

std::set<std::string> find_working_encoders(const Encoder& encoder,
                                            process::ProcessRunner& processes,
                                            const base::Path& folder, const base::Path& root) {
  std::set<std::string> names = list_software_encoders(encoder);
  if (!has_encoding_device(root) || !base::make_directories(folder)) return names;
  for (const std::string& name : encoder.encoders)
    if (!names.contains(name) && can_encode(encoder, name, processes, folder)) names.insert(name);
  (void)base::remove_tree(folder);
  return names;
}

}  // namespace mpegflow::worker
