#include "base/log.h"

#include <atomic>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"

namespace mpegflow::base {
namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warn: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: break;
  }
  return spdlog::level::off;
}

std::atomic<LogFormat> format_now = LogFormat::console;

std::string_view word_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug: return "debug";
    case LogLevel::info: return "info";
    case LogLevel::warn: return "warn";
    case LogLevel::error: return "error";
    case LogLevel::off: break;
  }
  return "off";
}

std::string make_json_line(LogLevel level, std::string_view event, const LogFields& fields) {
  json::object line{
      {"time", to_rfc3339(SystemClock().now())}, {"level", word_of(level)}, {"event", event}};
  for (const auto& [name, value] : fields)
    line[name] = is_valid_utf8(value) ? value : to_printable(value);
  return json::serialize(line);
}

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("mpegflow",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%f %l %v");
    made->set_level(spdlog::level::warn);
    return made;
  }();
  return *instance;
}

}  // namespace

void log(LogLevel level, std::string_view event, const LogFields& fields) {
  if (!logger().should_log(to_spdlog(level))) return;
  if (format_now == LogFormat::json)
    return logger().log(to_spdlog(level), make_json_line(level, event, fields));
  std::string line(event);
  for (const auto& [name, value] : fields)
    line.append(" ").append(name).append("=").append(to_printable(value));
  logger().log(to_spdlog(level), line);
}

void set_log_format(LogFormat format) {
  format_now = format;
  logger().set_pattern(format == LogFormat::json ? "%v" : "%Y-%m-%dT%H:%M:%S.%f %l %v");
}

void set_log_level(LogLevel level) {
  logger().set_level(to_spdlog(level));
}

}  // namespace mpegflow::base
