#include "cli/command_line.h"

#include <sstream>

#include <gmock/gmock.h>

#include "api/api_world.h"
#include "api/drain_orders.h"
#include "api/running_logs.h"
#include "http/curl/curl_client.h"
#include "support/manual_clock.h"

namespace mpegflow::api {
namespace {

using cli::ExitCode;
using testing::HasSubstr;

constexpr const char* kOneTry = R"(,"retry":{"transient":{"max":0}})";

/// The command line beside a server on the same store.
class CommandLine : public ApiTest {
 protected:
  CommandLine() {
    context_.out.stream = &out_;
    context_.err.stream = &err_;
    context_.working_directory = folder_.path() / "media";
    context_.program = "mpegflow";
    context_.clock = &still_;
    context_.http = &client_;
    context_.open_store = [this](const cli::Config&) -> base::Result<store::Store*> {
      return store_.get();
    };
    context_.open_logs = [this](const cli::Config&) -> base::Result<objects::ObjectStore*> {
      return &logs_;
    };
    context_.pause = [this](base::Micros) { on_pause_(); };
  }

  ExitCode run(const std::vector<std::string>& words, cli::Environment environment) {
    environment.emplace("HOME", folder_.path().native());
    context_.environment = std::move(environment);
    out_.str("");
    err_.str("");
    return cli::run_command_line(words, context_);
  }
  std::string out() const { return out_.str(); }
  std::string err() const { return err_.str(); }
  base::json::object said() const { return base::parse_json(out(), "output")->get_object(); }

  cli::Environment at_socket() const {
    return {{"MPEGFLOW_URL", "unix://" + (folder_.path() / "s").native()}};
  }
  cli::Environment at_port(const std::string& token) const {
    return {{"MPEGFLOW_URL", "http://127.0.0.1:" + std::to_string(port_)}, {"MPEGFLOW_KEY", token}};
  }
  std::string write_spec(const std::string& text) {
    const base::Path file = folder_.path() / "spec.json";
    EXPECT_TRUE(base::write_file_durably(file, text));
    return file.native();
  }

