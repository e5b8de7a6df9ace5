#include "records/api_key_records.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "core/access/api_key.h"
#include "core/submit/placeholder.h"
#include "records/records.h"

namespace mpegflow::records {
namespace {

constexpr std::size_t kLongestName = 100;

tl::unexpected<base::Error> refuse(std::string message) {
  return base::fail(base::ErrorCode::invalid_argument, std::move(message));
}

base::Result<void> check(const KeyWish& wish) {
  if (wish.name.size() > kLongestName || !base::is_valid_utf8(wish.name))
    return refuse(fmt::format("a key's name has at most {} bytes of UTF-8", kLongestName));
  if (!submit::is_key(wish.tenant))
    return refuse(
        "a tenant is at most 64 letters, digits, - and _, and starts with a letter or digit");
  if (wish.scopes.empty())
    return refuse(fmt::format("a key needs a scope: {}", fmt::join(access::scope_words(), ", ")));
  for (const std::string& word : wish.scopes)
    if (!access::parse_scope(word))
      return refuse(fmt::format("\"{}\" is no scope; there are {}", base::to_printable(word),
                                fmt::join(access::scope_words(), ", ")));
  if (!wish.pools.empty() && !access::may(wish.scopes, "worker"))
    return refuse("pools are for keys with the scope worker");
  for (const std::string& pool : wish.pools)
    if (!submit::is_key(pool))
      return refuse(fmt::format("\"{}\" is no name of a pool", base::to_printable(pool)));
  return {};
}

base::json::array to_array(const std::vector<std::string>& words) {
  base::json::array array;
  for (const std::string& word : words) array.emplace_back(word);
  return array;
}

}  // namespace

base::Result<NewKey> make_key(const KeyWish& wish, const base::Clock& clock,
                              base::Entropy& entropy) {
  RETURN_IF_ERROR(check(wish));
  std::string secret;
  for (int i = 0; i < 4; ++i) secret += fmt::format("{:016x}", entropy.draw());
  NewKey key;
  key.row.id = base::make_id(clock.now().us, entropy);
  key.row.name = wish.name;
  key.row.hash = access::hash_secret(secret);
  key.row.tenant = wish.tenant;
  key.row.scopes = wish.scopes;
  key.row.pools = wish.pools;
  key.row.created = clock.now();
  key.row.expires = wish.expires;
  key.token = access::make_token({key.row.id, secret});
  return key;
}

base::json::object to_record(const store::ApiKeyRow& key) {
  base::json::object record{{"id", key.id},
                            {"name", key.name},
                            {"tenant", key.tenant},
                            {"scopes", to_array(key.scopes)},
                            {"pools", to_array(key.pools)}};
  add_time(record, "created", key.created);
  add_time(record, "expires", key.expires);
  add_time(record, "revoked", key.revoked);
  return record;
}

}  // namespace mpegflow::records
