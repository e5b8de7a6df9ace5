#include "worker/capabilities.h"

#include <array>

#include "base/json.h"
#include "core/encode/capability_lists.h"

namespace mpegflow::worker {
namespace {

constexpr std::array<std::string_view, 8> kLists = {
    "encoders", "decoders", "filters", "muxers", "demuxers", "bsfs", "protocols", "hwaccels"};

base::Path cache_of(const Encoder& encoder) {
  return encoder.cache_folder / ("capabilities-" + encoder.revision.id.value + ".json");
}

CapabilityLists read_cache(const Encoder& encoder) {
  CapabilityLists lists;
  if (encoder.cache_folder.empty()) return lists;
  const auto text = base::read_file(cache_of(encoder));
  if (!text) return lists;
  const auto value = base::parse_json(*text, "capability lists");
  if (!value || !value->is_object()) return lists;
  for (const auto& [list, names] : value->get_object())
    if (const auto* array = names.if_array())
      for (const auto& name : *array)
        if (name.is_string()) lists[std::string(list)].emplace_back(name.get_string());
  return lists;
}

void write_cache(const Encoder& encoder, const CapabilityLists& lists) {
  if (encoder.cache_folder.empty() || lists.empty()) return;
  base::json::object record;
  for (const auto& [list, names] : lists) {
    base::json::array array;
    for (const std::string& name : names) array.emplace_back(name);
    record[list] = std::move(array);
  }
  // Without it they are asked for again.
  if (base::make_directories(encoder.cache_folder))
    (void)base::write_file_durably(cache_of(encoder), base::to_canonical_json(record));
}

std::optional<std::string> ask(process::ProcessRunner& processes, const base::Path& folder,
                               std::vector<std::string> argv) {
  process::ProcessSpec spec;
  spec.argv = std::move(argv);
  spec.working_folder = folder;
  spec.stderr_file = folder / "stderr";
  spec.capture_stdout = true;
  spec.output_limit = 16 << 20;
  spec.deadline = std::chrono::seconds(60);
  const process::StopSignal stop;
  const auto result = processes.run(spec, {}, stop);
  if (!result || result->exit_code != 0) return std::nullopt;
  return result->stdout_text;
}

}  // namespace

CapabilityLists find_lists(const Encoder& encoder, process::ProcessRunner& processes,
                           const base::Path& folder) {
  CapabilityLists lists = read_cache(encoder);
  lists.erase("fonts");
  if (!lists.empty() || !base::make_directories(folder)) return lists;
  for (const std::string_view list : kLists) {
    const auto text =
        ask(processes, folder, {encoder.ffmpeg.native(), "-hide_banner", "-" + std::string(list)});
    if (text) lists[std::string(list)] = encode::parse_capability_list(list, *text);
  }
  write_cache(encoder, lists);
  (void)base::remove_tree(folder);
  return lists;
}

CapabilityLists find_capabilities(const Encoder& encoder, process::ProcessRunner& processes,
                                  const base::Path& folder) {
  CapabilityLists lists = find_lists(encoder, processes, folder);
  if (!base::make_directories(folder)) return lists;
  if (const auto fonts = ask(processes, folder, {"/usr/bin/fc-list", ":", "family"}))
    lists["fonts"] = encode::parse_font_families(*fonts);
  (void)base::remove_tree(folder);
  return lists;
}

}  // namespace mpegflow::worker
