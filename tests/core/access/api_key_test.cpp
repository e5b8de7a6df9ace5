#include "core/access/api_key.h"

#include <gtest/gtest.h>

namespace mpegflow::access {
namespace {

const std::string kSecret(64, 'a');

TEST(ApiKey, TokenIsReadBack) {
  const std::string text = make_token({"0123abc", kSecret});
  EXPECT_EQ(text, "mpf_0123abc_" + kSecret);
  const auto token = parse_token(text);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->id, "0123abc");
  EXPECT_EQ(token->secret, kSecret);
}

TEST(ApiKey, WhatIsNoTokenIsNone) {
  for (const std::string& text :
       {std::string(), std::string("mpf_"), "mpf_" + kSecret, "mpf__" + kSecret, "xpf_a_" + kSecret,
        "mpf_a_" + kSecret + "a", "mpf_A_" + kSecret, "mpf_a_" + std::string(64, 'G'),
        "mpf_a' OR 1_" + kSecret, "mpf_" + std::string(65, 'a') + "_" + kSecret})
    EXPECT_FALSE(parse_token(text)) << text;
}

TEST(ApiKey, OnlyTheSecretItselfFits) {
  const std::string hash = hash_secret(kSecret);
  EXPECT_TRUE(is_hash_of(hash, kSecret));
  EXPECT_FALSE(is_hash_of(hash, std::string(64, 'b')));
  EXPECT_FALSE(is_hash_of("", kSecret));
}

TEST(ApiKey, AdminRulesButDoesNotWork) {
  EXPECT_TRUE(may({"admin"}, "read"));
  EXPECT_TRUE(may({"admin"}, "submit"));
  EXPECT_FALSE(may({"admin"}, "worker"));
  EXPECT_FALSE(may({"admin"}, "raw"));
  EXPECT_TRUE(may({"read"}, "read"));
  EXPECT_FALSE(may({"read"}, "submit"));
  EXPECT_TRUE(may({}, ""));
}

TEST(ApiKey, EveryScopeHasAWord) {
  for (const std::string& word : scope_words()) EXPECT_EQ(to_word(*parse_scope(word)), word);
  EXPECT_FALSE(parse_scope("root"));
}

TEST(ApiKey, EndsByTimeOrByOrder) {
  EXPECT_EQ(find_end({}, {}, {5}), "");
  EXPECT_EQ(find_end(base::WallTime{6}, {}, {5}), "");
  EXPECT_EQ(find_end(base::WallTime{5}, {}, {5}), "has expired");
  EXPECT_EQ(find_end({}, base::WallTime{1}, {5}), "was revoked");
}

}  // namespace
}  // namespace mpegflow::access
