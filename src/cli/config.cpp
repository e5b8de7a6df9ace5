#include "cli/config.h"

#include <charconv>

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"
#include "core/submit/command_line.h"

namespace mpegflow::cli {
namespace {

constexpr std::int64_t kMostJobs = 1024;

std::optional<std::string> find_variable(const Environment& environment, const char* name) {
  const auto found = environment.find(name);
  // An empty variable counts as unset, as the XDG rules have it.
  if (found == environment.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

Setting choose(const std::optional<std::string>& flag, std::string_view flag_name,
               const Environment& environment, const char* variable, std::string fallback) {
  if (flag) return {*flag, Origin::flag, std::string(flag_name)};
  if (auto value = find_variable(environment, variable))
    return {std::move(*value), Origin::environment, variable};
  return {std::move(fallback), Origin::built_in, {}};
}

Setting choose_state_directory(const Environment& environment, const ConfigFlags& flags) {
  Setting chosen =
      choose(flags.state_directory, "--state", environment, "MPEGFLOW_STATE", std::string());
  if (chosen.origin != Origin::built_in) return chosen;
  if (const auto xdg = find_variable(environment, "XDG_STATE_HOME"); xdg && xdg->front() == '/')
    return {*xdg + "/mpegflow", Origin::environment, "XDG_STATE_HOME"};
  if (const auto home = find_variable(environment, "HOME"); home && home->front() == '/')
    return {*home + "/.local/state/mpegflow", Origin::built_in, {}};
  return chosen;
}

/// Where the XDG rules have what a user writes by hand; empty without a home.
Setting choose_own(const Environment& environment, const char* variable, const char* name) {
  Setting chosen = choose({}, {}, environment, variable, std::string());
  if (chosen.origin != Origin::built_in) return chosen;
  if (const auto xdg = find_variable(environment, "XDG_CONFIG_HOME"); xdg && xdg->front() == '/')
    return {*xdg + "/mpegflow/" + name, Origin::environment, "XDG_CONFIG_HOME"};
  if (const auto home = find_variable(environment, "HOME"); home && home->front() == '/')
    return {*home + "/.config/mpegflow/" + name, Origin::built_in, {}};
  return chosen;
}

std::string to_absolute(const std::string& text, const base::Path& working_directory) {
  if (text.empty() || text.front() == '/') return text;
  return (working_directory / text).lexically_normal().string();
}

std::optional<std::int64_t> parse_count(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return count;
}

std::optional<SandboxMode> parse_sandbox(std::string_view text) {
  if (text == "auto") return SandboxMode::automatic;
  if (text == "on") return SandboxMode::on;
  if (text == "off") return SandboxMode::off;
  return std::nullopt;
}

std::optional<base::LogLevel> parse_level(std::string_view text) {
  if (text == "debug") return base::LogLevel::debug;
  if (text == "info") return base::LogLevel::info;
  if (text == "warn") return base::LogLevel::warn;
  if (text == "error") return base::LogLevel::error;
  if (text == "off") return base::LogLevel::off;
  return std::nullopt;
}

/// "127.0.0.1:8080" or "[::1]:8080"; port 0 is any free one.
std::optional<ListenAddress> parse_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const auto port = parse_count(text.substr(colon + 1));
  std::string_view address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']'))
    address = address.substr(1, address.size() - 2);
  if (!port || *port < 0 || *port > 65535 || address.empty()) return std::nullopt;
  return ListenAddress{std::string(address), static_cast<std::uint16_t>(*port)};
}

std::vector<std::string> split_list(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (const std::string& part : base::split(text, separator))
    if (const std::string_view word = base::trim(part); !word.empty()) parts.emplace_back(word);
  return parts;
}

bool is_web_url(std::string_view text) {
  return (text.starts_with("http://") && text.size() > 7) ||
         (text.starts_with("https://") && text.size() > 8);
}

ConfigFault make_fault(std::string_view name, const Setting& setting, std::string_view expected) {
  const std::string place = setting.source.empty() ? std::string(name) : setting.source;
  return {name, setting.origin,
          fmt::format("{}: \"{}\" does not do; expected {}", place,
                      base::to_printable(setting.text), expected)};
}

}  // namespace

std::string_view to_word(Origin origin) {
  switch (origin) {
    case Origin::built_in: return "default";
    case Origin::profile: return "profile";
    case Origin::environment: return "environment";
    case Origin::flag: return "flag";
  }
  return "default";
}

