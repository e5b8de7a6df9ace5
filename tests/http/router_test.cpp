#include "http/router.h"

#include <gtest/gtest.h>

namespace mpegflow::http {
namespace {

using Parameters = std::map<std::string, std::string>;

/// Keeps what it was answered.
class KeptReply final : public Responder {
 public:
  void send(Reply reply) override { replies.push_back(std::move(reply)); }
  std::shared_ptr<ReplyStream> start_stream(Reply) override { return nullptr; }
  void on_end(std::function<void(RequestEnd)>) override {}

  std::vector<Reply> replies;
};

Reply complain(int status, const base::Error& error) {
  return Reply(status == 0 ? 422 : status, {}, std::string(to_word(error.code)));
}

struct World {
  Router router{[this](ServerRequest& asked) { return gate(asked); }, complain};
  std::optional<Reply> refusal;
  std::string scope_seen;

  std::optional<Reply> gate(ServerRequest& asked) {
    scope_seen = asked.route != nullptr ? asked.route->scope : "none";
    return refusal;
  }

  World() {
    const auto echo = [](const ServerRequest& asked, const std::shared_ptr<Responder>& to) {
      to->send(Reply(200, {}, asked.parameter("job") + asked.find_query("q").value_or("")));
    };
    router.add({"GET", "/v1/jobs/{job}", echo, "read"});
    router.add({"POST", "/v1/jobs/{job}", echo, "submit", 7});
  }

  Admission admit(const std::string& method, const std::string& target) {
    request = {};
    request.method = method;
    request.target = target;
    return router.admit(request);
  }

  ServerRequest request;
};

TEST(MatchPath, GivesTheParametersDecoded) {
  EXPECT_EQ(match_path("/v1/jobs/{job}", "/v1/jobs/a%2Fb"), (Parameters{{"job", "a/b"}}));
  EXPECT_EQ(match_path("/objects/{key...}", "/objects/a/b/c"), (Parameters{{"key", "a/b/c"}}));
  EXPECT_EQ(match_path("/v1/jobs", "/v1/jobs"), Parameters());
  EXPECT_EQ(match_path("/{a}/x/{b}", "/1/x/2"), (Parameters{{"a", "1"}, {"b", "2"}}));
}

TEST(MatchPath, WantsEverySegment) {
  EXPECT_EQ(match_path("/v1/jobs/{job}", "/v1/jobs"), std::nullopt);
  EXPECT_EQ(match_path("/v1/jobs/{job}", "/v1/jobs/"), std::nullopt);
  EXPECT_EQ(match_path("/v1/jobs/{job}", "/v1/jobs/a/b"), std::nullopt);
  EXPECT_EQ(match_path("/v1/jobs", "/v1/jobs/"), std::nullopt);
  EXPECT_EQ(match_path("/v1/jobs", "//v1/jobs"), std::nullopt);
  EXPECT_EQ(match_path("/objects/{key...}", "/objects/"), std::nullopt);
  EXPECT_EQ(match_path("/v1/jobs/{job}", "/v1/jobs/%zz"), std::nullopt);
  EXPECT_EQ(match_path("/v1/jobs/{job}", "/v1/jobs/a%00b"), std::nullopt);
}

TEST(Query, IsDecoded) {
  EXPECT_EQ(parse_query("a=1&b=x+y%21&c"), (Parameters{{"a", "1"}, {"b", "x y!"}, {"c", ""}}));
  EXPECT_EQ(parse_query(""), Parameters());
  EXPECT_EQ(parse_query("a=%1"), std::nullopt);
}

TEST(Router, AnswersByMethodAndPath) {
  World world;
  EXPECT_FALSE(world.admit("GET", "/v1/jobs/j1?q=x").refusal);
  EXPECT_EQ(world.scope_seen, "read");
  const auto kept = std::make_shared<KeptReply>();
  world.router.handle(std::move(world.request), kept);
  ASSERT_EQ(kept->replies.size(), 1U);
  EXPECT_EQ(kept->replies[0].body, "j1x");
  EXPECT_EQ(world.admit("POST", "/v1/jobs/j1").max_body, 7);
  EXPECT_EQ(world.scope_seen, "submit");
}

TEST(Router, HeadAsksWhatGetWouldSay) {
  World world;
  EXPECT_FALSE(world.admit("HEAD", "/v1/jobs/j1").refusal);
  EXPECT_EQ(world.request.route->method, "GET");
}

TEST(Router, TellsAWrongMethodFromAWrongPath) {
  World world;
  const Admission wrong_method = world.admit("DELETE", "/v1/jobs/j1");
  ASSERT_TRUE(wrong_method.refusal);
  EXPECT_EQ(wrong_method.refusal->status, 405);
  EXPECT_EQ(find_header(wrong_method.refusal->headers, "allow"), "GET, HEAD, POST");
  EXPECT_EQ(world.admit("OPTIONS", "/v1/jobs/j1").refusal->status, 204);
  EXPECT_EQ(world.admit("GET", "/v1/nothing").refusal->status, 404);
  EXPECT_EQ(world.admit("GET", "nothing").refusal->status, 400);
  EXPECT_EQ(world.admit("GET", "/v1/jobs/j1?q=%").refusal->status, 400);
}

TEST(Router, AsksTheGateBeforeItSaysWhatThereIs) {
  World world;
  world.refusal = Reply(401);
  EXPECT_EQ(world.admit("GET", "/v1/nothing").refusal->status, 401);
  EXPECT_EQ(world.admit("DELETE", "/v1/jobs/j1").refusal->status, 401);
}

TEST(Router, SinkThatCannotBeOpenedIsARefusal) {
  World world;
  Route route{"PUT", "/up", nullptr, ""};
  route.open_sink = [](const ServerRequest&) -> base::Result<std::unique_ptr<BodySink>> {
    return base::fail(base::ErrorCode::disk_full, "no room");
  };
  world.router.add(std::move(route));
  const Admission admission = world.admit("PUT", "/up");
  ASSERT_TRUE(admission.refusal);
  EXPECT_EQ(admission.refusal->body, "disk_full");
}

}  // namespace
}  // namespace mpegflow::http
