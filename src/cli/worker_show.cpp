#include <fmt/format.h>

#include "base/text.h"
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
    pairs.emplace_back("quarantined until", base::to_rfc3339(host.quarantine->until));
    pairs.emplace_back("because", host.quarantine->why);
    pairs.emplace_back("end it", "mpegflow worker release " + host.name);
  } else {
    pairs.emplace_back("quarantined until", "");
  }
  for (const std::string& pool : host.pools) pairs.emplace_back("pool", pool);
  for (const store::SessionRow& session : host.sessions)
    pairs.emplace_back("process", fmt::format("{}, since {}, last seen {} ago", session.pid,
                                              base::to_rfc3339(session.started).substr(0, 19),
                                              base::to_human(now - session.last_seen)));
  for (const store::HostFailureRow& failure : host.failures)
    pairs.emplace_back("failed",
                       fmt::format("job {} by {} at {}", failure.job.value, failure.reason,
                                   base::to_rfc3339(failure.failed).substr(0, 19)));
  return to_key_values(pairs);
}

}  // namespace

ExitCode worker_show(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->list_hosts());
  for (const auto& entry : base::array_or(record, "hosts")) {
    const HostPicture host = records::parse_host(entry.get_object());
    if (host.name != arguments.host) continue;
    if (arguments.wants_json) print_record(context, entry);
    else *context.out.stream << make_text(host, context.clock->now());
    return ExitCode::done;
  }
  return report_error(
      context, arguments,
      {base::ErrorCode::not_found,
       fmt::format("there is no host \"{}\" at work; mpegflow worker list shows those there are",
                   base::to_printable(arguments.host))});
}

}  // namespace mpegflow::cli