std::vector<ConfigFault> Config::validate() const {
  std::vector<ConfigFault> faults;
  if (state_directory.text.empty()) {
    faults.push_back({"state", state_directory.origin,
                      "there is no state directory: HOME is not set; set MPEGFLOW_STATE or give "
                      "--state DIRECTORY"});
  }
  if (!parse_sandbox(sandbox.text))
    faults.push_back(make_fault("sandbox", sandbox, "auto, on or off"));
  const auto count = parse_count(jobs.text);
  if (!count || *count < 1 || *count > kMostJobs)
    faults.push_back(
        make_fault("jobs", jobs, fmt::format("a whole number from 1 to {}", kMostJobs)));
  if (!parse_level(log_level.text))
    faults.push_back(make_fault("log", log_level, "debug, info, warn, error or off"));
  if (!alerts_url.text.empty() && !is_web_url(alerts_url.text))
    faults.push_back(make_fault("alerts.url", alerts_url, "an address with http:// or https://"));
  if (!alerts_command.text.empty() && !submit::split_command_line(alerts_command.text))
    faults.push_back(make_fault("alerts.command", alerts_command,
                                "a command line, with quotes that are closed"));
  if (log_format.text != "console" && log_format.text != "json")
    faults.push_back(make_fault("log.format", log_format, "console or json"));
  for (const std::string& part : split_list(listen.text, ','))
    if (!parse_listen(part))
      faults.push_back(make_fault("serve.listen", listen, "ADDRESS:PORT, as in 127.0.0.1:8080"));
  if (tls_certificate.text.empty() != tls_key.text.empty())
    faults.push_back({"serve.tls_key", tls_key.origin,
                      "TLS needs a certificate and its key: give both, or neither"});
  for (const auto& [name, setting] : {std::pair("retention.history", &retention_history),
                                      std::pair("retention.logs", &retention_logs)})
    if (!upkeep::parse_keep(setting->text))
      faults.push_back(make_fault(name, *setting, fmt::format("forever, or {}", upkeep::kAgeForm)));
  return faults;
}

std::vector<std::string> Config::alert_endpoints() const {
  std::vector<std::string> endpoints;
  if (!alerts_url.text.empty())
    endpoints.push_back(base::to_canonical_json(base::json::object{{"url", alerts_url.text}}));
  const auto words = submit::split_command_line(alerts_command.text);
  if (!words || words->empty()) return endpoints;
  base::json::array argv;
  for (const std::string& word : *words) argv.emplace_back(word);
  endpoints.push_back(base::to_canonical_json(base::json::object{{"command", argv}}));
  return endpoints;
}

SandboxMode Config::sandbox_mode() const {
  return parse_sandbox(sandbox.text).value_or(SandboxMode::automatic);
}

std::int64_t Config::encoders_at_once() const {
  return parse_count(jobs.text).value_or(1);
}

base::Path Config::socket_path() const {
  return socket.text.empty() ? state_path() / "mpegflow.sock" : base::Path(socket.text);
}

std::vector<ListenAddress> Config::listen_addresses() const {
  std::vector<ListenAddress> addresses;
  for (const std::string& part : split_list(listen.text, ','))
    if (auto address = parse_listen(part)) addresses.push_back(std::move(*address));
  return addresses;
}

std::vector<base::Path> Config::root_folders() const {
  std::vector<base::Path> folders;
  for (const std::string& part : split_list(roots.text, ':')) folders.emplace_back(part);
  return folders;
}

std::vector<std::string> Config::names_of_host() const {
  return split_list(host_names.text, ',');
}

upkeep::Keep Config::keep_history() const {
  return upkeep::parse_keep(retention_history.text).value_or(upkeep::Keep());
}

upkeep::Keep Config::keep_logs() const {
  return upkeep::parse_keep(retention_logs.text).value_or(upkeep::Keep());
}

base::LogLevel Config::level() const {
  return parse_level(log_level.text).value_or(base::LogLevel::warn);
}

base::LogLevel Config::service_level() const {
  return log_level.origin == Origin::built_in ? base::LogLevel::info : level();
}

