#include "api/running_logs.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>

#include <fmt/format.h>

#include "core/audit/attempt_names.h"

namespace mpegflow::api {

base::Path RunningLogs::file_of(const Wish& wish) const {
  return folder_ / (audit::attempt_name(wish.claim.fence, wish.claim.id) + ".log");
}

std::vector<RunningLogs::Wish>::iterator RunningLogs::find(const store::Claim& claim) {
  return std::ranges::find(wishes_, claim, &Wish::claim);
}

void RunningLogs::forget_old() {
  const base::SteadyTime now = clock_.steady();
  std::erase_if(wishes_, [&](const Wish& wish) {
    if (now - wish.asked <= patience_) return false;
    std::error_code ignored;
    std::filesystem::remove(file_of(wish), ignored);
    return true;
  });
}

base::Result<std::string> RunningLogs::read(const store::Claim& claim) {
  base::Path path;
  std::int64_t size = 0;
  {
    const std::scoped_lock lock(mutex_);
    forget_old();
    auto wish = find(claim);
    if (wish == wishes_.end()) wish = wishes_.insert(wishes_.end(), Wish{claim, {}, 0});
    wish->asked = clock_.steady();
    path = file_of(*wish);
    size = wish->size;
  }
  // Without the lock, which heartbeats take. What is forgotten or begun anew meanwhile is shorter.
  if (size == 0) return std::string();
  auto text = base::read_range(path, 0, size);
  if (!text && text.error().code == base::ErrorCode::not_found) return std::string();
  return text;
}

std::vector<protocol::WantedLog> RunningLogs::list_wanted(
    const std::vector<store::Heartbeat::Running>& running) {
  const std::scoped_lock lock(mutex_);
  forget_old();
  std::vector<protocol::WantedLog> wanted;
  for (const Wish& wish : wishes_)
    if (wish.size < kMost &&
        std::ranges::find(running, wish.claim, &store::Heartbeat::Running::claim) != running.end())
      wanted.push_back({wish.claim, wish.size});
  return wanted;
}

base::Result<std::int64_t> RunningLogs::append(const store::Claim& claim, std::int64_t from,
                                               std::string_view piece) {
  const std::scoped_lock lock(mutex_);
  forget_old();
  const auto wish = find(claim);
  if (wish == wishes_.end() || wish->size >= kMost)
    return base::fail(base::ErrorCode::superseded, "nobody asks for this log any more");
  if (from != wish->size) return wish->size;
  RETURN_IF_ERROR(base::make_directories(folder_));
  const base::Path path = file_of(*wish);
  const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (from == 0 ? O_TRUNC : 0);
  const base::UniqueFd fd(::open(path.c_str(), flags, 0600));
  if (!fd.is_open()) return tl::unexpected(base::make_file_error(errno, "write", path));
  piece = piece.substr(0, static_cast<std::size_t>(kMost - from));
  if (auto written = base::write_all(fd.get(), piece, path); !written) {
    wish->size = 0;  // it may have ended in the middle
    return tl::unexpected(written.error());
  }
  wish->size += static_cast<std::int64_t>(piece.size());
  return wish->size;
}

void RunningLogs::forget(const store::Claim& claim) {
  const std::scoped_lock lock(mutex_);
  const auto wish = find(claim);
  if (wish == wishes_.end()) return;
  std::error_code ignored;
  std::filesystem::remove(file_of(*wish), ignored);
  wishes_.erase(wish);
}

}  // namespace mpegflow::api
