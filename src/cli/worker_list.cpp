#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/host_picture.h"
#include "cli/output.h"
#include "cli/table.h"
#include "records/parse_records.h"

namespace mpegflow::cli {
namespace {

std::string join(const std::set<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text.empty() ? "-" : text;
}

/// What it gets no tasks for, or that it works.
std::string find_state(const std::string& idle_reason) {
  return idle_reason.empty() ? "working" : idle_reason;
}

std::string tell_why(const HostPicture& host, const std::string& idle_reason) {
  if (idle_reason == "quarantined") return host.quarantine->why;
  if (idle_reason == "disk_full") return "it takes no tasks until its disk has room (--min-free)";
  if (idle_reason == "draining") return "it takes no more tasks, and ends when it has done these";
  return "-";
}

std::string make_table(const std::vector<HostPicture>& hosts, base::WallTime now,
                       std::size_t width) {
  Table table({{"HOST"},
               {"STATE"},
               {"PROCESSES", Align::right},
               {"TASKS", Align::right},
               {"LAST SEEN"},
               {"POOLS"},
               {"WHY", Align::left, true}});
  for (const HostPicture& host : hosts) {
    const std::string idle_reason = find_idle_reason(host, now);
    const auto seen = last_seen(host);
    table.add({host.name, find_state(idle_reason), fmt::format("{}", host.sessions.size()),
               fmt::format("{}", host.leases), seen ? base::to_human(now - *seen) + " ago" : "-",
               join(host.pools), tell_why(host, idle_reason)});
  }
  return table.to_text(width);
}

}  // namespace

ExitCode worker_list(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->list_hosts());
  if (arguments.wants_json) {
    print_record(context, record);
    return ExitCode::done;
  }
  const auto hosts = records::parse_list(record, "hosts", records::parse_host);
  if (hosts.empty()) *context.out.stream << "no workers\n";
  else
    *context.out.stream << make_table(hosts, context.clock->now(),
                                      static_cast<std::size_t>(find_width(context)));
  return ExitCode::done;
}

}  // namespace mpegflow::cli
