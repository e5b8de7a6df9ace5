#include "cli/run.h"

#include <csignal>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/output.h"
#include "cli/records.h"
#include "cli/run_job.h"
#include "cli/run_view.h"
#include "cli/shell_quote.h"
#include "cli/task_table.h"
#include "store/reads.h"

namespace mpegflow::cli {
namespace {

// How often the view is drawn anew; events wake it earlier.
constexpr base::Micros kTick = std::chrono::milliseconds(250);
constexpr std::int64_t kEventPage = 256;

bool is_held(const std::vector<store::TaskRow>& tasks) {
  const auto moves = [](const store::TaskRow& task) {
    return task.state == queue::TaskState::ready || task.state == queue::TaskState::leased ||
           task.state == queue::TaskState::backing_off ||
           task.state == queue::TaskState::cancelling;
  };
  return std::ranges::any_of(
             tasks,
             [](const store::TaskRow& task) { return task.state == queue::TaskState::held; }) &&
         std::ranges::none_of(tasks, moves);
}

/// Shows what happens until the job is over, nothing moves any more, or a stop is asked for.
class Watch {
 public:
  Watch(store::Store& store, const RunJob& run, LocalWorker& worker, RunView& view,
        Context& context)
      : store_(store), run_(run), worker_(worker), view_(view), context_(context) {}

  base::Result<void> follow() {
    for (;;) {
      RETURN_IF_ERROR(show_news());
      // Somebody cancelled the job: its encoders stop now, not with the next heartbeat.
      if (snapshot_.job.state == to_word(queue::JobState::cancelling)) worker_.beat_soon();
      if (is_over_ || worker_.has_failed() || context_.pending_signal() != 0) return {};
      worker_.wait_for_change(kTick);
    }
  }

  /// Everything that has been written since.
  base::Result<void> show_news() {
    for (;;) {
      ASSIGN_OR_RETURN(const auto events, store::list_events(store_, run_.id, seq_, kEventPage));
      for (const store::EventRow& event : events) {
        view_.on_event(event);
        seq_ = event.seq;
      }
      if (static_cast<std::int64_t>(events.size()) < kEventPage) break;
    }
    ASSIGN_OR_RETURN(const auto job, store::find_job(store_, run_.id));
    base::check(job.has_value(), "a job that is worked on exists");
    snapshot_.job = *job;
    ASSIGN_OR_RETURN(snapshot_.tasks, store::list_tasks(store_, run_.id));
    snapshot_.running = worker_.progress();
    snapshot_.now = context_.clock->steady();
    is_over_ = is_held(snapshot_.tasks) || snapshot_.job.finished.has_value();
    view_.on_tick(snapshot_);
    return {};
  }

  const RunSnapshot& snapshot() const { return snapshot_; }

