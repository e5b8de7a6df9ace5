#include "api/request.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/text.h"
#include "core/access/api_key.h"

namespace mpegflow::api {
namespace {

using base::ErrorCode;

tl::unexpected<base::Error> malformed(std::string message) {
  return base::fail(ErrorCode::invalid_argument, std::move(message));
}

std::string quote(std::string_view text) {
  return "\"" + base::to_printable(text.substr(0, 100)) + "\"";
}

/// A form of a web page cannot send this type without asking first.
base::Result<void> check_type(const http::ServerRequest& request) {
  const std::string type(request.header("Content-Type").value_or(""));
  const std::string_view word = base::trim(std::string_view(type).substr(0, type.find(';')));
  if (word == "application/json") return {};
  return malformed(fmt::format("the body's Content-Type is {}; expected application/json",
                               type.empty() ? "not given" : quote(type)));
}

}  // namespace

http::Route make_route(std::string method, std::string pattern, std::string scope,
                       std::function<Answer(http::ServerRequest&)> answer) {
  http::Route route;
  route.method = std::move(method);
  route.pattern = std::move(pattern);
  route.scope = std::move(scope);
  route.handle = [answer = std::move(answer)](http::ServerRequest request,
                                              const std::shared_ptr<http::Responder>& responder) {
    Answer made = answer(request);
    responder->send(made ? std::move(*made) : make_problem(made.error()));
  };
  return route;
}

base::Result<base::json::object> read_body(const http::ServerRequest& request,
                                           std::initializer_list<std::string_view> members) {
  if (base::trim(request.body).empty()) return base::json::object();
  RETURN_IF_ERROR(check_type(request));
  ASSIGN_OR_RETURN(const base::json::value body, base::parse_json(request.body, "the body"));
  if (!body.is_object()) return malformed("the body is no JSON object");
  for (const auto& [name, value] : body.get_object())
    if (std::ranges::find(members, std::string_view(name)) == members.end())
      return malformed(fmt::format("the body has an unknown member {}", quote(name)));
  return body.get_object();
}

base::Result<std::string> read_text(const base::json::object& body, std::string_view member) {
  const base::json::value* value = body.if_contains(member);
  if (value == nullptr || value->is_null()) return std::string();
  if (!value->is_string() || value->get_string().size() > 4096)
    return malformed(fmt::format("{} is no text of at most 4096 bytes", member));
  return std::string(value->get_string());
}

base::Result<std::optional<std::int64_t>> read_number(const base::json::object& body,
                                                      std::string_view member, std::int64_t least,
                                                      std::int64_t most) {
  const base::json::value* value = body.if_contains(member);
  if (value == nullptr || value->is_null()) return std::nullopt;
  const std::int64_t* number = value->if_int64();
  if (number == nullptr || *number < least || *number > most)
    return malformed(fmt::format("{} is no whole number from {} to {}", member, least, most));
  return *number;
}

base::Result<std::int64_t> read_query_number(const http::ServerRequest& request,
                                             std::string_view name, std::int64_t fallback,
                                             std::int64_t least, std::int64_t most) {
  const auto text = request.find_query(name);
  if (!text) return fallback;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc{} || end != text->data() + text->size() || number < least || number > most)
    return malformed(fmt::format("{} is {}; expected a whole number from {} to {}", name,
                                 quote(*text), least, most));
  return number;
}

base::Result<void> check_query(const http::ServerRequest& request,
                               std::initializer_list<std::string_view> names) {
  for (const auto& [name, value] : request.query)
    if (std::ranges::find(names, std::string_view(name)) == names.end())
      return malformed(fmt::format("the query has an unknown parameter {}", quote(name)));
  return {};
}

bool is_admin(const http::Caller& caller) {
  return std::ranges::find(caller.scopes, access::to_word(access::Scope::admin)) !=
         caller.scopes.end();
}

bool sees(const http::Caller& caller, std::string_view tenant) {
  return is_admin(caller) || caller.tenant == tenant;
}

std::string name_of(const http::Caller& caller) {
  return caller.key.empty() ? "local socket" : "key " + caller.key;
}

}  // namespace mpegflow::api
