#include "cli/server_setting.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/server_profiles.h"

namespace mpegflow::cli {
namespace {

Setting choose_setting(const std::optional<std::string>& flag, const char* flag_name,
                       const Environment& environment, const char* variable) {
  if (flag) return {*flag, Origin::flag, flag_name};
  const auto found = environment.find(variable);
  if (found == environment.end() || found->second.empty()) return {};
  return {found->second, Origin::environment, variable};
}

void use_profile(const Config& config, const Environment& environment, ServerSetting& setting) {
  const auto home = environment.find("HOME");
  const std::string& name = setting.profile.text;
  const auto found =
      find_server_profile(name, config.servers.text,
                          home == environment.end() ? base::Path() : base::Path(home->second));
  if (!found) {
    setting.profile_fault = found.error().message;
    return;
  }
  const std::string source = fmt::format("{} in {}", base::to_printable(name), config.servers.text);
  setting.server = {found->url, Origin::profile, source};
  if (!found->key_file.empty() && setting.key_file.origin != Origin::flag)
    setting.key_file = {found->key_file.native(), Origin::profile, source};
}

}  // namespace

ServerAddress ServerSetting::address() const {
  return parse_server(server.text).value_or(ServerAddress());
}

ServerSetting choose_server(const Environment& environment, const ServerFlags& flags,
                            const Config& config, const base::Path& working_directory) {
  ServerSetting setting;
  const bool names_state = config.state_directory.origin == Origin::flag;
  setting.server = choose_setting(flags.server, "--server", environment, "MPEGFLOW_URL");
  setting.profile = choose_setting(flags.profile, "--profile", environment, "MPEGFLOW_PROFILE");
  const auto is_of_environment = [](const Setting& chosen) {
    return chosen.origin == Origin::environment;
  };
  if (is_of_environment(setting.server) && (names_state || flags.profile)) setting.server = {};
  if (is_of_environment(setting.profile) && (names_state || !setting.server.text.empty()))
    setting.profile = {};
  setting.key_file = choose_setting(flags.key_file, "--key-file", environment, "MPEGFLOW_KEY_FILE");
  if (!setting.key_file.text.empty())
    setting.key_file.text = (working_directory / setting.key_file.text).native();
  if (!setting.profile.text.empty() && setting.server.text.empty())
    use_profile(config, environment, setting);
  return setting;
}

std::vector<std::pair<std::string_view, Setting>> list_settings(const ServerSetting& setting,
                                                                const Environment& environment) {
  Setting key = setting.key_file;
  const auto in_environment = environment.find("MPEGFLOW_KEY");
  if (key.text.empty() && in_environment != environment.end() && !in_environment->second.empty())
    key = {"(in the environment)", Origin::environment, "MPEGFLOW_KEY"};
  return {{"server.profile", setting.profile}, {"server.url", setting.server}, {"server.key", key}};
}

std::vector<ConfigFault> find_faults(const ServerSetting& setting, const Config& config) {
  std::vector<ConfigFault> faults;
  if (setting.server.origin == Origin::flag && config.state_directory.origin == Origin::flag)
    faults.push_back({"server", Origin::flag,
                      "--server asks a server and --state this machine: give one of them"});
  if (setting.profile.origin == Origin::flag && config.state_directory.origin == Origin::flag)
    faults.push_back({"profile", Origin::flag,
                      "--profile asks a server and --state this machine: give one of them"});
  if (setting.profile.origin == Origin::flag && setting.server.origin == Origin::flag)
    faults.push_back(
        {"profile", Origin::flag, "--profile and --server both name a server: give one of them"});
  if (!setting.profile_fault.empty())
    faults.push_back(
        {"profile", setting.profile.origin, setting.profile.source + ": " + setting.profile_fault});
  if (!setting.server.text.empty() && !parse_server(setting.server.text))
    faults.push_back({"server", setting.server.origin,
                      fmt::format("{}: \"{}\" does not do; expected http:// or https:// with a "
                                  "name and a port, as in https://host:8443, or unix:///path",
                                  setting.server.source, base::to_printable(setting.server.text))});
  return faults;
}

}  // namespace mpegflow::cli
