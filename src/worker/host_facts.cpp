#include "worker/host_facts.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <thread>

#include <sys/sysinfo.h>

#include "base/room.h"
#include "base/text.h"
#include "core/plan/rare_names.h"
#include "worker/capabilities.h"
#include "worker/hardware_encoders.h"

namespace mpegflow::worker {
namespace {

template <class Names>
base::json::array to_array(const Names& names) {
  base::json::array array;
  for (const std::string& name : names) array.emplace_back(name);
  return array;
}

/// Of the many flags those that decide how fast an encoder is.
base::json::array find_cpu_features() {
  const std::string text = base::read_file("/proc/cpuinfo").value_or("");
  const std::size_t at = text.find("\nflags");
  const std::string line =
      at == std::string::npos ? "" : text.substr(at, text.find('\n', at + 1) - at);
  const std::vector<std::string> flags = base::split(line, ' ');
  base::json::array features;
  for (const char* name : {"sse4_2", "avx", "avx2", "avx512f", "sha_ni"})
    if (std::ranges::find(flags, name) != flags.end()) features.emplace_back(name);
  return features;
}

base::json::array find_devices() {
  base::json::array devices;
  std::error_code ignored;
  for (const char* path : {"/dev/dri/renderD128", "/dev/nvidia0", "/dev/nvidiactl"})
    if (std::filesystem::exists(path, ignored)) devices.emplace_back(path);
  return devices;
}

/// Of the machine, or what a cgroup leaves of it.
std::int64_t count_memory(const process::ProcessRunner& processes) {
  struct sysinfo info {};
  const std::int64_t limit = processes.find_memory_limit();
  if (::sysinfo(&info) != 0) return limit;
  const auto all =
      static_cast<std::int64_t>(info.totalram) * static_cast<std::int64_t>(info.mem_unit);
  return limit > 0 ? std::min(limit, all) : all;
}

/// "on" where a process of FFmpeg sees nothing but what it is given, today and tomorrow.
base::json::array find_sandbox(process::ProcessRunner& processes) {
  if (!processes.hold_to_sandbox()) return {};
  return {"on"};
}

/// Filters of hardware are nothing without it.
std::set<std::string> list_filters(const Encoder& encoder) {
  std::set<std::string> names = encoder.filters;
  if (!has_encoding_device())
    std::erase_if(names, [](const std::string& name) { return plan::is_hardware_filter(name); });
  return names;
}

/// The names of these lists, as far as they could be had: who says nothing of a list may have all.
void add_lists(CapabilityLists lists, base::json::object& facts) {
  if (!has_encoding_device())
    std::erase_if(lists["decoders"],
                  [](const std::string& name) { return plan::is_hardware_decoder(name); });
  for (const char* list : {"decoders", "muxers", "fonts"})
    if (!lists[list].empty()) facts[list] = to_array(lists[list]);
}

}  // namespace

base::json::object find_host_facts(const Encoder& encoder, process::ProcessRunner& processes,
                                   const base::Path& folder) {
  const std::set<std::string> encoders =
      find_working_encoders(encoder, processes, folder / "tries");
  base::json::object facts = {
      {"cores", static_cast<std::int64_t>(std::max(1U, std::thread::hardware_concurrency()))},
      {"memory_bytes", count_memory(processes)},
      {"disk_free_bytes", base::find_room(folder).value_or(base::Room()).free_bytes},
      {"cpu_features", find_cpu_features()},
      {"devices", find_devices()},
      {"encoders", to_array(encoders)},
      {"filters", to_array(list_filters(encoder))},
      {"sandbox", find_sandbox(processes)},
      {"ffmpeg_version", encoder.version}};
  // Who only publishes has no FFmpeg, and none of what one has.
  if (encoder.ffmpeg.empty())
    for (const char* list : {"decoders", "muxers", "fonts", "sandbox"})
      facts[list] = base::json::array();
  else add_lists(find_capabilities(encoder, processes, folder / "questions"), facts);
  return facts;
}

base::json::object find_rare_facts(const Encoder& encoder, process::ProcessRunner& processes,
                                   const base::Path& folder, Fonts fonts) {
  const auto leave_rare = [](auto& names, bool (*is_rare)(std::string_view)) {
    std::erase_if(names, [is_rare](const std::string& name) { return !is_rare(name); });
  };
  std::set<std::string> filters = list_filters(encoder);
  leave_rare(filters, plan::is_rare_filter);
  CapabilityLists lists = fonts == Fonts::asked ? find_capabilities(encoder, processes, folder)
                                                : find_lists(encoder, processes, folder);
  base::json::object facts{{"filters", to_array(filters)}};
  if (!has_encoding_device()) facts["encoders"] = to_array(list_software_encoders(encoder));
  const auto leave_rare_of = [&](const char* list, bool (*is_rare)(std::string_view)) {
    if (lists[list].empty()) return;
    facts[list] = base::json::array();  // none of them is something that is known, too
    leave_rare(lists[list], is_rare);
  };
  leave_rare_of("decoders", plan::is_rare_decoder);
  leave_rare_of("muxers", plan::is_rare_muxer);
  add_lists(std::move(lists), facts);
  return facts;
}

}  // namespace mpegflow::worker
