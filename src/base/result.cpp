#include "base/result.h"

namespace mpegflow::base {

std::string_view to_word(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument: return "invalid_argument";
    case ErrorCode::invalid_spec: return "invalid_spec";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::superseded: return "superseded";
    case ErrorCode::illegal_transition: return "illegal_transition";
    case ErrorCode::already_running: return "already_running";
    case ErrorCode::quarantined: return "quarantined";
    case ErrorCode::state_newer: return "state_newer";
    case ErrorCode::state_unusable: return "state_unusable";
    case ErrorCode::disk_full: return "disk_full";
    case ErrorCode::store_failed: return "store_failed";
    case ErrorCode::input_not_found: return "input_not_found";
    case ErrorCode::input_forbidden: return "input_forbidden";
    case ErrorCode::input_invalid: return "input_invalid";
    case ErrorCode::input_changed: return "input_changed";
    case ErrorCode::output_unwritable: return "output_unwritable";
    case ErrorCode::output_forbidden: return "output_forbidden";
    case ErrorCode::output_readonly: return "output_readonly";
    case ErrorCode::output_invalid: return "output_invalid";
    case ErrorCode::ffmpeg_missing: return "ffmpeg_missing";
    case ErrorCode::process_failed: return "process_failed";
    case ErrorCode::object_missing: return "object_missing";
    case ErrorCode::io_failed: return "io_failed";
    case ErrorCode::interrupted: return "interrupted";
    case ErrorCode::server_unreachable: return "server_unreachable";
    case ErrorCode::unauthenticated: return "unauthenticated";
    case ErrorCode::forbidden: return "forbidden";
    case ErrorCode::too_large: return "too_large";
    case ErrorCode::too_many_requests: return "too_many_requests";
    case ErrorCode::internal: return "internal";
  }
  return "internal";
}

std::optional<ErrorCode> parse_error_code(std::string_view word) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code)
    if (to_word(static_cast<ErrorCode>(code)) == word) return static_cast<ErrorCode>(code);
  return std::nullopt;
}

}  // namespace mpegflow::base
