#pragma once

#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "http/server.h"

namespace mpegflow::api {

/// The one table from our error codes to HTTP.
int status_of(base::ErrorCode code);

/// An error as RFC 9457 has it: type, title, status, detail, and our `code`. With `status` 0 it is
/// that of the code.
http::Reply make_problem(const base::Error& error, int status = 0,
                         const base::json::array& faults = {});

/// 200, or another status, with a JSON record.
http::Reply make_json(const base::json::value& record, int status = 200);

}  // namespace mpegflow::api
