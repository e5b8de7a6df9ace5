#include <algorithm>

#include "cli/cli_fixture.h"
#include "cli/doctor_checks.h"

namespace mpegflow::cli {
namespace {

DoctorFacts make_healthy() {
  DoctorFacts facts;
  facts.ffmpeg = {"/usr/bin/ffmpeg", "5.1.9", std::string(64, 'a'), ""};
  facts.ffprobe = {"/usr/bin/ffprobe", "5.1.9", std::string(64, 'b'), ""};
  facts.bubblewrap = {"/usr/bin/bwrap", "0.8.0", "", ""};
  facts.encoders = {{"libx264", true}, {"aac", true}};
  facts.filters = {{"scale", true}};
  facts.has_fonts = true;
  facts.sandbox.layers = {{"bubblewrap", true, "works"}, {"cgroup", true, "v2"}};
  facts.state_directory = "/state";
  facts.free_bytes = 50'000'000'000;
  return facts;
}

CheckState find_state(const DoctorFacts& facts, SandboxMode mode, std::string_view name) {
  const auto checks = judge_machine(facts, mode);
  const auto found = std::ranges::find(checks, name, &Check::name);
  EXPECT_NE(found, checks.end()) << name;
  return found == checks.end() ? CheckState::ok : found->state;
}

TEST(Doctor, FindsNothingOnAHealthyMachine) {
  for (const Check& check : judge_machine(make_healthy(), SandboxMode::on)) {
    EXPECT_EQ(check.state, CheckState::ok) << check.name;
    EXPECT_EQ(check.advice, "") << check.name;
  }
}

TEST(Doctor, SaysWhatToDoAboutEveryProblem) {
  DoctorFacts facts;
  facts.encoders = {{"libx264", false}};
  facts.filters = {{"scale", false}};
  facts.state_problem = "not writable";
  facts.free_bytes = 0;
  facts.sandbox.layers = {{"cgroup", false, "run under systemd"}};
  for (const Check& check : judge_machine(facts, SandboxMode::automatic)) {
    EXPECT_NE(check.state, CheckState::ok) << check.name;
    EXPECT_NE(check.advice, "") << check.name;
  }
}

TEST(Doctor, SandboxIsNeededOnlyIfItWasAskedFor) {
  DoctorFacts facts = make_healthy();
  facts.bubblewrap = {};
  facts.sandbox.layers = {{"bubblewrap", false, "install it"}, {"cgroup", false, "no v2"}};
  EXPECT_EQ(find_state(facts, SandboxMode::automatic, "bubblewrap"), CheckState::warning);
  EXPECT_EQ(find_state(facts, SandboxMode::on, "sandbox bubblewrap"), CheckState::failed);
  EXPECT_EQ(find_state(facts, SandboxMode::on, "sandbox cgroup"), CheckState::warning);
}

TEST(Doctor, ALimitThatTheCgroupHoldsIsNoTrouble) {
  DoctorFacts facts = make_healthy();
  facts.sandbox.layers = {{"cgroup", true, "v2"}, {"rlimit", false, "not needed"}};
  EXPECT_EQ(find_state(facts, SandboxMode::on, "sandbox rlimit"), CheckState::ok);
  facts.sandbox.layers = {{"cgroup", false, "no v2"}, {"rlimit", false, "why not"}};
  EXPECT_EQ(find_state(facts, SandboxMode::on, "sandbox rlimit"), CheckState::warning);
}

TEST_F(CliTest, RunRefusesASandboxThatIsNotThereBeforeAnythingElse) {
  context_.check_sandbox = [](const Config&) -> base::Result<void> {
    return base::fail(base::ErrorCode::process_failed, "install bubblewrap");
  };
  context_.open_store = [](const Config&) -> base::Result<store::Store*> {
    ADD_FAILURE() << "no job is to be made";
    return base::fail(base::ErrorCode::internal, "");
  };
  EXPECT_EQ(run({"run", "job.yaml", "--sandbox", "on"}), ExitCode::unavailable);
  EXPECT_NE(err().find("install bubblewrap"), std::string::npos) << err();
}

TEST(Doctor, JudgesTheFreeSpace) {
  DoctorFacts facts = make_healthy();
  facts.free_bytes = 1'000'000'000;
  EXPECT_EQ(find_state(facts, SandboxMode::off, "disk space"), CheckState::warning);
  facts.free_bytes = 1'000'000;
  EXPECT_EQ(find_state(facts, SandboxMode::off, "disk space"), CheckState::failed);
  facts.free_bytes.reset();
  EXPECT_EQ(find_state(facts, SandboxMode::off, "disk space"), CheckState::warning);
}

TEST(Doctor, MentionsWhatGcCouldFreeIfItIsMuch) {
  DoctorFacts facts = make_healthy();
  facts.collectable_bytes = 999'999'999;
  EXPECT_EQ(find_state(facts, SandboxMode::off, "leftovers"), CheckState::ok);
  facts.collectable_bytes = 1'000'000'000;
  EXPECT_EQ(find_state(facts, SandboxMode::off, "leftovers"), CheckState::warning);
  facts.collectable_bytes = 0;
  facts.old_requests = 100'000;
  EXPECT_EQ(find_state(facts, SandboxMode::off, "leftovers"), CheckState::warning);
}

TEST_F(CliTest, DoctorEndsWithZeroOnlyIfJobsCanRun) {
  facts_ = make_healthy();
  facts_.has_fonts = false;
  EXPECT_EQ(run({"doctor"}), ExitCode::done) << "fonts are not needed";
  EXPECT_NE(out().find("-> apt install fonts-dejavu-core"), std::string::npos) << out();
  facts_.ffmpeg = {};
  EXPECT_EQ(run({"doctor", "--json"}), ExitCode::unavailable);
  EXPECT_FALSE(base::bool_or(record(), "is_ready", true));
  EXPECT_EQ(base::array_or(record(), "checks").at(0).at("state"), "failed");
  EXPECT_TRUE(base::array_or(record(), "checks").at(1).at("advice").is_null());
}

}  // namespace
}  // namespace mpegflow::cli
