#include "cli/run_view.h"

#include "base/text.h"
#include "cli/cli_fixture.h"
#include "cli/output.h"

namespace mpegflow::cli {
namespace {

class RunViewTest : public CliTest {
 protected:
  RunViewTest() {
    context_.out.is_terminal = true;
    context_.environment["NO_COLOR"] = "1";
    store::TaskRow task;
    task.id = base::TaskId("t1");
    task.key = "720p";
    task.state = queue::TaskState::leased;
    snapshot_.tasks = {task};
    snapshot_.job.id = base::JobId("j1");
    snapshot_.job.state = "running";
    protocol::TaskProgress progress;
    progress.task = task.id;
    progress.task_key = "720p";
    progress.phase = "running";
    progress.fraction = 0.25;
    snapshot_.running = {progress};
  }

  void tick(RunView& view, std::int64_t now_us) {
    snapshot_.now = {now_us};
    view.on_tick(snapshot_);
  }

  std::string take() {
    std::string text = out_.str();
    out_.str("");
    return text;
  }

  static store::EventRow make_done() {
    store::EventRow event;
    event.seq = 9;
    event.task_key = "720p";
    event.fence = 1;
    event.kind = "outputs_committed";
    event.bytes = R"({"body":{"from":"leased","to":"succeeded"}})";
    return event;
  }

  RunSnapshot snapshot_;
};

TEST_F(RunViewTest, TerminalRedrawsItsBlockInPlace) {
  const auto view = make_run_view(ViewKind::terminal, context_);
  tick(*view, 0);
  const std::string text = take();
  EXPECT_TRUE(text.starts_with("720p [=======>                    ]   25 %")) << text;
  EXPECT_TRUE(text.ends_with("\n0 of 1 tasks done, 1 running\n")) << text;
  tick(*view, 100'000);
  EXPECT_EQ(take(), "\r\x1b[2A\x1b[J" + text);
}

TEST_F(RunViewTest, TerminalLetsWhatIsOverScrollAwayAbove) {
  const auto view = make_run_view(ViewKind::terminal, context_);
  tick(*view, 0);
  take();
  tick(*view, 50'000);
  EXPECT_EQ(take(), "") << "not more often than ten times a second";
  view->on_event(make_done());
  tick(*view, 60'000);
  EXPECT_TRUE(take().starts_with("\r\x1b[2A\x1b[J720p: done\n720p [")) << "but news at once";
}

TEST_F(RunViewTest, TerminalClearsAllRowsAfterItBecameNarrower) {
  const auto view = make_run_view(ViewKind::terminal, context_);
  tick(*view, 0);
  take();
  width_ = 22;
  tick(*view, 1'000'000);
  const std::string text = take();
  EXPECT_TRUE(text.starts_with("\r\x1b[4A\x1b[J")) << base::to_printable(text);
  for (const std::string& line : base::split(text.substr(text.find('J') + 1), '\n'))
    EXPECT_LT(line.size(), 24U) << line;
}

TEST_F(RunViewTest, TerminalEndsWithTheReportAndNoBlock) {
  const auto view = make_run_view(ViewKind::terminal, context_);
  tick(*view, 0);
  take();
  view->on_event(make_done());
  view->on_end(snapshot_, "the report\n");
  EXPECT_EQ(take(), "\r\x1b[2A\x1b[J720p: done\n\nthe report\n");
}

TEST_F(RunViewTest, NoViewHidesTheCursor) {
  for (const ViewKind kind : {ViewKind::terminal, ViewKind::lines, ViewKind::json}) {
    const auto view = make_run_view(kind, context_);
    tick(*view, 0);
    view->on_event(make_done());
    view->on_end(snapshot_, "");
    EXPECT_EQ(take().find("\x1b[?"), std::string::npos);
  }
}

TEST_F(RunViewTest, LinesTellProgressNowAndThen) {
  const auto view = make_run_view(ViewKind::lines, context_);
  tick(*view, 0);
  tick(*view, 9'000'000);
  EXPECT_EQ(take(), "");
  tick(*view, 10'000'000);
  EXPECT_EQ(take(), "720p: running 25 %, 10 s\n");
  view->on_event(make_done());
  EXPECT_EQ(take(), "720p: done\n");
}

TEST_F(RunViewTest, JsonIsOneDocumentPerLine) {
  const auto view = make_run_view(ViewKind::json, context_);
  view->on_event(make_done());
  tick(*view, 0);
  tick(*view, 500'000);
  view->on_end(snapshot_, "for people");
  std::vector<std::string> roots;
  for (const std::string& line : base::split(take(), '\n')) {
    if (line.empty()) continue;
    const auto value = base::parse_json(line, "line");
    ASSERT_TRUE(value.has_value() && value->is_object()) << line;
    roots.emplace_back(value->get_object().begin()->key());
  }
  EXPECT_EQ(roots, (std::vector<std::string>{"event", "progress", "job"}));
}

TEST_F(RunViewTest, ErrorOfARunIsOneLineOfJson) {
  RunOptions options;
  options.is_json = true;
  EXPECT_EQ(report_error(context_, options, {base::ErrorCode::already_running, "by pid 7"}),
            ExitCode::busy);
  EXPECT_EQ(take(), "{\"error\":{\"code\":\"already_running\",\"message\":\"by pid 7\"}}\n");
}

TEST_F(RunViewTest, QuietPrintsTheReportAlone) {
  const auto view = make_run_view(ViewKind::quiet, context_);
  view->on_event(make_done());
  tick(*view, 0);
  view->on_end(snapshot_, "the report\n");
  EXPECT_EQ(take(), "the report\n");
}

TEST_F(RunViewTest, IsChosenByWhatTheOutputCanDo) {
  RunOptions options;
  EXPECT_EQ(choose_view(context_, options), ViewKind::terminal);
  context_.environment["TERM"] = "dumb";
  EXPECT_EQ(choose_view(context_, options), ViewKind::lines);
  context_.environment["TERM"] = "xterm";
  width_ = 10;
  EXPECT_EQ(choose_view(context_, options), ViewKind::lines);
  context_.out.is_terminal = false;
  EXPECT_EQ(choose_view(context_, options), ViewKind::lines);
  options.is_quiet = true;
  EXPECT_EQ(choose_view(context_, options), ViewKind::quiet);
  options.is_json = true;
  EXPECT_EQ(choose_view(context_, options), ViewKind::json);
}

}  // namespace
}  // namespace mpegflow::cli
