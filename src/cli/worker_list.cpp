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
    const bool is_out = is_quarantined(host, now);
    const auto seen = last_seen(host);
    table.add({host.name,
               is_out             ? "quarantined"
               : host.is_draining ? "draining"
                                  : "working",
               fmt::format("{}", host.sessions.size()), fmt::format("{}", host.leases),
               seen ? base::to_human(now - *seen) + " ago" : "-", join(host.pools),
               is_out ? host.quarantine->why : "-"});
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
