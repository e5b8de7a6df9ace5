#include "store/api_keys.h"

#include "store/conformance.h"

namespace mpegflow::store {
namespace {

class ApiKeys : public StoreConformance {
 protected:
  static ApiKeyRow make_key(const std::string& id) {
    ApiKeyRow key;
    key.id = id;
    key.name = "ci";
    key.hash = "h";
    key.tenant = "acme";
    key.scopes = {"submit", "read"};
    return key;
  }
};

TEST_P(ApiKeys, AreReadBackWhole) {
  ApiKeyRow key = make_key("k1");
  key.pools = {"cpu", "gpu"};
  key.expires = base::WallTime{42};
  ASSERT_TRUE(store->execute(CreateApiKey{key}));
  const auto found = store::find_api_key(*store, "k1");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->scopes, key.scopes);
  EXPECT_EQ((*found)->pools, key.pools);
  EXPECT_EQ((*found)->tenant, "acme");
  EXPECT_EQ((*found)->expires, key.expires);
  EXPECT_FALSE((*found)->revoked);
  EXPECT_FALSE(*store::find_api_key(*store, "k2"));
}

TEST_P(ApiKeys, AreRevokedForGood) {
  ASSERT_TRUE(store->execute(CreateApiKey{make_key("k1")}));
  ASSERT_TRUE(store->execute(RevokeApiKey{"k1"}));
  const auto first = (*store::find_api_key(*store, "k1"))->revoked;
  ASSERT_TRUE(first);
  clock.advance(std::chrono::seconds(5));
  ASSERT_TRUE(store->execute(RevokeApiKey{"k1"}));
  EXPECT_EQ((*store::find_api_key(*store, "k1"))->revoked, first);
  const auto none = store->execute(RevokeApiKey{"k2"});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, base::ErrorCode::not_found);
}

TEST_P(ApiKeys, AreListedInTheOrderOfTheirMaking) {
  ASSERT_TRUE(store->execute(CreateApiKey{make_key("z")}));
  clock.advance(std::chrono::seconds(1));
  ASSERT_TRUE(store->execute(CreateApiKey{make_key("a")}));
  const auto keys = list_api_keys(*store);
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 2U);
  EXPECT_EQ(keys->front().id, "z");
}

INSTANTIATE_TEST_SUITE_P(Store, ApiKeys, testing::ValuesIn(sqlite_cases()), name_case);

}  // namespace
}  // namespace mpegflow::store
