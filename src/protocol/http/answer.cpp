#include "protocol/http/answer.h"

#include <fmt/format.h>

#include "base/json.h"
#include "base/text.h"

namespace mpegflow::protocol {
base::Error read_refusal(const http::Response& response) {
  const auto problem = base::parse_json(response.body, "the answer");
  const bool is_ours = problem && problem->is_object();
  const base::json::object fields = is_ours ? problem->get_object() : base::json::object{};
  std::string detail = base::text_or(fields, "detail", base::text_or(fields, "title"));
  if (detail.empty()) detail = base::to_printable(response.body.substr(0, 200));
  // What is wrong with the server, or with what stands before it, may be right a moment later.
  if (response.status >= 500 || response.status == 429 || response.status == 408)
    return {base::ErrorCode::store_failed,
            fmt::format("the server answered {}: {}", response.status, detail)};
  if (const auto code = base::parse_error_code(base::text_or(fields, "code")))
    return {*code, detail};
  return {base::ErrorCode::invalid_argument,
          fmt::format("the server answered {}: {}", response.status, detail)};
}

base::Error give_up_on(const base::Error& error) {
  if (error.code != base::ErrorCode::store_failed) return error;
  return {base::ErrorCode::io_failed, error.message};
}

base::Error to_unreachable(const base::Error& error, const std::string& server) {
  if (error.code != base::ErrorCode::io_failed) return error;
  return {base::ErrorCode::store_failed,
          fmt::format("no answer from {}: {}", server, error.message)};
}

}  // namespace mpegflow::protocol
