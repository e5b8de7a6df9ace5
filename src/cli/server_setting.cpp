#include "cli/server_setting.h"

#include <fmt/format.h>

#include "base/text.h"

namespace mpegflow::cli {
namespace {

Setting choose_setting(const std::optional<std::string>& flag, const char* flag_name,
                       const Environment& environment, const char* variable) {
  if (flag) return {*flag, Origin::flag, flag_name};
  const auto found = environment.find(variable);
  if (found == environment.end() || found->second.empty()) return {};
  return {found->second, Origin::environment, variable};
}

}  // namespace

ServerAddress ServerSetting::address() const {
  return parse_server(server.text).value_or(ServerAddress());
}

ServerSetting choose_server(const Environment& environment, const ServerFlags& flags,
                            const Config& config, const base::Path& working_directory) {
  ServerSetting setting;
  setting.server = choose_setting(flags.server, "--server", environment, "MPEGFLOW_URL");
  if (setting.server.origin == Origin::environment && config.state_directory.origin == Origin::flag)
    setting.server = {};
  setting.key_file = choose_setting(flags.key_file, "--key-file", environment, "MPEGFLOW_KEY_FILE");
  if (!setting.key_file.text.empty())
    setting.key_file.text = (working_directory / setting.key_file.text).native();
  return setting;
}

std::vector<ConfigFault> find_faults(const ServerSetting& setting, const Config& config) {
  std::vector<ConfigFault> faults;
  if (setting.server.origin == Origin::flag && config.state_directory.origin == Origin::flag)
    faults.push_back({"server", Origin::flag,
                      "--server asks a server and --state this machine: give one of them"});
  if (setting.is_there() && !parse_server(setting.server.text))
    faults.push_back({"server", setting.server.origin,
                      fmt::format("{}: \"{}\" does not do; expected http:// or https:// with a "
                                  "name and a port, as in https://host:8443, or unix:///path",
                                  setting.server.source, base::to_printable(setting.server.text))});
  return faults;
}

}  // namespace mpegflow::cli
