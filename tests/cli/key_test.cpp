#include "cli/cli_fixture.h"
#include "core/access/api_key.h"
#include "store/api_keys.h"

namespace mpegflow::cli {
namespace {

class KeyTest : public CliTest {
 protected:
  KeyTest() { context_.entropy = &entropy_; }

  base::SystemEntropy entropy_;
};

TEST_F(KeyTest, TokenIsPrintedOnceAndFits) {
  ASSERT_EQ(run({"key", "create", "--scope", "submit,read", "--name", "ci"}), ExitCode::done);
  const auto token = access::parse_token(out().substr(0, out().size() - 1));
  ASSERT_TRUE(token) << out();
  const auto key = store::find_api_key(*store_, token->id);
  ASSERT_TRUE(key && *key);
  EXPECT_TRUE(access::is_hash_of((*key)->hash, token->secret));
  EXPECT_EQ((*key)->scopes, (std::vector<std::string>{"submit", "read"}));
  ASSERT_EQ(run({"key", "list"}), ExitCode::done);
  EXPECT_NE(out().find("submit,read"), std::string::npos);
  EXPECT_EQ(out().find(token->secret), std::string::npos);
}

TEST_F(KeyTest, IsRevokedById) {
  ASSERT_EQ(run({"key", "create", "--scope", "read", "--json"}), ExitCode::done);
  const std::string id = base::text_or(base::object_or(record(), "key"), "id");
  EXPECT_EQ(run({"key", "revoke", id}), ExitCode::done);
  EXPECT_TRUE((*store::find_api_key(*store_, id))->revoked);
  EXPECT_EQ(run({"key", "revoke", "nosuch"}), ExitCode::input_missing);
}

TEST_F(KeyTest, WrongWordsAreUsageErrors) {
  EXPECT_EQ(run({"key", "create"}), ExitCode::usage);
  EXPECT_EQ(run({"key", "create", "--scope", "root"}), ExitCode::usage);
  EXPECT_EQ(run({"key", "create", "--scope", "read", "--pool", "cpu"}), ExitCode::usage);
  EXPECT_EQ(run({"key", "create", "--scope", "read", "--expires", "soon"}), ExitCode::usage);
}

}  // namespace
}  // namespace mpegflow::cli
