#include "store/sqlite/state_directory.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include <linux/magic.h>
#include <sys/file.h>
#include <sys/vfs.h>

#include <fmt/format.h>

#include "base/text.h"
#include "store/sql/embedded.h"

namespace mpegflow::store {
namespace {

struct NetworkFileSystem {
  std::uint32_t magic;
  std::string_view name;
};
// Numbers from statfs(2).
constexpr std::array<NetworkFileSystem, 7> kNetworkFileSystems = {{{0x6969, "NFS"},
                                                                   {0x517b, "SMB"},
                                                                   {0xff534d42, "CIFS"},
                                                                   {0xfe534d42, "SMB2"},
                                                                   {0x00c36400, "Ceph"},
                                                                   {0x01021997, "9P"},
                                                                   {0x5346414f, "AFS"}}};

}  // namespace

base::Result<void> prepare_state_directory(const base::Path& directory) {
  if (auto made = base::make_directories(directory); !made)
    return base::fail(made.error().code == base::ErrorCode::disk_full
                          ? base::ErrorCode::disk_full
                          : base::ErrorCode::state_unusable,
                      fmt::format("the state directory cannot be made: {}", made.error().message));
  struct statfs info {};
  if (statfs(directory.c_str(), &info) != 0)
    return tl::unexpected(
        base::make_file_error(errno, "look at", directory, base::ErrorCode::state_unusable));
  const auto magic = static_cast<std::uint32_t>(info.f_type);
  for (const auto& one : kNetworkFileSystems)
    if (one.magic == magic)
      return base::fail(
          base::ErrorCode::state_unusable,
          fmt::format("the state directory {} is on a network file system ({}), where the "
                      "database's log cannot be shared safely; name a local one with --state",
                      base::to_printable(directory.native()), one.name));
  return {};
}

base::Result<void> migrate(Connection& connection, const base::Path& path) {
  const auto ours = static_cast<std::int64_t>(sql::migrations().size());
  ASSIGN_OR_RETURN(const std::int64_t version, connection.read_number("PRAGMA user_version"));
  if (version > ours)
    return base::fail(
        base::ErrorCode::state_newer,
        fmt::format("the state in {} was written by a newer mpegflow (its version {}, ours {}); "
                    "use that one, or name another directory with --state",
                    base::to_printable(path.native()), version, ours));
  for (std::int64_t next = version; next < ours; ++next) {
    const std::string_view text = sql::migrations()[static_cast<std::size_t>(next)];
    RETURN_IF_ERROR(connection.script("BEGIN IMMEDIATE"));
    auto done = connection.script(sql::for_dialect(text, "sqlite") +
                                  fmt::format(";PRAGMA user_version={}", next + 1));
    if (done) done = connection.script("COMMIT");
    if (!done) {
      (void)connection.script("ROLLBACK");
      return done;
    }
  }
  return {};
}

base::Result<BootClock> BootClock::start(Connection& connection, const base::Clock& clock,
                                         const std::string& boot_id) {
  ASSIGN_OR_RETURN(const Rows boots, connection.run("get_meta", {"clock_boot"}));
  ASSIGN_OR_RETURN(const Rows offsets, connection.run("get_meta", {"clock_offset_us"}));
  // Without a boot id nobody can tell whether the steady clock began anew.
  const bool is_same_boot =
      !boot_id.empty() && !boots.empty() && !offsets.empty() && boots.front().text(0) == boot_id;
  if (is_same_boot)
    return BootClock(clock, std::strtoll(offsets.front().text(0).c_str(), nullptr, 10));
  ASSIGN_OR_RETURN(const std::int64_t last,
                   connection.read_number("SELECT COALESCE(MAX(last_seen_us), 0) FROM session"));
  const std::int64_t start = std::max(clock.now().us, last + 1);
  const std::int64_t offset = start - clock.steady().us;
  // Both or none: this boot's id with another boot's offset would be believed until the next boot.
  RETURN_IF_ERROR(connection.script("BEGIN IMMEDIATE"));
  base::Result<Rows> written =
      connection.run("set_meta", {"clock_offset_us", std::to_string(offset)});
  if (written) written = connection.run("set_meta", {"clock_boot", boot_id});
  const base::Result<void> ended = connection.script(written ? "COMMIT" : "ROLLBACK");
  if (!written) return tl::unexpected(written.error());
  RETURN_IF_ERROR(ended);
  return BootClock(clock, offset);
}

base::Result<WriteLock> WriteLock::take(int fd, const base::Path& path) {
  if (fd < 0) return WriteLock(-1);
  while (flock(fd, LOCK_EX) != 0)
    if (errno != EINTR) return tl::unexpected(base::make_file_error(errno, "lock", path));
  return WriteLock(fd);
}

WriteLock::~WriteLock() {
  if (fd_ >= 0) flock(fd_, LOCK_UN);
}

}  // namespace mpegflow::store
