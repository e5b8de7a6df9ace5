#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mpegflow::base {

/// error: someone must act; warn: we acted for them; info: a state changed; debug: for us.
enum class LogLevel { debug, info, warn, error, off };

using LogFields = std::vector<std::pair<std::string_view, std::string>>;

/// One fact on standard error: event name plus fields (`job`, `task`, `attempt` wherever they are
/// known). Any thread.
void log(LogLevel level, std::string_view event, const LogFields& fields = {});

/// console: for people; json: one object a line, with the fields as members.
enum class LogFormat { console, json };
/// console until told otherwise.
void set_log_format(LogFormat format);

/// What is written; `warn` until told otherwise.
void set_log_level(LogLevel level);

}  // namespace mpegflow::base
