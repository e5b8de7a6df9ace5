#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/table.h"

namespace mpegflow::cli {
namespace {

using Settings = std::vector<std::pair<std::string_view, Setting>>;

Settings list_all(const Context& context) {
  Settings all;
  for (const auto& [name, setting] : list_settings(context.config))
    all.emplace_back(name, *setting);
  for (auto& one : list_settings(context.server, context.environment))
    all.push_back(std::move(one));
  return all;
}

base::json::object make_record(const Settings& all, const std::vector<ConfigFault>& faults) {
  base::json::array settings, fault_records;
  for (const auto& [name, setting] : all)
    settings.push_back(base::json::object{
        {"name", name},
        {"value", setting.text.empty() ? base::json::value(nullptr)
                                       : base::json::value(base::to_printable(setting.text))},
        {"origin", to_word(setting.origin)},
        {"source",
         setting.source.empty() ? base::json::value(nullptr) : base::json::value(setting.source)}});
  for (const ConfigFault& fault : faults)
    fault_records.push_back(
        base::json::object{{"setting", fault.setting}, {"message", fault.message}});
  return {{"settings", settings}, {"faults", fault_records}};
}

}  // namespace

ExitCode config_show(const Arguments& arguments, Context& context) {
  std::vector<ConfigFault> faults = context.config.validate();
  std::ranges::move(find_faults(context.server, context.config), std::back_inserter(faults));
  const Settings settings = list_all(context);
  if (arguments.wants_json) {
    print_record(context, make_record(settings, faults));
  } else {
    Table table({{"SETTING"}, {"VALUE", Align::left, true}, {"ORIGIN"}});
    for (const auto& [name, setting] : settings)
      table.add({std::string(name), setting.text.empty() ? "-" : setting.text,
                 setting.source.empty()
                     ? std::string(to_word(setting.origin))
                     : std::string(to_word(setting.origin)) + " " + setting.source});
    *context.out.stream << table.to_text(static_cast<std::size_t>(find_width(context)));
    for (const ConfigFault& fault : faults) *context.err.stream << fault.message << "\n";
  }
  return faults.empty() ? ExitCode::done : ExitCode::misconfigured;
}

}  // namespace mpegflow::cli
