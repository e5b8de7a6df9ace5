#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/host_picture.h"
#include "cli/output.h"
#include "cli/table.h"

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
    table.add({host.name, is_out ? "quarantined" : "working",
               fmt::format("{}", host.sessions.size()), fmt::format("{}", host.leases),
               seen ? base::to_human(now - *seen) + " ago" : "-", join(host.pools),
               is_out ? host.quarantine->why : "-"});
  }
  return table.to_text(width);
}

}  // namespace

ExitCode worker_list(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  ASSIGN_OR_REPORT(const auto hosts, find_hosts(*store));
  const base::WallTime now = context.clock->now();
  if (arguments.wants_json) {
    base::json::array records;
    for (const HostPicture& host : hosts) records.push_back(to_record(host, now));
    print_record(context, base::json::object{{"hosts", records}});
  } else if (hosts.empty()) {
    *context.out.stream << "no workers\n";
  } else {
    *context.out.stream << make_table(hosts, now, static_cast<std::size_t>(find_width(context)));
  }
  return ExitCode::done;
}

}  // namespace mpegflow::cli