  test::ManualClock still_;
  http::CurlClient client_;
  std::ostringstream out_, err_;
  cli::Context context_;
  std::function<void()> on_pause_ = [] { ADD_FAILURE() << "waits"; };
};

TEST_F(CommandLine, SaysTheSameOfAServerAsOfTheStateHere) {
  const std::string older = submit("older");
  const std::string job = submit();
  kill_a_task("frame=1\rmoov\xff\n");
  const std::string task = job.substr(0, 20) + "/probe";
  const std::string key = make_key({"read"});
  const std::vector<std::vector<std::string>> commands = {
      {"job", "list"},
      {"job", "list", "--limit", "1"},
      {"job", "list", "--before", job},
      {"job", "show", "last"},
      {"job", "show", older},
      {"job", "show", "zz"},
      {"job", "show", ""},
      {"job", "show", job.substr(0, 1)},
      {"job", "events", "last"},
      {"task", "show", "last/probe"},
      {"task", "show", "last/none"},
      {"task", "log", older + "/probe"},
      {"task", "log", "last/probe"},
      {"task", "log", older + "/probe", "--attempt", "7"},
      {"worker", "list"},
      {"worker", "show", "host"},
      {"worker", "show", "sess"},
      {"worker", "show", "nobody"},
      {"lane", "list"},
      {"lane", "show", "vod"},
      {"lane", "show", "none"},
      {"pool", "list"},
      {"pool", "show", "cpu"},
      {"pool", "show", "none"}};
  for (auto words : commands)
    for (const bool is_json : {false, true}) {
      if (is_json) words.emplace_back("--json");
      const std::string name = testing::PrintToString(words);
      const ExitCode code = run(words, {});
      const std::string here = out(), complaint = err();
      EXPECT_NE(here + complaint, "") << name;
      EXPECT_EQ(run(words, at_socket()), code) << name << err();
      EXPECT_EQ(out(), here) << name;
      EXPECT_EQ(err(), complaint) << name;
      EXPECT_EQ(run(words, at_port(key)), code) << name << err();
      EXPECT_EQ(out(), here) << name;
    }
}

TEST_F(CommandLine, SaysTheSameOfDeadLetters) {
  const std::string job = submit("out", kOneTry);
  kill_a_task("log\n", "io_error");
  const std::string key = make_key({"admin"});
  const std::string group = store::list_dead_letter_groups(*store_)->at(0).signature;
  for (std::vector<std::string> words :
       {std::vector<std::string>{"dlq", "list"},
        {"dlq", "show", group.substr(0, 8)},
        {"dlq", "show", "last/probe"},
        {"dlq", "show", "last/720p"},
        {"dlq", "show", "nothing"},
        {"dlq", "reprocess"},
        {"dlq", "reprocess", "nothing"},
        {"dlq", "reprocess", "--all", "--pool", "nowhere"},
        {"dlq", "reprocess", "--all", "--of-revision", "zz"},
        {"dlq", "reprocess", "--lane", "live", "--since", "2h", "--rate", "1/min"}})
    for (const bool is_json : {false, true}) {
      if (is_json) words.emplace_back("--json");
      const std::string name = testing::PrintToString(words);
      const ExitCode code = run(words, {});
      const std::string here = out(), complaint = err();
      EXPECT_EQ(run(words, at_socket()), code) << name << err();
      EXPECT_EQ(out(), here) << name;
      EXPECT_EQ(err(), complaint) << name;
      EXPECT_EQ(run(words, at_port(key)), code) << name << err();
      EXPECT_EQ(out(), here) << name;
    }
  EXPECT_EQ(run({"dlq", "list"}, at_port(make_key({"read"}))), ExitCode::not_permitted);
  EXPECT_THAT(err(), HasSubstr("scope admin"));

  EXPECT_EQ(run({"dlq", "reprocess", "last/probe"}, at_port(key)), ExitCode::done) << err();
  EXPECT_EQ(out(), "1 dead letter of 1 job gets another chance\n");
  EXPECT_EQ(run({"dlq", "list"}, at_socket()), ExitCode::done);
  EXPECT_EQ(out(), "no dead letters\n");
}

TEST_F(CommandLine, ChangesLanesPoolsAndHostsOfAServerAndSaysWhoDid) {
  submit();
  kill_a_task("log\n");
  EXPECT_EQ(run({"lane", "set", "vod", "--cap", "3"}, at_socket()), ExitCode::done) << err();
  EXPECT_THAT(out(), HasSubstr("local socket  {\"cap\":3}"));
  EXPECT_EQ(run({"lane", "set", "vod", "--cap", "none", "--json"}, at_socket()), ExitCode::done);
  EXPECT_TRUE(base::object_or(said(), "lane").at("cap").is_null());
  EXPECT_EQ(run({"lane", "set", "vod", "--weight", "400"}, at_socket()), ExitCode::usage);
  EXPECT_EQ(run({"lane", "set", "vod", "--cap", "1", "--pool", "none"}, at_socket()),
            ExitCode::input_missing);
  EXPECT_EQ(run({"lane", "set", "vod", "--cap", "1"}, at_port(make_key({"read"}))),
            ExitCode::not_permitted);

  EXPECT_EQ(run({"pool", "set", "big", "--memory", "8GiB", "--description", "a lot"}, at_socket()),
            ExitCode::done)
      << err();
  EXPECT_EQ(run({"pool", "set", "cpu", "--next", "big"}, at_socket()), ExitCode::done) << err();
  EXPECT_EQ(run({"pool", "set", "big", "--next", "none", "--json"}, at_socket()), ExitCode::done);
  EXPECT_EQ(base::text_or(said(), "description"), "a lot") << "what is not named stays";
  EXPECT_EQ(run({"pool", "set", "cpu", "--next", "nowhere"}, at_socket()), ExitCode::input_missing);

  EXPECT_EQ(run({"worker", "quarantine", "host"}, at_socket()), ExitCode::usage) << "no reason";
  EXPECT_EQ(run({"worker", "quarantine", "sess", "--why", "noise"}, at_socket()), ExitCode::done)
      << err();
  EXPECT_THAT(out(), HasSubstr("host host gets no more tasks; 0 that it has go on"));
  const ExitCode here = run({"worker", "show", "host"}, {});
  const std::string text = out();
  EXPECT_THAT(text, HasSubstr("it is released"));
  EXPECT_THAT(text, HasSubstr("by local socket: {\"quarantined\":true,\"why\":\"noise\"}"));
  EXPECT_EQ(run({"worker", "show", "host"}, at_socket()), here);
  EXPECT_EQ(out(), text);
  EXPECT_EQ(run({"worker", "list"}, at_socket()), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("quarantined"));
  EXPECT_EQ(run({"worker", "quarantine", "host", "--why", "x"}, at_port(make_key({"read"}))),
            ExitCode::not_permitted);
  EXPECT_EQ(run({"worker", "release", "host", "--why", "still"}, at_socket()), ExitCode::done);
  EXPECT_EQ(out(), "host host gets tasks again\n");
}

TEST_F(CommandLine, GivesTheServerAJobThatIsOnlyMadeOnce) {
  const std::string file =
      write_spec(R"({"version":1,"input":"in.mp4","output":"out","ladder":"hls-h264"})");
  const std::vector<std::string> words = {"job", "submit", file, "--idempotency-key", "k"};
  const std::string token = make_key({"submit", "read"});

  EXPECT_EQ(run(words, at_port(token)), ExitCode::done) << err();
  EXPECT_THAT(out(), HasSubstr(" is submitted\n"));
  EXPECT_EQ(run(words, at_socket()), ExitCode::done) << err();
  EXPECT_THAT(out(), HasSubstr(" was submitted before\n"));

  EXPECT_EQ(run({"job", "show", "last", "--json"}, at_port(token)), ExitCode::done);
  EXPECT_EQ(base::text_or(base::object_or(said(), "job"), "output_uri"),
            "file://" + (folder_.path() / "media" / "out").native())
      << "relative to where the command was given";
}

TEST_F(CommandLine, LeavesToThePoliciesOfTheServerWhatASpecDoesNotSay) {
  services_->retry_policies.everyone = {{"transient", {{"max", 1}}}, {"lost", {{"max", 2}}}};
  const std::string file =
      write_spec(R"({"version":1,"input":"in.mp4","output":"out","ladder":"hls-h264",)"
                 R"("retry":{"transient":{"max":5}}})");
  ASSERT_EQ(run({"job", "submit", file}, at_socket()), ExitCode::done) << err();
  ASSERT_EQ(run({"job", "show", "last", "--json"}, at_socket()), ExitCode::done);
  const auto spec = base::object_or(base::object_or(said(), "job"), "spec");
  const auto retry = base::object_or(spec, "retry");
  EXPECT_EQ(base::int_or(base::object_or(retry, "transient"), "max"), 5) << "the spec's own word";
  EXPECT_EQ(base::int_or(base::object_or(retry, "lost"), "max"), 2) << "the server's";
}

TEST_F(CommandLine, TellsWhatAServerRefusesAsItTellsItHere) {
  const std::string token = make_key({"submit", "read"});
  EXPECT_EQ(run({"job", "submit", write_spec(R"({"version":1})")}, at_port(token)),
            ExitCode::spec_invalid);
  EXPECT_EQ(run({"job", "submit", write_spec(spec("../out"))}, at_port(token)),
            ExitCode::input_missing);
  EXPECT_THAT(err(), HasSubstr("outside the folders"));
  EXPECT_EQ(run({"job", "list"}, at_port("mpf_x_y")), ExitCode::not_permitted);
  EXPECT_EQ(run({"job", "list"}, at_port("")), ExitCode::usage);
  EXPECT_THAT(err(), HasSubstr("MPEGFLOW_KEY"));
  EXPECT_EQ(run({"worker", "release", "host"}, at_port(token)), ExitCode::not_permitted);
  EXPECT_THAT(err(), HasSubstr("scope admin"));
  EXPECT_EQ(run({"job", "list", "--json"}, {{"MPEGFLOW_URL", "unix:///nowhere/s"}}),
            ExitCode::unavailable);
  EXPECT_EQ(base::text_or(base::object_or(said(), "error"), "code"), "server_unreachable");
  EXPECT_EQ(run({"job", "list"}, {{"MPEGFLOW_URL", "ftp://a"}}), ExitCode::misconfigured);
  EXPECT_EQ(run({"job", "list", "--server", "http://a", "--state", "s"}, {}), ExitCode::usage);
}

TEST_F(CommandLine, SaysWhatIsForTheStateOfAMachineAlone) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"gc"}, {"fsck"}, {"key", "list"}}) {
    EXPECT_EQ(run(words, at_socket()), ExitCode::usage);
    EXPECT_THAT(err(), HasSubstr("MPEGFLOW_URL names a server"));
  }
  EXPECT_EQ(run({"key", "list", "--state", "s"}, at_socket()), ExitCode::done) << err();
}

