#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/host_picture.h"
#include "cli/output.h"
#include "cli/table.h"
#include "records/parse_records.h"

namespace mpegflow::cli {
namespace {

std::string make_text(const HostPicture& host, base::WallTime now) {
  std::vector<std::pair<std::string, std::string>> pairs = {{"host", host.name}};
  if (is_quarantined(host, now)) {
    pairs.emplace_back("quarantined until", host.quarantine->until
                                                ? base::to_rfc3339(*host.quarantine->until)
                                                : "it is released");
    pairs.emplace_back("because", host.quarantine->why);
    pairs.emplace_back("says", host.quarantine->set_by);
    pairs.emplace_back("end it", "mpegflow worker release " + host.name);
  } else {
    pairs.emplace_back("quarantined until", "");
  }
  if (const std::string reason = find_idle_reason(host, now);
      !reason.empty() && reason != "quarantined")
    pairs.emplace_back("takes no tasks", reason);
  for (const std::string& pool : host.pools) pairs.emplace_back("pool", pool);
  for (const store::SessionRow& session : host.sessions)
    pairs.emplace_back("process",
                       fmt::format("{}, since {}, last seen {} ago, worker {}", session.pid,
                                   base::to_rfc3339(session.started).substr(0, 19),
                                   base::to_human(now - session.last_seen), session.id.value));
  for (const store::HostFailureRow& failure : host.failures)
    pairs.emplace_back("failed",
                       fmt::format("job {} by {} at {}", failure.job.value, failure.reason,
                                   base::to_rfc3339(failure.failed).substr(0, 19)));
  for (const store::LimitChange& change : host.changes)
    pairs.emplace_back("changed",
                       fmt::format("{} by {}: {}", base::to_rfc3339(change.at).substr(0, 19),
                                   change.changed_by, change.change));
  return to_key_values(pairs);
}

}  // namespace

ExitCode worker_show(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->show_host(arguments.host));
  if (arguments.wants_json) print_record(context, record);
  else *context.out.stream << make_text(records::parse_host(record), context.clock->now());
  return ExitCode::done;
}

}  // namespace mpegflow::cli
