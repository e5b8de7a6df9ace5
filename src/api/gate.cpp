#include "api/gate.h"

#include <algorithm>

#include <arpa/inet.h>

#include <fmt/format.h>

#include "api/problem.h"
#include "base/text.h"
#include "core/access/api_key.h"
#include "store/api_keys.h"

namespace mpegflow::api {
namespace {

using base::ErrorCode;

constexpr std::size_t kMostBuckets = 10'000;

/// "[::1]:80" → "::1", "a.b:80" → "a.b".
std::string without_port(std::string_view host) {
  if (host.starts_with('[')) return std::string(host.substr(1, host.find(']') - 1));
  return base::to_lower(host.substr(0, host.find(':')));
}

bool is_address(const std::string& text) {
  in6_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

http::Caller make_local_caller() {
  return {"", "local", access::scope_words(), {}};
}

}  // namespace

bool is_host_allowed(std::string_view host, const std::vector<std::string>& names) {
  const std::string name = without_port(host);
  return name == "localhost" || is_address(name) ||
         std::ranges::any_of(names,
                             [&](const std::string& own) { return base::to_lower(own) == name; });
}

bool is_foreign(const http::ServerRequest& request) {
  const std::string_view site = request.header("Sec-Fetch-Site").value_or("none");
  if (site == "cross-site" || site == "same-site") return true;
  const auto origin = request.header("Origin");
  if (!origin) return false;
  const std::string own = fmt::format("{}://{}", request.is_encrypted ? "https" : "http",
                                      request.header("Host").value_or(""));
  return base::to_lower(*origin) != base::to_lower(own);
}

bool Gate::take(const std::string& name, double burst, double per_second) {
  const base::SteadyTime now = services_.clock.steady();
  const std::scoped_lock lock(mutex_);
  // Full buckets say nothing; so many others at once are an attack, which starts from full ones.
  if (buckets_.size() >= kMostBuckets) buckets_.clear();
  const auto [found, is_new] = buckets_.try_emplace(name, Bucket{burst, now});
  Bucket& bucket = found->second;
  const double seconds = static_cast<double>((now - bucket.filled).count()) / 1e6;
  bucket.tokens = std::min(burst, bucket.tokens + seconds * per_second);
  bucket.filled = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

base::Result<http::Caller> Gate::find_caller(const http::ServerRequest& request) {
  const auto header = request.header("Authorization");
  if (!header && request.is_local_socket) return make_local_caller();
  const std::string strange =
      "a key is needed: Authorization: Bearer mpf_…, as made by mpegflow "
      "key create";
  if (!header || !header->starts_with("Bearer "))
    return base::fail(ErrorCode::unauthenticated, strange);
  const auto token = access::parse_token(base::trim(header->substr(7)));
  if (!token) return base::fail(ErrorCode::unauthenticated, "this is no key of mpegflow");
  auto found = store::find_api_key(services_.store, token->id);
  if (!found) return tl::unexpected(base::Error{ErrorCode::store_failed, found.error().message});
  const store::ApiKeyRow row = found->value_or(store::ApiKeyRow());
  // An unknown id costs as much time as a known one.
  const bool is_right = access::is_hash_of(row.hash, token->secret);
  if (row.id.empty() || !is_right)
    return base::fail(ErrorCode::unauthenticated,
                      "there is no such key; mpegflow key list shows those that there are");
  if (const auto end = access::find_end(row.expires, row.revoked, services_.clock.now());
      !end.empty())
    return base::fail(ErrorCode::unauthenticated, fmt::format("key {} {}", row.id, end));
  return http::Caller{row.id, row.tenant, row.scopes, row.pools};
}

std::optional<http::Reply> Gate::operator()(http::ServerRequest& request) {
  if (!request.is_local_socket) {
    if (!is_host_allowed(request.header("Host").value_or(""), options_.host_names))
      return make_problem({ErrorCode::invalid_argument,
                           "the server is not asked under this name; --host-name allows it"},
                          421);
    if (is_foreign(request))
      return make_problem({ErrorCode::forbidden, "requests from other sites are not taken"});
  }
  const bool is_public = request.route != nullptr && request.route->scope.empty();
  if (is_public) return std::nullopt;
  auto caller = find_caller(request);
  if (!caller) {
    const bool is_strange = caller.error().code == ErrorCode::unauthenticated;
    if (is_strange &&
        !take("peer " + request.peer, options_.strange_burst, options_.strange_per_second))
      return make_problem(
          {ErrorCode::too_many_requests, "too many requests without a good key; wait a second"});
    return make_problem(caller.error());
  }
  if (!caller->key.empty() && !take(caller->key, options_.burst, options_.per_second))
    return make_problem(
        {ErrorCode::too_many_requests, "too many requests with this key; wait a second"});
  if (request.route != nullptr && !access::may(caller->scopes, request.route->scope))
    return make_problem(
        {ErrorCode::forbidden,
         fmt::format("the key has not the scope {}; mpegflow key create makes one that has",
                     request.route->scope)});
  request.caller = std::move(*caller);
  return std::nullopt;
}

}  // namespace mpegflow::api