std::vector<std::pair<std::string_view, const Setting*>> list_settings(const Config& config) {
  return {{"state", &config.state_directory},
          {"ffmpeg", &config.ffmpeg},
          {"ffprobe", &config.ffprobe},
          {"sandbox", &config.sandbox},
          {"jobs", &config.jobs},
          {"presets", &config.presets},
          {"servers", &config.servers},
          {"rules", &config.rules},
          {"retry_policies", &config.retry_policies},
          {"log", &config.log_level},
          {"alerts.command", &config.alerts_command},
          {"alerts.url", &config.alerts_url},
          {"retention.history", &config.retention_history},
          {"retention.logs", &config.retention_logs},
          {"log.format", &config.log_format},
          {"serve.listen", &config.listen},
          {"serve.socket", &config.socket},
          {"serve.roots", &config.roots},
          {"serve.host_names", &config.host_names},
          {"serve.tls_certificate", &config.tls_certificate},
          {"serve.tls_key", &config.tls_key}};
}

Config make_config(const Environment& environment, const ConfigFlags& flags,
                   const base::Path& working_directory, unsigned cores) {
  Config config;
  config.state_directory = choose_state_directory(environment, flags);
  config.state_directory.text = to_absolute(config.state_directory.text, working_directory);
  config.presets = choose_own(environment, "MPEGFLOW_PRESETS", "presets");
  config.presets.text = to_absolute(config.presets.text, working_directory);
  config.servers = choose_own(environment, "MPEGFLOW_SERVERS", "servers.yaml");
  config.servers.text = to_absolute(config.servers.text, working_directory);
  config.rules = choose({}, {}, environment, "MPEGFLOW_RULES", "");
  if (!config.rules.text.empty())
    config.rules.text = to_absolute(config.rules.text, working_directory);
  config.retry_policies = choose({}, {}, environment, "MPEGFLOW_RETRY_POLICIES", "");
  if (!config.retry_policies.text.empty())
    config.retry_policies.text = to_absolute(config.retry_policies.text, working_directory);
  config.ffmpeg = choose({}, {}, environment, "MPEGFLOW_FFMPEG", "ffmpeg");
  config.ffprobe = choose({}, {}, environment, "MPEGFLOW_FFPROBE", "ffprobe");
  config.sandbox = choose(flags.sandbox, "--sandbox", environment, "MPEGFLOW_SANDBOX", "auto");
  config.jobs = choose(flags.jobs, "--jobs", environment, "MPEGFLOW_JOBS",
                       std::to_string(cores > 0 ? cores : 1));
  config.alerts_command = choose({}, {}, environment, "MPEGFLOW_ALERTS_COMMAND", "");
  config.alerts_url = choose({}, {}, environment, "MPEGFLOW_ALERTS_URL", "");
  config.log_level = choose({}, {}, environment, "MPEGFLOW_LOG", "warn");
  config.retention_history = choose(flags.retention_history, "--keep-history", environment,
                                    "MPEGFLOW_RETENTION_HISTORY", "forever");
  config.retention_logs = choose(flags.retention_logs, "--keep-logs", environment,
                                 "MPEGFLOW_RETENTION_LOGS", "forever");
  config.log_format =
      choose(flags.log_format, "--log-format", environment, "MPEGFLOW_LOG_FORMAT", "console");
  config.listen = choose(flags.listen, "--listen", environment, "MPEGFLOW_LISTEN", "");
  config.socket = choose(flags.socket, "--socket", environment, "MPEGFLOW_SOCKET", "");
  config.roots = choose(flags.roots, "--root", environment, "MPEGFLOW_ROOTS", "");
  config.host_names =
      choose(flags.host_names, "--host-name", environment, "MPEGFLOW_HOST_NAMES", "");
  config.tls_certificate =
      choose(flags.tls_certificate, "--tls-cert", environment, "MPEGFLOW_TLS_CERT", "");
  config.tls_key = choose(flags.tls_key, "--tls-key", environment, "MPEGFLOW_TLS_KEY", "");
  for (Setting* file : {&config.socket, &config.tls_certificate, &config.tls_key})
    file->text = to_absolute(file->text, working_directory);
  // A name without '/' is looked for in PATH; anything else is a path.
  for (Setting* program : {&config.ffmpeg, &config.ffprobe})
    if (program->text.find('/') != std::string::npos)
      program->text = to_absolute(program->text, working_directory);
  return config;
}

}  // namespace mpegflow::cli
