#include "protocol/wire/messages.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.h"

namespace mpegflow::protocol::wire {
namespace {

// ---- arbitrary messages -----------------------------------------------------------------------

std::string text() {
  return *rc::gen::oneOf(rc::gen::string<std::string>(),
                         rc::gen::element<std::string>("", "a\"b\\c\n", "größe", "\xF0\x9F\x8E\xAC",
                                                       std::string("nul\0byte", 8)));
}
/// As it comes out: JSON has no bytes that are not UTF-8.
std::string utf8() {
  std::string made = text();
  for (char& byte : made)
    if (static_cast<unsigned char>(byte) >= 0x80) byte = '?';
  return made;
}
std::int64_t number() {
  return *rc::gen::arbitrary<std::int64_t>();
}
template <class Id>
Id id() {
  return Id(utf8());
}
template <class Item, class Make>
std::vector<Item> some(const Make& make) {
  std::vector<Item> items;
  for (int left = *rc::gen::inRange(0, 4); left > 0; --left) items.push_back(make());
  return items;
}
template <class Make>
auto maybe(const Make& make) {
  return *rc::gen::arbitrary<bool>() ? std::optional(make()) : std::nullopt;
}

Claim claim() {
  return {id<base::TaskId>(), number(), id<base::ClaimId>()};
}
store::OutputRow output() {
  return {utf8(), id<base::TaskId>(), number(), id<base::ClaimId>(),     utf8(), utf8(),
          utf8(), number(),           utf8(),   base::WallTime{number()}};
}
store::PublishedRow published_row() {
  return {utf8(), id<base::JobId>(), number(), utf8(), number()};
}
store::Published published() {
  return {utf8(), some<store::PublishedRow>(published_row)};
}
ClaimRequest claim_request() {
  return {id<base::RequestId>(),
          id<base::SessionId>(),
          some<std::string>(utf8),
          id<base::JobId>(),
          number(),
          base::Micros(number())};
}
Assignment assignment() {
  Assignment made;
  made.claim = claim();
  made.session = id<base::SessionId>();
  made.job = id<base::JobId>();
  made.task_key = utf8();
  made.kind = *rc::gen::element(queue::TaskKind::probe, queue::TaskKind::deliver);
  made.params = utf8();
  made.scratch_uri = utf8();
  made.encoder_revision = id<base::EncoderRevisionId>();
  made.memory_limit = number();
  made.deadline = base::Micros(number());
  made.inputs = some<AssignedInput>([] {
    return AssignedInput{utf8(), utf8(), utf8(), maybe(utf8), maybe(utf8)};
  });
  made.parents = some<AssignedParent>([] {
    return AssignedParent{utf8(), queue::TaskKind::encode, utf8(), some<store::OutputRow>(output)};
  });
  made.job_outputs = some<store::OutputRow>(output);
  made.published = some<store::PublishedRow>(published_row);
  made.publishing = some<store::PublishedRow>(published_row);
  return made;
}
retry::Finding finding() {
  retry::Finding made = retry::make_finding("input_corrupt", utf8());
  made.evidence = some<retry::Evidence>([] {
    return retry::Evidence{*rc::gen::inRange(0, 1 << 30), utf8()};
  });
  return made;
}
store::InputFacts facts() {
  return {utf8(), maybe(utf8), maybe(utf8)};
}

/// Whatever was read writes the same text again.
#define EXPECT_ROUND_TRIP(message, parse, ...)                            \
  do {                                                                    \
    const std::string sent = to_text(message __VA_OPT__(, ) __VA_ARGS__); \
    const auto read = parse(sent __VA_OPT__(, ) __VA_ARGS__);             \
    RC_ASSERT(read.has_value());                                          \
    RC_ASSERT(to_text(*read __VA_OPT__(, ) __VA_ARGS__) == sent);         \
  } while (false)

RC_GTEST_PROP(WireMessages, OfEveryKindComeBackAsTheyWereSent, ()) {
  RegisterRequest registering;
  registering.session = id<base::SessionId>();
  registering.host = utf8();
  registering.pid = number();
  registering.encoder = {id<base::EncoderRevisionId>(), utf8(), utf8(), utf8(), utf8(), {}};
  registering.facts = {{"cores", number()}};
  registering.pools = some<std::string>(utf8);
  registering.ended = some<EndedSession>([] {
    return EndedSession{id<base::SessionId>(), utf8(), some<LostAttempt>([] {
                          return LostAttempt{claim(), utf8(), number()};
                        })};
  });
  EXPECT_ROUND_TRIP(registering, parse_register_request);
  EXPECT_ROUND_TRIP((RegisterAnswer{1, base::Micros(number()), base::Micros(number()), {}}),
                    parse_register_answer);
  EXPECT_ROUND_TRIP(claim_request(), parse_claim_request);
  EXPECT_ROUND_TRIP(Assignments{some<Assignment>(assignment)}, parse_assignments);
  EXPECT_ROUND_TRIP((StageRequest{claim(), some<store::OutputRow>(output), maybe(published)}),
                    parse_stage_request);
  EXPECT_ROUND_TRIP(
      (CommitRequest{id<base::RequestId>(), claim(), utf8(), utf8(), some<std::string>(utf8),
                     some<store::InputFacts>(facts), maybe(published), maybe(claim_request)}),
      parse_commit_request);
  EXPECT_ROUND_TRIP((ReportRequest{id<base::RequestId>(), claim(), finding(), utf8(),
                                   some<store::InputFacts>(facts), maybe(claim_request)}),
                    parse_report_request);
  EXPECT_ROUND_TRIP((ReleaseRequest{id<base::RequestId>(), claim(), utf8(), utf8()}),
                    parse_release_request);
  TaskAnswer answer;
  answer.state = queue::TaskState::backing_off;
  answer.retry_at = base::WallTime{number()};
  answer.next = some<Assignment>(assignment);
  EXPECT_ROUND_TRIP(answer, parse_task_answer);
  HeartbeatAnswer heard;
  heard.superseded = some<Claim>(claim);
  heard.expired = some<Claim>(claim);
  heard.must_drain = true;
  heard.wanted_logs = some<WantedLog>([] { return WantedLog{claim(), number()}; });
  EXPECT_ROUND_TRIP(heard, parse_heartbeat_answer);
}

RC_GTEST_PROP(WireMessages, KeepTheClaimWhatever, ()) {
  const Claim sent = claim();
  const auto read = parse_stage_request(to_text(StageRequest{sent, {}}));
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->claim == sent);
}

RC_GTEST_PROP(WireMessages, OfBadBytesAreRefusedOrRead, ()) {
  // A good message with a piece of it replaced: never a crash, and what is read can be written.
  std::string bytes = to_text(CommitRequest{id<base::RequestId>(), claim(), utf8(), utf8(),
                                            some<std::string>(utf8), some<store::InputFacts>(facts),
                                            maybe(published), maybe(claim_request)});
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  bytes.replace(at, *rc::gen::inRange<std::size_t>(0, 9), text());
  const auto read = parse_commit_request(bytes);
  if (read) RC_ASSERT(parse_commit_request(to_text(*read)).has_value());
  else RC_ASSERT(read.error().code == base::ErrorCode::invalid_argument);
}

TEST(WireMessages, SayWhichFieldIsWrong) {
  const auto read = parse_heartbeat_request(
      R"({"session":"s","running":[{"claim":{"task":"t","fence":"7"}}]})", base::SteadyTime{0});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, base::ErrorCode::invalid_argument);
  EXPECT_NE(read.error().message.find("running[0].claim.fence"), std::string::npos);
  EXPECT_FALSE(parse_claim_request("[]"));
  EXPECT_FALSE(parse_claim_request(""));
  EXPECT_FALSE(parse_task_answer(R"({"state":"asleep"})"));
}

