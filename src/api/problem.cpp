#include "api/problem.h"

#include <algorithm>
#include <initializer_list>

#include "base/text.h"
#include "http/finish_reply.h"

namespace mpegflow::api {

namespace {

using base::ErrorCode;

struct StatusRow {
  int status;
  std::initializer_list<ErrorCode> codes;
};

/// What is not named here is trouble of ours: 500.
constexpr StatusRow kStatuses[] = {
    {400, {ErrorCode::invalid_argument}},
    {401, {ErrorCode::unauthenticated}},
    {403, {ErrorCode::forbidden}},
    {404, {ErrorCode::not_found, ErrorCode::object_missing}},
    {409,
     {ErrorCode::superseded, ErrorCode::illegal_transition, ErrorCode::already_running,
      ErrorCode::quarantined}},
    {413, {ErrorCode::too_large}},
    {422,
     {ErrorCode::invalid_spec, ErrorCode::input_not_found, ErrorCode::input_forbidden,
      ErrorCode::input_invalid, ErrorCode::input_changed, ErrorCode::output_unwritable,
      ErrorCode::output_forbidden, ErrorCode::output_readonly, ErrorCode::output_invalid}},
    {429, {ErrorCode::too_many_requests}},
    {507, {ErrorCode::disk_full}},
    {503,
     {ErrorCode::interrupted, ErrorCode::ffmpeg_missing, ErrorCode::store_failed,
      ErrorCode::state_newer, ErrorCode::state_unusable}},
};

}  // namespace

int status_of(base::ErrorCode code) {
  for (const StatusRow& row : kStatuses)
    if (std::ranges::find(row.codes, code) != row.codes.end()) return row.status;
  return 500;
}

http::Reply make_problem(const base::Error& error, int status, const base::json::array& faults) {
  const int shown = status == 0 ? status_of(error.code) : status;
  const std::string code(to_word(error.code));
  // Messages quote what was sent; a document of ours is UTF-8 all the same.
  std::string detail;
  for (const std::string& line : base::split(error.message, '\n'))
    detail += (detail.empty() ? "" : "\n") + base::to_printable(line);
  base::json::object problem{{"type", "urn:mpegflow:error:" + code},
                             {"title", http::reason_phrase(shown)},
                             {"status", shown},
                             {"code", code},
                             {"detail", detail}};
  if (!faults.empty()) problem["faults"] = faults;
  http::Reply reply(shown,
                    {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}},
                    base::json::serialize(problem) + "\n");
  if (shown == 401) reply.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (shown == 429 || shown == 503) reply.headers.emplace_back("Retry-After", "1");
  return reply;
}

http::Reply make_json(const base::json::value& record, int status) {
  return http::Reply(status, {{"Content-Type", "application/json"}},
                     base::json::serialize(record) + "\n");
}

}  // namespace mpegflow::api