TEST_F(CommandLine, FollowsTheLogOfARunningAttemptToItsEnd) {
  const std::string token = make_key({"read"});
  for (const auto& environment : {cli::Environment{}, at_socket(), at_port(token)}) {
    const std::string job = submit("out" + std::to_string(requests_));
    store::Claim claim;
    int pauses = 0;
    on_pause_ = [&] {
      switch (++pauses) {
        case 1:
          claim = claim_a_task();
          ASSERT_TRUE(base::write_file_durably(running_log(job, claim), "one\nhal"));
          return;
        case 2:
          EXPECT_EQ(out(), "one\nhal") << "as it comes";
          ASSERT_TRUE(base::write_file_durably(running_log(job, claim), "one\nhalf\n"));
          return;
        case 3: fail_task(claim, "one\nhalf\ntwo\n", "input_not_media"); return;
        default: FAIL() << "it is over";
      }
    };
    EXPECT_EQ(run({"task", "log", "last/probe", "-f"}, environment), ExitCode::done) << err();
    EXPECT_EQ(out(), "one\nhalf\ntwo\n");
    EXPECT_EQ(pauses, 3);
    EXPECT_EQ(run({"task", "log", "last/probe", "--follow", "--json"}, environment),
              ExitCode::done);
    const base::json::object followed = said();
    EXPECT_EQ(run({"task", "log", "last/probe", "--json"}, environment), ExitCode::done);
    EXPECT_EQ(said(), followed);
  }
}

