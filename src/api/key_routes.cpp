#include "api/request.h"
#include "api/routes.h"
#include "records/api_key_records.h"
#include "store/api_keys.h"

namespace mpegflow::api {
namespace {

using base::ErrorCode;

Answer list_keys(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto keys, store::list_api_keys(services.store));
  base::json::array list;
  for (const store::ApiKeyRow& key : keys) list.push_back(records::to_record(key));
  return make_json(base::json::object{{"keys", list}});
}

base::Result<std::vector<std::string>> read_words(const base::json::object& body,
                                                  std::string_view member) {
  std::vector<std::string> words;
  const base::json::value* value = body.if_contains(member);
  if (value == nullptr) return words;
  const auto refuse = [&] {
    return base::fail(ErrorCode::invalid_argument, std::string(member) + " is no list of words");
  };
  if (!value->is_array() || value->get_array().size() > 100) return refuse();
  for (const auto& word : value->get_array()) {
    if (!word.is_string()) return refuse();
    words.emplace_back(word.get_string());
  }
  return words;
}

Answer create_key(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto body,
                   read_body(request, {"name", "tenant", "scopes", "pools", "expires"}));
  records::KeyWish wish;
  ASSIGN_OR_RETURN(wish.name, read_text(body, "name"));
  ASSIGN_OR_RETURN(const std::string tenant, read_text(body, "tenant"));
  if (!tenant.empty()) wish.tenant = tenant;
  ASSIGN_OR_RETURN(wish.scopes, read_words(body, "scopes"));
  ASSIGN_OR_RETURN(wish.pools, read_words(body, "pools"));
  ASSIGN_OR_RETURN(const std::string expires, read_text(body, "expires"));
  if (!expires.empty()) {
    wish.expires = base::parse_rfc3339(expires);
    if (!wish.expires)
      return base::fail(ErrorCode::invalid_argument, "expires is no time in the form of RFC 3339");
  }
  ASSIGN_OR_RETURN(const auto key, records::make_key(wish, services.clock, services.entropy));
  RETURN_IF_ERROR(services.store.execute(store::CreateApiKey{key.row}));
  http::Reply reply = make_json(
      base::json::object{{"key", records::to_record(key.row)}, {"token", key.token}}, 201);
  reply.headers.emplace_back("Location", "/v1/keys/" + key.row.id);
  return reply;
}

base::Result<store::ApiKeyRow> find_key(Services& services, const http::ServerRequest& request) {
  ASSIGN_OR_RETURN(auto key, store::find_api_key(services.store, request.parameter("key")));
  if (!key) return base::fail(ErrorCode::not_found, "there is no such key");
  return std::move(*key);
}

Answer show_key(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  ASSIGN_OR_RETURN(const auto key, find_key(services, request));
  return make_json(records::to_record(key));
}

Answer revoke_key(Services& services, const http::ServerRequest& request) {
  RETURN_IF_ERROR(check_query(request, {}));
  RETURN_IF_ERROR(find_key(services, request));
  RETURN_IF_ERROR(services.store.execute(store::RevokeApiKey{request.parameter("key")}));
  return show_key(services, request);
}

}  // namespace

std::vector<http::Route> key_routes(Services& services) {
  const auto bind = [&services](Answer (*answer)(Services&, const http::ServerRequest&)) {
    return [&services, answer](http::ServerRequest& request) { return answer(services, request); };
  };
  std::vector<http::Route> routes;
  routes.push_back(make_route("GET", "/v1/keys", "admin", bind(list_keys)));
  routes.push_back(make_route("POST", "/v1/keys", "admin", bind(create_key)));
  routes.push_back(make_route("GET", "/v1/keys/{key}", "admin", bind(show_key)));
  routes.push_back(make_route("DELETE", "/v1/keys/{key}", "admin", bind(revoke_key)));
  return routes;
}

}  // namespace mpegflow::api
