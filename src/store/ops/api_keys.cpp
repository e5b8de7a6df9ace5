#include <fmt/format.h>
#include <fmt/ranges.h>

#include "store/ops/ops_internal.h"

namespace mpegflow::store {
namespace {

std::string join(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace

base::Result<CreateApiKey::Answer> run_op(Session& session, const CreateApiKey& op) {
  const ApiKeyRow& key = op.key;
  Value expires;
  if (key.expires) expires = key.expires->us;
  RETURN_IF_ERROR(
      session.run("insert_api_key", {key.id, key.name, key.hash, key.tenant, join(key.scopes),
                                     join(key.pools), session.now().us, expires}));
  return CreateApiKey::Answer{};
}

base::Result<RevokeApiKey::Answer> run_op(Session& session, const RevokeApiKey& op) {
  ASSIGN_OR_RETURN(const Rows rows, session.run("revoke_api_key", {op.id, session.now().us}));
  if (rows.empty())
    return base::fail(base::ErrorCode::not_found, fmt::format("there is no API key {}", op.id));
  return RevokeApiKey::Answer{};
}

}  // namespace mpegflow::store
