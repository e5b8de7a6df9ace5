#include "records/host_picture.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "records/records.h"
#include "store/reads.h"

namespace mpegflow::records {
namespace {

constexpr std::int64_t kShownChanges = 20;

bool has_worker(const HostPicture& host, const std::string& start_of_id) {
  return std::ranges::any_of(host.sessions, [&](const store::SessionRow& session) {
    return session.id.value.starts_with(start_of_id);
  });
}

/// Whether another worker of the host takes tasks of one of its pools.
bool has_stand_in(const HostPicture& host, const store::SessionRow& paused) {
  const auto pools_of = [&](const store::SessionRow& session) -> std::vector<std::string> {
    const auto found = host.pools_of.find(session.id.value);
    return found == host.pools_of.end() ? std::vector<std::string>() : found->second;
  };
  const std::vector<std::string> wanted = pools_of(paused);
  return std::ranges::any_of(host.sessions, [&](const store::SessionRow& other) {
    return other.pause == queue::Pause::none &&
           std::ranges::any_of(pools_of(other), [&](const std::string& pool) {
             return std::ranges::find(wanted, pool) != wanted.end();
           });
  });
}

}  // namespace

base::Result<std::vector<HostPicture>> find_hosts(store::Store& store) {
  std::map<std::string, HostPicture> hosts;
  ASSIGN_OR_RETURN(const auto sessions, store::list_open_sessions(store));
  for (const store::SessionRow& session : sessions) {
    HostPicture& host = hosts[session.host];
    ASSIGN_OR_RETURN(const auto pools, store::list_pools_of_session(store, session.id));
    host.pools.insert(pools.begin(), pools.end());
    host.pools_of[session.id.value] = pools;
    ASSIGN_OR_RETURN(const auto leases, store::list_leases_of_session(store, session.id));
    host.leases_of[session.id.value] = std::ssize(leases);
    host.leases += std::ssize(leases);
    host.sessions.push_back(session);
  }
  ASSIGN_OR_RETURN(const auto quarantines, store::list_quarantines(store));
  for (const store::QuarantineRow& quarantine : quarantines)
    hosts[quarantine.host].quarantine = quarantine;
  std::vector<HostPicture> pictures;
  for (auto& [name, host] : hosts) {
    host.name = name;
    ASSIGN_OR_RETURN(host.failures, store::list_failures_in_a_row(store, name));
    ASSIGN_OR_RETURN(host.changes, store::list_limit_changes(store, "host " + name, kShownChanges));
    pictures.push_back(std::move(host));
  }
  return pictures;
}

base::Result<HostPicture> find_named_host(const std::vector<HostPicture>& hosts,
                                          const std::string& word) {
  const auto host = std::ranges::find(hosts, word, &HostPicture::name);
  if (host != hosts.end()) return *host;
  const std::string shown = base::to_printable(word.substr(0, 200));
  std::vector<const HostPicture*> found;
  for (const HostPicture& one : hosts)
    if (!word.empty() && has_worker(one, word)) found.push_back(&one);
  if (found.size() > 1)
    return base::fail(
        base::ErrorCode::invalid_argument,
        fmt::format("workers of several hosts start with \"{}\"; write more of the id", shown));
  if (found.size() == 1) return *found.front();
  return base::fail(
      base::ErrorCode::not_found,
      fmt::format("there is no host \"{}\" at work; mpegflow worker list shows those there are",
                  shown));
}

base::Result<std::string> name_host(const std::vector<HostPicture>& hosts,
                                    const std::string& word) {
  const auto found = find_named_host(hosts, word);
  if (!found && found.error().code == base::ErrorCode::not_found) return word;
  return found.map([](const HostPicture& host) { return host.name; });
}

bool is_quarantined(const HostPicture& host, base::WallTime now) {
  return host.quarantine && (!host.quarantine->until || *host.quarantine->until > now);
}

std::string find_idle_reason(const HostPicture& host, base::WallTime now) {
  if (is_quarantined(host, now)) return "quarantined";
  if (host.is_draining) return "draining";
  for (const auto pause : {queue::Pause::disk_full, queue::Pause::draining})
    for (const store::SessionRow& session : host.sessions)
      if (session.pause == pause && !has_stand_in(host, session))
        return std::string(to_word(pause));
  return "";
}

std::optional<base::WallTime> last_seen(const HostPicture& host) {
  std::optional<base::WallTime> latest;
  for (const store::SessionRow& session : host.sessions)
    if (!latest || session.last_seen > *latest) latest = session.last_seen;
  return latest;
}

base::json::object to_record(const HostPicture& host, base::WallTime now) {
  base::json::array pools;
  for (const std::string& pool : host.pools) pools.emplace_back(pool);
  base::json::object record{{"host", host.name},
                            {"quarantined", is_quarantined(host, now)},
                            {"draining", host.is_draining},
                            {"idle_reason", text_or_null(find_idle_reason(host, now))},
                            {"pools", pools},
                            {"leases", host.leases},
                            {"sessions", to_records(host.sessions)},
                            {"failures_in_a_row", to_records(host.failures)},
                            {"changes", to_records(host.changes)}};
  add_time(record, "last_seen", last_seen(host));
  record["quarantine"] = is_quarantined(host, now) ? base::json::value(to_record(*host.quarantine))
                                                   : base::json::value(nullptr);
  return record;
}

}  // namespace mpegflow::records