 private:
  store::Store& store_;
  const RunJob& run_;
  LocalWorker& worker_;
  RunView& view_;
  Context& context_;
  std::int64_t seq_ = 0;
  RunSnapshot snapshot_;
  bool is_over_ = false;
};

/// Works on the job until it is over or cannot go on; what the view needs for its end is in
/// `watch`.
base::Result<void> work(LocalWorker& worker, Watch& watch) {
  RETURN_IF_ERROR(worker.start());
  auto followed = watch.follow();
  worker.stop();
  RETURN_IF_ERROR(worker.join());
  RETURN_IF_ERROR(followed);
  RETURN_IF_ERROR(watch.show_news());
  return worker.clean_up();
}

std::string quoted_output(const store::JobRow& job) {
  return quote_for_shell(base::parse_file_uri(job.output_uri).value_or(job.output_uri));
}

bool has_log(const store::TaskRow& task, const std::vector<store::AttemptRow>& attempts) {
  return std::ranges::any_of(attempts, [&](const store::AttemptRow& attempt) {
    return attempt.task == task.id && !parse_record(attempt).stderr_key.empty();
  });
}

/// What the user will want to type next.
std::vector<std::string> suggest_next(const RunSnapshot& end,
                                      const std::vector<store::AttemptRow>& attempts,
                                      const Context& context) {
  const std::string program = quote_for_shell(context.program);
  const auto last = [&](std::string_view what) {
    return fmt::format("{} {} {}", program, what, end.job.id.value);
  };
  if (end.job.state != to_word(queue::JobState::succeeded)) {
    std::vector<std::string> next = {"what happened:  " + last("job show")};
    for (const store::TaskRow& task : end.tasks)
      if (!task.reason.empty() && task.state != queue::TaskState::succeeded &&
          has_log(task, attempts)) {
        next.push_back("its log:        " + last("task log") + "/" + task.key);
        break;
      }
    if (end.job.state == to_word(queue::JobState::cancelled))
      next.emplace_back("again:          the same command starts a new job");
    if (!end.job.finished) next.emplace_back("go on:          the same command again");
    std::error_code ignored;
    const base::Path kept = base::parse_file_uri(end.job.scratch_uri).value_or("");
    if (!kept.empty() && std::filesystem::exists(kept, ignored))
      next.push_back("kept so far:    " + quote_for_shell(kept.native()) +
                     " (the same command takes it up; without it, remove it)");
    return next;
  }
  const bool is_ladder = std::ranges::any_of(
      end.tasks, [](const store::TaskRow& task) { return task.kind == queue::TaskKind::manifest; });
  const std::string output = quoted_output(end.job);
  const std::string playlist =
      is_ladder
          ? quote_for_shell(
                (base::Path(base::parse_file_uri(end.job.output_uri).value_or("")) / "master.m3u8")
                    .native())
          : output;
  std::vector<std::string> next = {(is_ladder ? "playlist:       " : "output:         ") +
                                   playlist};
  if (is_ladder) next.push_back("play it:        ffplay " + playlist);
  next.push_back("look back:      " + last("job show"));
  return next;
}

ExitCode code_of(const RunSnapshot& end, const Context& context) {
  const auto state = queue::parse_job_state(end.job.state);
  base::check(state.has_value(), "a job row has a known state");
  if (!end.job.finished && context.pending_signal() == SIGTERM) return ExitCode::terminated;
  return to_exit_code(*state, is_held(end.tasks) ? find_holding(end.tasks) : Holding::none);
}

/// The same command has been answered before: show what it made. A kill between the last commit and
/// the cleaning may have left what is not needed any more.
base::Result<void> show_done(store::Store& store, const RunJob& run, LocalWorker& worker,
                             RunSnapshot& end) {
  RETURN_IF_ERROR(worker.clean_up());
  ASSIGN_OR_RETURN(const auto job, store::find_job(store, run.id));
  base::check(job.has_value(), "a job that was found exists");
  end.job = *job;
  ASSIGN_OR_RETURN(end.tasks, store::list_tasks(store, run.id));
  return {};
}

}  // namespace

ExitCode run_command(const RunOptions& options, Context& context) {
  const RunOptions& arguments = options;  // what ASSIGN_OR_REPORT tells an error with
  if (auto checked = context.check_sandbox(context.config); !checked)
    return report_error(context, options, checked.error());
  ASSIGN_OR_REPORT(store::Store * store, context.open_store(context.config));
  ASSIGN_OR_REPORT(const RunJob run, find_or_submit_job(options, context, *store));
  const auto view = make_run_view(choose_view(context, options), context);
  if (!run.news.empty()) *context.err.stream << "mpegflow: " << run.news << "\n";
  RunSnapshot end;
  const WorkOrder order{
      run.id,          run.scratch, run.lock_path, run.encoder, context.config.encoders_at_once(),
      context.show_log};
  ASSIGN_OR_REPORT(const auto worker, context.make_worker(context.config, order));
  if (run.is_done) {
    if (auto shown = show_done(*store, run, *worker, end); !shown)
      return report_error(context, options, shown.error());
  } else {
    if (auto told =
            store->execute(store::SetSubscriptions{run.id, context.config.alert_endpoints()});
        !told)
      return report_error(context, options, told.error());
    Watch watch(*store, run, *worker, *view, context);
    if (auto worked = work(*worker, watch); !worked)
      return report_error(context, options, worked.error());
    end = watch.snapshot();
  }
  if (end.job.state == to_word(queue::JobState::cancelled))
    *context.err.stream << "mpegflow: job " << run.id.value
                        << " was cancelled by another command\n";
  ASSIGN_OR_REPORT(const auto attempts, store::list_attempts(*store, run.id));
  view->on_end(
      end, make_final_report({end.job, end.tasks, attempts}, suggest_next(end, attempts, context),
                             static_cast<std::size_t>(find_width(context))));
  return code_of(end, context);
}

}  // namespace mpegflow::cli
