#include "support/scripted_process.h"

#include <thread>

#include "process/run_fixture.h"

namespace mpegflow::test {
namespace {

using process::EndedBy;
using process::ProcessSpec;
using process::StopSignal;

class ScriptedProcessTest : public process::RunFixture {
 protected:
  ScriptedProcessRunner runner_;
  StopSignal stop_;
};

TEST_F(ScriptedProcessTest, DeliversWhatWasScripted) {
  ScriptedProcess script;
  script.stderr_text = "a warning\n";
  script.files = {{"out/segment", "bytes"}};
  script.progress = {"frame=1", "progress=end"};
  script.output = {"one", "two"};
  script.result.exit_code = 1;
  runner_.enqueue(script);
  ProcessSpec spec = make_spec({"/usr/bin/ffmpeg"});
  spec.progress_fd = 3;
  std::vector<std::string> lines;
  const auto result = runner_.run(
      spec,
      {.on_output = {}, .on_progress = [&](std::string_view line) { lines.emplace_back(line); }},
      stop_);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 1);
  EXPECT_EQ(result->stdout_text, "onetwo");
  EXPECT_EQ(lines, script.progress);
  EXPECT_EQ(stderr_text(), "a warning\n");
  EXPECT_EQ(base::read_file(work() / "out/segment").value_or(""), "bytes");
  ASSERT_EQ(runner_.specs().size(), 1u);
  EXPECT_EQ(runner_.specs().front().argv, spec.argv);
}

TEST_F(ScriptedProcessTest, RuleComesBeforeQueue) {
  ScriptedProcess probe;
  probe.output = {"{}"};
  runner_.when(has_argument("-show_streams"), probe);
  ScriptedProcess failing;
  failing.result.signal = SIGSEGV;
  runner_.enqueue(failing);
  EXPECT_EQ(runner_.run(make_spec({"/f", "-show_streams"}), {}, stop_)->stdout_text, "{}");
  EXPECT_EQ(runner_.run(make_spec({"/f"}), {}, stop_)->signal, SIGSEGV);
  const auto unscripted = runner_.run(make_spec({"/f", "-x"}), {}, stop_);
  ASSERT_FALSE(unscripted);
  EXPECT_EQ(unscripted.error().code, base::ErrorCode::process_failed);
}

TEST_F(ScriptedProcessTest, KeepsToTheOutputLimit) {
  ScriptedProcess script;
  script.output = {"12345", "67890"};
  runner_.enqueue(script);
  ProcessSpec spec = make_spec({"/f"});
  spec.output_limit = 7;
  const auto result = runner_.run(spec, {}, stop_);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->ended_by, EndedBy::output_limit);
  EXPECT_EQ(result->stdout_text, "1234567");
}

TEST_F(ScriptedProcessTest, RunsUntilStopped) {
  ScriptedProcess script;
  script.progress = {"frame=1"};
  script.runs_until_stopped = true;
  runner_.enqueue(script);
  ProcessSpec spec = make_spec({"/f"});
  spec.progress_fd = 3;
  const auto result = runner_.run(
      spec, {.on_output = {}, .on_progress = [&](std::string_view) { stop_.trigger(); }}, stop_);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->ended_by, EndedBy::stop);
  EXPECT_EQ(result->signal, SIGKILL);
}

}  // namespace
}  // namespace mpegflow::test
