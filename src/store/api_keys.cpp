#include "store/api_keys.h"

#include "base/text.h"

namespace mpegflow::store {
namespace {

std::vector<std::string> to_words(const std::string& text) {
  return text.empty() ? std::vector<std::string>() : base::split(text, ' ');
}

ApiKeyRow to_api_key(const Row& row) {
  ApiKeyRow key;
  key.id = row.text(0);
  key.name = row.text(1);
  key.hash = row.text(2);
  key.tenant = row.text(3);
  key.scopes = to_words(row.text(4));
  key.pools = to_words(row.text(5));
  key.created = {row.number(6)};
  key.expires = to_time(row.find_number(7));
  key.revoked = to_time(row.find_number(8));
  return key;
}

}  // namespace

base::Result<std::optional<ApiKeyRow>> find_api_key(Store& store, const std::string& id) {
  std::optional<ApiKeyRow> found;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(const Rows rows, session.run("api_key_by_id", {id}));
    found.reset();
    if (!rows.empty()) found = to_api_key(rows.front());
    return {};
  }));
  return found;
}

base::Result<std::vector<ApiKeyRow>> list_api_keys(Store& store) {
  std::vector<ApiKeyRow> keys;
  RETURN_IF_ERROR(store.read([&](Session& session) -> base::Result<void> {
    ASSIGN_OR_RETURN(const Rows rows, session.run("list_api_keys", {}));
    keys.clear();
    for (const Row& row : rows) keys.push_back(to_api_key(row));
    return {};
  }));
  return keys;
}

}  // namespace mpegflow::store
