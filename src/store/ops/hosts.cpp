#include "store/ops/hosts.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "core/queue/quarantine.h"
#include "store/ops/holder.h"
#include "store/ops/ops_internal.h"
#include "store/reads.h"

namespace mpegflow::store {
namespace {

constexpr std::size_t kLongestReason = 256;

base::Result<queue::QuarantinePolicy> load_policy(Session& session) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("get_meta", {"quarantine"}));
  if (rows.empty()) return queue::QuarantinePolicy{};
  ASSIGN_OR_RETURN(const auto record, base::parse_json(rows.front().text(0), "quarantine policy"));
  return queue::parse_quarantine_policy(record.is_object() ? record.get_object()
                                                           : base::json::object{});
}

base::Result<std::string> find_host(Session& session, const Claim& claim) {
  ASSIGN_OR_RETURN(const Rows rows,
                   session.run("host_of_attempt", {claim.task.value, claim.fence, claim.id.value}));
  return rows.empty() ? std::string() : rows.front().text(0);
}

base::Result<std::int64_t> count_in_a_row(Session& session, const std::string& host,
                                          const queue::QuarantinePolicy& policy) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("failures_in_a_row",
                                                {host, session.now().us - policy.memory.count()}));
  return static_cast<std::int64_t>(rows.size());
}

base::Result<void> clear_hosts_of_suspect(Session& session, const base::JobId& job,
                                          const Rows& hosts,
                                          const queue::QuarantinePolicy& policy) {
  RETURN_IF_ERROR(session.run("end_row_of_job", {job.value}));
  for (const Row& row : hosts) {
    ASSIGN_OR_RETURN(const std::int64_t left, count_in_a_row(session, row.text(0), policy));
    if (left < policy.jobs) RETURN_IF_ERROR(session.run("forgive_host", {row.text(0)}));
  }
  return {};
}

/// What a server puts into its own folders, nobody else can.
bool only_publishes(const ClaimTasks& op) {
  return std::ranges::all_of(op.pools, [](const std::string& pool) { return pool == "deliver"; });
}

base::Result<void> check_reason(const std::string& why) {
  if (why.size() <= kLongestReason && base::is_valid_utf8(why)) return {};
  return base::fail(base::ErrorCode::invalid_argument,
                    fmt::format("a reason is at most {} bytes of UTF-8", kLongestReason));
}

base::Result<void> refuse_claim(const QuarantineRow& quarantine) {
  const std::string end = quarantine.until ? "before " + base::to_rfc3339(*quarantine.until)
                                           : "until mpegflow worker release " + quarantine.host;
  return base::fail(
      base::ErrorCode::quarantined,
      fmt::format("host {} gets no tasks {}: {}", quarantine.host, end, quarantine.why));
}

}  // namespace

base::Result<void> note_host_failure(Session& session, const Claim& claim, const base::JobId& job,
                                     std::string_view reason) {
  ASSIGN_OR_RETURN(const std::string host, find_host(session, claim));
  if (host.empty()) return {};
  ASSIGN_OR_RETURN(const auto policy, load_policy(session));
  const std::int64_t now = session.now().us;
  const std::int64_t since = now - policy.memory.count();
  RETURN_IF_ERROR(session.run("prune_host_failures", {host, since}));
  RETURN_IF_ERROR(session.run("note_host_failure", {host, job.value, std::string(reason), now}));
  ASSIGN_OR_RETURN(const std::int64_t in_a_row, count_in_a_row(session, host, policy));
  ASSIGN_OR_RETURN(const Rows hosts, session.run("hosts_failed_by_job", {job.value, since}));
  switch (queue::find_suspect(policy, in_a_row, static_cast<std::int64_t>(hosts.size()))) {
    case queue::Suspect::nobody: return {};
    case queue::Suspect::job: return clear_hosts_of_suspect(session, job, hosts, policy);
    case queue::Suspect::host: break;
  }
  return session
      .run("set_quarantine",
           {host, now, now + policy.duration.count(),
            fmt::format("{} different jobs failed here in a row, the last by {}", in_a_row, reason),
            ""})
      .map([](const Rows&) {});
}

base::Result<void> note_host_success(Session& session, const Claim& claim) {
  ASSIGN_OR_RETURN(const std::string host, find_host(session, claim));
  ASSIGN_OR_RETURN(const auto ended, session.change("end_row_of_host", {host}));
  if (ended == 0) return {};
  return session.run("forgive_host", {host}).map([](const Rows&) {});
}

base::Result<void> check_quarantine(Session& session, const ClaimTasks& op) {
  if (!op.only_job.empty()) return {};
  ASSIGN_OR_RETURN(const Holder* holder, find_holder(session, op.session));
  if (holder == nullptr) return {};
  const std::string& host = holder->host;
  ASSIGN_OR_RETURN(const Rows found, session.run("quarantine_of_host", {host}));
  if (found.empty()) return {};
  const QuarantineRow quarantine = to_quarantine(found.front());
  if (!quarantine.until)
    return only_publishes(op) ? base::Result<void>() : refuse_claim(quarantine);
  const std::int64_t now = session.now().us;
  if (quarantine.until->us <= now) return {};
  ASSIGN_OR_RETURN(const auto policy, load_policy(session));
  for (const std::string& pool : op.pools) {
    ASSIGN_OR_RETURN(
        const Rows others,
        session.run("other_hosts_of_pool", {pool, host, now - policy.silence.count(), now}));
    if (others.empty()) return {};
  }
  return refuse_claim(quarantine);
}

base::Result<QuarantineHost::Answer> run_op(Session& session, const QuarantineHost& op) {
  if (op.why.empty())
    return base::fail(base::ErrorCode::invalid_argument,
                      "why does the host get no tasks? It is kept on record with who says so");
  RETURN_IF_ERROR(check_reason(op.why));
  RETURN_IF_ERROR(session.run("set_quarantine",
                              {op.host, session.now().us, std::numeric_limits<std::int64_t>::max(),
                               op.why, op.changed_by}));
  RETURN_IF_ERROR(record_change(session, "host " + op.host, op.changed_by,
                                {{"quarantined", true}, {"why", op.why}}));
  return QuarantineHost::Answer{};
}

base::Result<ReleaseHost::Answer> run_op(Session& session, const ReleaseHost& op) {
  RETURN_IF_ERROR(check_reason(op.why));
  RETURN_IF_ERROR(session.run("end_row_of_host", {op.host}));
  ASSIGN_OR_RETURN(const Rows released, session.run("delete_quarantine", {op.host}));
  base::json::object change{{"quarantined", false}};
  if (!op.why.empty()) change["why"] = op.why;
  RETURN_IF_ERROR(record_change(session, "host " + op.host, op.changed_by, change));
  return ReleaseHost::Answer{!released.empty()};
}

}  // namespace mpegflow::store
