#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/problem.h"
#include "http/router.h"
#include "store/rows.h"

namespace mpegflow::api {

/// A route that answers at once: a reply, or an error that becomes a problem.
using Answer = base::Result<http::Reply>;
http::Route make_route(std::string method, std::string pattern, std::string scope,
                       std::function<Answer(http::ServerRequest&)> answer);

/// The body as a JSON object that has no members but those named. Errors: invalid_argument.
base::Result<base::json::object> read_body(const http::ServerRequest& request,
                                           std::initializer_list<std::string_view> members);

/// A member, or the error that names it. A missing one gives nullopt or the empty string.
base::Result<std::string> read_text(const base::json::object& body, std::string_view member);
base::Result<std::optional<std::int64_t>> read_number(const base::json::object& body,
                                                      std::string_view member, std::int64_t least,
                                                      std::int64_t most);

/// A whole number of the query from `least` to `most`; `fallback` if it is not there.
base::Result<std::int64_t> read_query_number(const http::ServerRequest& request,
                                             std::string_view name, std::int64_t fallback,
                                             std::int64_t least, std::int64_t most);
/// invalid_argument if the query has a name that is none of those.
base::Result<void> check_query(const http::ServerRequest& request,
                               std::initializer_list<std::string_view> names);

bool is_admin(const http::Caller& caller);
/// Whether the caller may see what belongs to a tenant.
bool sees(const http::Caller& caller, std::string_view tenant);
/// For the record of who changed something.
std::string name_of(const http::Caller& caller);

}  // namespace mpegflow::api