TEST_F(CommandLine, FollowAsksTheServerForALogThatGrowsElsewhere) {
  RunningLogs logs(folder_.path() / "logs", std::chrono::minutes(1), clock_);
  services_->running_logs = &logs;
  const cli::Environment of_state{{"MPEGFLOW_SOCKET", (folder_.path() / "s").native()}};
  for (const auto& environment : {of_state, at_socket()}) {
    submit("out" + std::to_string(requests_));
    const store::Claim claim = claim_a_task();
    int pauses = 0;
    on_pause_ = [&] {
      switch (++pauses) {
        case 1:
          EXPECT_EQ(logs.list_wanted({{claim, {}}}).size(), 1U) << "the next heartbeat tells it";
          ASSERT_TRUE(logs.append(claim, 0, "one\n"));
          return;
        case 2:
          EXPECT_EQ(out(), "one\n") << "as it comes";
          fail_task(claim, "one\ntwo\n", "input_not_media");
          return;
        default: FAIL() << "it is over";
      }
    };
    EXPECT_EQ(run({"task", "log", "last/probe", "-f"}, environment), ExitCode::done) << err();
    EXPECT_EQ(out(), "one\ntwo\n");
  }
}

TEST_F(CommandLine, FollowSparesATerminalHalfOfALine) {
  const std::string job = submit();
  const store::Claim claim = claim_a_task();
  ASSERT_TRUE(base::write_file_durably(running_log(job, claim), "one\n\x1b[2"));
  context_.out.is_terminal = true;
  on_pause_ = [&] {
    EXPECT_EQ(out(), "one\n");
    fail_task(claim, "one\n\x1b[2J", "input_not_media");
  };
  EXPECT_EQ(run({"task", "log", "last/probe", "-f"}, {}), ExitCode::done) << err();
  EXPECT_EQ(out(), "one\n\\x1b[2J\n");
}

TEST_F(CommandLine, FollowEndsWhenItIsAskedToAndWhereNothingCanCome) {
  submit();
  EXPECT_EQ(run({"task", "log", "last/probe", "-f", "--attempt", "2"}, at_socket()),
            ExitCode::input_missing);
  claim_a_task();
  context_.pending_signal = [] { return 2; };
  EXPECT_EQ(run({"task", "log", "last/probe", "-f"}, at_socket()), ExitCode::interrupted);
  EXPECT_EQ(run({"job", "cancel", "last"}, at_socket()), ExitCode::done);
}

