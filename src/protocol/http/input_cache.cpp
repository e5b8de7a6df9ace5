#include "protocol/http/input_cache.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/sha256.h"

namespace mpegflow::protocol {
namespace {

// Whoever asked for a copy may not have opened it yet.
constexpr base::Micros kUntouchable = std::chrono::minutes(10);

std::string id_of(const AssignedInput& input) {
  return base::Sha256::hex_of(input.uri + "\n" + input.identity);
}

}  // namespace

base::Result<InputCache::Copy> InputCache::fetch(const AssignedInput& input) {
  const std::string id = id_of(input);
  {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return !under_way_.contains(id); });
    if (const auto found = copies_.find(id); found != copies_.end()) {
      found->second.used = clock_.steady();
      return found->second;
    }
    under_way_.insert(id);
    make_room();
  }
  auto copy = download(input, options_.folder / id);
  {
    const std::scoped_lock lock(mutex_);
    under_way_.erase(id);
    if (copy) copies_[id] = *copy;
  }
  arrived_.notify_all();
  return copy;
}

base::Result<InputCache::Copy> InputCache::download(const AssignedInput& input,
                                                    const base::Path& path) {
  RETURN_IF_ERROR(base::make_directories(path.parent_path()));
  const auto hash = files_.get("/v1/worker/inputs/" + input.place, path);
  base::Result<Copy> copy = tl::unexpected(base::Error{});
  if (!hash) copy = tl::unexpected(hash.error());
  else if (input.sha256 && *input.sha256 != *hash)
    copy = base::fail(base::ErrorCode::input_changed,
                      fmt::format("input {} came with sha256 {}, and the job knows it with {}",
                                  input.key, *hash, *input.sha256));
  else if (const auto identity = base::identify_file(path))
    copy = Copy{path, *hash, identity->size, clock_.steady()};
  else copy = tl::unexpected(identity.error());
  std::error_code ignored;
  if (!copy) std::filesystem::remove(path, ignored);
  return copy;
}

/// With the mutex held.
void InputCache::make_room() {
  std::int64_t size = 0;
  for (const auto& [id, copy] : copies_) size += copy.size;
  while (size > options_.most_bytes) {
    const auto oldest =
        std::ranges::min_element(copies_, {}, [](const auto& entry) { return entry.second.used; });
    if (clock_.steady() - oldest->second.used < kUntouchable) return;
    size -= oldest->second.size;
    std::error_code ignored;
    std::filesystem::remove(oldest->second.path, ignored);
    copies_.erase(oldest);
  }
}

}  // namespace mpegflow::protocol
