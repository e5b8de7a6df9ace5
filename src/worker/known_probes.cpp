#include "worker/known_probes.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/sha256.h"
#include "protocol/input_identity.h"

namespace mpegflow::worker {
namespace {

constexpr base::Micros kFresh = std::chrono::seconds(2);

void leave_half(const base::Path& folder, std::size_t most) {
  std::vector<std::pair<std::filesystem::file_time_type, base::Path>> files;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    files.emplace_back(at->last_write_time(ignored), at->path());
  }
  if (files.size() < most) return;
  std::ranges::sort(files);
  files.resize(files.size() - most / 2);
  for (const auto& [time, path] : files) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
  }
}

}  // namespace

base::Path KnownProbes::path_of(const base::FileIdentity& file) const {
  return folder_ / (base::Sha256::hex_of(revision_.value + protocol::to_text(file)) + ".json");
}

std::optional<probe::InputRecord> KnownProbes::find(const base::FileIdentity& file) const {
  if (folder_.empty()) return std::nullopt;
  const auto text = base::read_file(path_of(file));
  if (!text) return std::nullopt;
  const auto value = base::parse_json(*text, "what ffprobe said");
  if (!value || !value->is_object() || !value->get_object().contains("probe")) return std::nullopt;
  return probe::parse_input_record(value->get_object());
}

void KnownProbes::keep(const base::FileIdentity& file, const probe::InputRecord& record) const {
  if (folder_.empty() || clock_.now().us - file.mtime_ns / 1000 < kFresh.count()) return;
  if (!base::make_directories(folder_)) return;
  leave_half(folder_, kMost);
  (void)base::write_file_durably(path_of(file), base::to_canonical_json(probe::to_json(record)));
}

}  // namespace mpegflow::worker