TEST(WireMessages, PassOverWhatANewerVersionAdds) {
  const auto read = parse_task_answer(R"({"state":"dead","mood":{"sad":[1]},"retry_at_us":null})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->state, queue::TaskState::dead);
  EXPECT_FALSE(read->retry_at);
}

TEST(WireMessages, LoseBytesThatAreNotUtf8) {
  const auto read = parse_release_request(
      to_text(ReleaseRequest{base::RequestId("r"), {}, "caf\xE9 \xC3\xA9", "{}"}));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->why, "caf\xEF\xBF\xBD \xC3\xA9");
}

TEST(WireMessages, CarryWhyAWorkerTakesNoTasks) {
  HeartbeatRequest beat;
  beat.session = base::SessionId("s");
  const auto carried = [&] {
    return parse_heartbeat_request(to_text(beat, base::SteadyTime{0}), base::SteadyTime{0})->pause;
  };
  EXPECT_EQ(carried(), std::nullopt);
  beat.pause = queue::Pause::disk_full;
  EXPECT_EQ(carried(), queue::Pause::disk_full);
  const auto later = parse_heartbeat_request(
      R"({"session":"s","running":[],"progress":[],"pause":"of_a_later_release"})",
      base::SteadyTime{0});
  ASSERT_TRUE(later) << later.error().message;
  EXPECT_EQ(later->pause, std::nullopt);
}

TEST(WireMessages, CarryProgressAsAnAge) {
  HeartbeatRequest beat;
  beat.session = base::SessionId("s");
  TaskProgress progress;
  progress.phase = "running";
  progress.since = base::SteadyTime{40};
  progress.fraction = 0.5;
  progress.eta = base::Micros(7);
  beat.progress = {progress};
  const auto read =
      parse_heartbeat_request(to_text(beat, base::SteadyTime{100}), base::SteadyTime{1000});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->progress.front().since, base::SteadyTime{940});
  EXPECT_EQ(read->progress.front().fraction, 0.5);
  EXPECT_EQ(read->progress.front().eta, base::Micros(7));
}

TEST(WireMessages, SettleOnAVersionThatBothSpeak) {
  EXPECT_EQ(agree_on_protocol(kProtocol, kProtocol), kProtocol);
  EXPECT_EQ(agree_on_protocol(kProtocol, kProtocol + 1), kProtocol) << "a newer worker";
  const auto apart = agree_on_protocol(kProtocol + 1, kProtocol + 2);
  ASSERT_FALSE(apart);
  EXPECT_EQ(apart.error().code, base::ErrorCode::invalid_argument);
  EXPECT_FALSE(agree_on_protocol(0, kOldestProtocol - 1));
}

}  // namespace
}  // namespace mpegflow::protocol::wire
