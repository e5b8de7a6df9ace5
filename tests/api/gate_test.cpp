#include "api/api_world.h"

namespace mpegflow::api {
namespace {

class GateTest : public ApiTest {};

TEST_F(GateTest, TellsNothingToWhoHasNoKey) {
  for (const char* target : {"/v1/jobs", "/v1/nothing", "/v1/keys", "/metrics"}) {
    const auto reply = ask_port("", "GET", target);
    EXPECT_EQ(reply.status, 401) << target;
    EXPECT_EQ(code_of(reply), "unauthenticated");
    EXPECT_EQ(reply.headers.count("www-authenticate"), 1U);
  }
  EXPECT_EQ(ask_port("mpf_x_" + std::string(64, '0'), "GET", "/v1/jobs").status, 401);
  EXPECT_EQ(ask_port("nonsense", "GET", "/v1/jobs").status, 401);
  EXPECT_EQ(ask_port("", "GET", "/healthz").status, 200);
}

TEST_F(GateTest, LocalSocketNeedsNoKey) {
  EXPECT_EQ(ask("GET", "/v1/jobs").status, 200);
  EXPECT_EQ(ask("GET", "/v1/keys").status, 200);
}

TEST_F(GateTest, KeyIsGoodForItsScopesAlone) {
  const std::string reader = make_key({"read"});
  EXPECT_EQ(ask_port(reader, "GET", "/v1/jobs").status, 200);
  const auto refused = ask_port(reader, "POST", "/v1/jobs", spec());
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(code_of(refused), "forbidden");
  EXPECT_EQ(ask_port(reader, "GET", "/v1/keys").status, 403);
  const std::string worker = make_key({"worker"});
  EXPECT_EQ(ask_port(worker, "GET", "/v1/jobs").status, 403);
}

TEST_F(GateTest, KeyEndsWithItsRevocation) {
  const std::string token = make_key({"read"});
  EXPECT_EQ(ask_port(token, "GET", "/v1/jobs").status, 200);
  const std::string id = token.substr(4, token.find('_', 4) - 4);
  EXPECT_EQ(ask("DELETE", "/v1/keys/" + id).status, 200);
  EXPECT_EQ(ask_port(token, "GET", "/v1/jobs").status, 401);
}

TEST_F(GateTest, TenantSeesOnlyItsOwn) {
  const std::string job = submit();
  const std::string other = make_key({"read", "submit"}, "acme");
  EXPECT_EQ(ask_port(other, "GET", "/v1/jobs/" + job).status, 404);
  EXPECT_EQ(ask_port(other, "POST", "/v1/jobs/" + job + "/cancel").status, 404);
  EXPECT_EQ(ask_port(other, "GET", "/v1/tasks/" + job + "%2Fprobe").status, 404);
  EXPECT_EQ(base::array_or(record(ask_port(other, "GET", "/v1/jobs")), "jobs").size(), 0U);
  EXPECT_EQ(ask_port(other, "GET", "/v1/jobs?tenant=local").status, 400);
  const std::string admin = make_key({"admin"}, "acme");
  EXPECT_EQ(ask_port(admin, "GET", "/v1/jobs/" + job).status, 200);
}

TEST_F(GateTest, WillNotBeRebound) {
  const std::string token = make_key({"read"});
  EXPECT_EQ(ask_port(token, "GET", "/v1/jobs", "", "Host: evil.example\r\n").status, 421);
  EXPECT_EQ(ask_port(token, "GET", "/healthz", "", "Host: evil.example\r\n").status, 421);
  EXPECT_EQ(ask_port(token, "GET", "/v1/jobs", "", "Host: localhost:80\r\n").status, 200);
  EXPECT_EQ(ask_port(token, "GET", "/v1/jobs", "", "Host: [::1]:80\r\n").status, 200);
  start({{"media.example"}});
  EXPECT_EQ(ask_port(token, "GET", "/v1/jobs", "", "Host: Media.Example:80\r\n").status, 200);
}

TEST_F(GateTest, TakesNothingFromOtherSites) {
  const std::string token = make_key({"read"});
  EXPECT_EQ(ask_port(token, "GET", "/v1/jobs", "", "Origin: http://evil.example\r\n").status, 403);
  EXPECT_EQ(ask_port(token, "GET", "/v1/jobs", "", "Origin: null\r\n").status, 403);
  EXPECT_EQ(ask_port(token, "GET", "/v1/jobs", "", "Sec-Fetch-Site: cross-site\r\n").status, 403);
  EXPECT_EQ(ask_port(token, "GET", "/v1/jobs", "", "Origin: http://127.0.0.1\r\n").status, 200);
}

TEST_F(GateTest, AsksTheTooEagerToWait) {
  GateOptions options;
  options.strange_burst = 3;
  options.burst = 3;
  options.per_second = options.strange_per_second = 0.001;
  start(options);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask_port("", "GET", "/v1/jobs").status, 401);
  const auto strange = ask_port("", "GET", "/v1/jobs");
  EXPECT_EQ(strange.status, 429);
  EXPECT_EQ(code_of(strange), "too_many_requests");
  EXPECT_EQ(strange.headers.count("retry-after"), 1U);
  const std::string token = make_key({"read"});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(ask_port(token, "GET", "/v1/jobs").status, 200);
  EXPECT_EQ(ask_port(token, "GET", "/v1/jobs").status, 429);
}

TEST_F(GateTest, SaysThatABodyIsTooLarge) {
  const auto refused = ask("POST", "/v1/keys", std::string((1 << 20) + 1, ' '));
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(code_of(refused), "too_large");
}

TEST_F(GateTest, KeysAreMadeOnceAndNeverShownAgain) {
  const auto made = ask("POST", "/v1/keys", R"({"name":"ci","scopes":["submit","read"]})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string token = base::text_or(record(made), "token");
  EXPECT_EQ(ask_port(token, "GET", "/v1/jobs").status, 200);
  const auto list = ask("GET", "/v1/keys");
  EXPECT_EQ(list.body.find(token.substr(40)), std::string::npos);
  EXPECT_EQ(list.body.find("hash"), std::string::npos);
  EXPECT_EQ(ask("POST", "/v1/keys", R"({"scopes":["root"]})").status, 400);
  EXPECT_EQ(ask("POST", "/v1/keys", R"({"scopes":[]})").status, 400);
  EXPECT_EQ(ask("POST", "/v1/keys", R"({"scopes":["read"],"pools":["cpu"]})").status, 400);
}

}  // namespace
}  // namespace mpegflow::api