TEST_F(CommandLine, WatchesAJobToItsEndAndEndsAsItDoes) {
  const std::string job = submit();
  int pauses = 0;
  on_pause_ = [&] {
    if (++pauses == 1) return start({});  // another server, at another port and the same socket
    ASSERT_EQ(pauses, 2);
    kill_a_task("moov\n");
  };
  EXPECT_EQ(run({"job", "watch", "last"}, at_socket()), ExitCode::input_invalid) << err();
  EXPECT_THAT(out(), HasSubstr("probe: "));
  EXPECT_THAT(out(), HasSubstr("job " + job + " is failed_input\n"));
  EXPECT_EQ(run({"job", "watch", job, "--json"}, {}), ExitCode::input_invalid);
  EXPECT_EQ(base::text_or(base::object_or(said(), "job"), "state"), "failed_input");
}

TEST_F(CommandLine, WatchThatIsStoppedLeavesTheJobAlone) {
  submit();
  context_.pending_signal = [] { return 2; };
  EXPECT_EQ(run({"job", "watch", "last"}, at_socket()), ExitCode::interrupted);
  EXPECT_THAT(err(), HasSubstr("the job goes on"));
}

TEST_F(CommandLine, DrainsTheWorkersOfAHostAndTakesItBack) {
  DrainOrders drains;
  services_->drains = &drains;
  submit();
  kill_a_task("moov\n");
  services_->own_lock_path = "/state/runs/serve.lock";
  store::RegisterSession inside;
  inside.session.id = base::SessionId("inside");
  inside.session.host = "host";
  inside.session.lock_path = services_->own_lock_path;
  inside.slots = 1;
  ASSERT_TRUE(store_->execute(inside));
  EXPECT_EQ(run({"worker", "drain", "nobody"}, at_socket()), ExitCode::input_missing);
  EXPECT_EQ(run({"worker", "drain", "host"}, at_port(make_key({"submit", "read"}))),
            ExitCode::not_permitted);
  EXPECT_FALSE(drains.is_asked("session"));

  EXPECT_EQ(run({"worker", "drain", "host"}, at_socket()), ExitCode::done) << err();
  EXPECT_EQ(out(), "the worker of host host takes no more tasks, and ends now\n");
  EXPECT_TRUE(drains.is_asked("session"));
  EXPECT_FALSE(drains.is_asked("inside")) << "it ends with the server";
  EXPECT_EQ(run({"worker", "list"}, at_socket()), ExitCode::done);
  EXPECT_THAT(out(), HasSubstr("draining"));

  EXPECT_EQ(run({"worker", "release", "host"}, at_socket()), ExitCode::done) << err();
  EXPECT_EQ(out(), "host host gets tasks again\n");
  EXPECT_FALSE(drains.is_asked("session"));
}

TEST_F(CommandLine, TellsWhyAHostGetsNoTasks) {
  submit();
  kill_a_task("moov\n");
  for (const auto pause : {queue::Pause::disk_full, queue::Pause::draining}) {
    ASSERT_TRUE(store_->execute(store::Heartbeat{base::SessionId("session"), {}, 0, pause}));
    const std::string word(to_word(pause));
    EXPECT_EQ(run({"worker", "list"}, at_socket()), ExitCode::done);
    EXPECT_THAT(out(), HasSubstr(word));
    EXPECT_EQ(run({"worker", "show", "host"}, at_socket()), ExitCode::done);
    EXPECT_THAT(out(), HasSubstr(word));
    EXPECT_EQ(run({"worker", "show", "host", "--json"}, at_socket()), ExitCode::done);
    EXPECT_THAT(out(), AllOf(HasSubstr("idle_reason"), HasSubstr(word)));
    EXPECT_EQ(run({"worker", "list"}, {}), ExitCode::done);
    EXPECT_THAT(out(), HasSubstr(word)) << "the state knows it as well as the server";
  }
}

TEST_F(CommandLine, CancelsAndGivesAnotherChanceOverHttp) {
  const std::string job = submit();
  kill_a_task("moov\n");
  EXPECT_EQ(run({"job", "reprocess", "last"}, at_socket()), ExitCode::done) << err();
  EXPECT_THAT(out(), HasSubstr("of job " + job + " get"));
  EXPECT_EQ(run({"job", "cancel", "last"}, at_socket()), ExitCode::done) << err();
  EXPECT_EQ(out(), "job " + job + " is cancelled\n");
  EXPECT_EQ(run({"worker", "release", "host"}, at_socket()), ExitCode::done) << err();
}

}  // namespace
}  // namespace mpegflow::api
