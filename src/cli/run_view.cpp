#include "cli/run_view.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/json.h"
#include "cli/output.h"
#include "cli/progress_text.h"
#include "cli/records.h"
#include "cli/table.h"

namespace mpegflow::cli {
namespace {

constexpr base::Micros kRedrawEvery{100'000};
constexpr base::Micros kLineEvery{10'000'000};
constexpr base::Micros kJsonEvery{1'000'000};

/// Lets something through at most once per interval.
class Throttle {
 public:
  explicit Throttle(base::Micros every) : every_(every) {}
  bool is_due(base::SteadyTime now) {
    if (last_ && now - *last_ < every_) return false;
    last_ = now;
    return true;
  }

 private:
  base::Micros every_;
  std::optional<base::SteadyTime> last_;
};

Colour colour_of_event(const store::EventRow& event) {
  if (event.kind == "outputs_committed") return Colour::green;
  if (event.kind == "retry_scheduled" || event.kind == "needs_fix") return Colour::yellow;
  if (event.kind == "retries_exhausted" || event.kind.ends_with("_rejected")) return Colour::red;
  return Colour::plain;
}

/// A block of live lines at the bottom; what is over scrolls away above it. The cursor rests below
/// the block and is never hidden, so that even a kill -9 leaves a usable terminal.
class TerminalView final : public RunView {
 public:
  explicit TerminalView(Context& context) : context_(context) {}

  void on_event(const store::EventRow& event) override {
    const std::string line = tell_event(event);
    if (line.empty() || event.kind == "job_finished") return;
    told_ += paint(context_, context_.out, colour_of_event(event), line) + "\n";
  }

  void on_tick(const RunSnapshot& snapshot) override {
    const bool is_due = redraw_.is_due(snapshot.now);
    if (!is_due && told_.empty()) return;
    draw(make_live_block(snapshot, find_columns()));
  }

  void on_end(const RunSnapshot&, const std::string& report) override {
    draw({});
    *context_.out.stream << "\n" << report << std::flush;
  }

 private:
  /// One column is left free: a full last column makes some terminals wrap early.
  std::size_t find_columns() const {
    return static_cast<std::size_t>(std::max(find_width(context_), 2)) - 1;
  }

  /// One write for the whole, so that nothing flickers.
  void draw(const std::vector<std::string>& lines) {
    std::string out;
    const std::size_t rows = count_rows(drawn_, find_columns() + 1);
    if (rows > 0) out += fmt::format("\r\x1b[{}A\x1b[J", rows);
    out += std::exchange(told_, {});
    drawn_.clear();
    for (const std::string& line : lines) {
      out += line + "\n";
      drawn_.push_back(count_columns(line));
    }
    *context_.out.stream << out << std::flush;
  }

  Context& context_;
  Throttle redraw_{kRedrawEvery};
  std::string told_;  ///< lines that wait for the next draw
  std::vector<std::size_t> drawn_;
};

/// One line per change worth telling, and now and then one per running task: for logs and pipes.
class LinesView final : public RunView {
 public:
  explicit LinesView(Context& context) : context_(context) {}

  void on_event(const store::EventRow& event) override {
    if (const std::string line = tell_event(event); !line.empty())
      *context_.out.stream << line << "\n" << std::flush;
  }

  void on_tick(const RunSnapshot& snapshot) override {
    // Nothing is said of a job that is over within the first interval.
    if (!is_started_) is_started_ = throttle_.is_due(snapshot.now);
    else if (throttle_.is_due(snapshot.now)) tell_running(snapshot);
  }

  void on_end(const RunSnapshot&, const std::string& report) override {
    *context_.out.stream << "\n" << report << std::flush;
  }

 private:
  void tell_running(const RunSnapshot& snapshot) {
    for (const auto& progress : snapshot.running)
      *context_.out.stream << describe_progress(progress, snapshot.now) << "\n";
    context_.out.stream->flush();
  }

  Context& context_;
  Throttle throttle_{kLineEvery};
  bool is_started_ = false;
};

/// One JSON document per line: {"event": …} as stored, {"progress": …} once a second per running
/// task, at last {"job": …, "tasks": …}.
class JsonView final : public RunView {
 public:
  explicit JsonView(Context& context) : context_(context) {}

  void on_event(const store::EventRow& event) override { write({{"event", to_record(event)}}); }

  void on_tick(const RunSnapshot& snapshot) override {
    if (!throttle_.is_due(snapshot.now)) return;
    for (const auto& progress : snapshot.running) write(to_progress_record(progress, snapshot.now));
  }

  void on_end(const RunSnapshot& snapshot, const std::string&) override {
    write({{"job", to_record(snapshot.job)}, {"tasks", to_records(snapshot.tasks)}});
  }

 private:
  void write(const base::json::object& record) {
    *context_.out.stream << base::json::serialize(record) << "\n" << std::flush;
  }

  Context& context_;
  Throttle throttle_{kJsonEvery};
};

/// Only how it ended.
class QuietView final : public RunView {
 public:
  explicit QuietView(Context& context) : context_(context) {}
  void on_event(const store::EventRow&) override {}
  void on_tick(const RunSnapshot&) override {}
  void on_end(const RunSnapshot&, const std::string& report) override {
    *context_.out.stream << report << std::flush;
  }

 private:
  Context& context_;
};

}  // namespace

ViewKind choose_view(const Context& context, const RunOptions& options) {
  if (options.is_json) return ViewKind::json;
  if (options.is_quiet) return ViewKind::quiet;
  const auto term = context.environment.find("TERM");
  const bool can_redraw = term != context.environment.end() && !term->second.empty() &&
                          term->second != "dumb" && find_width(context) >= 20;
  return context.out.is_terminal && can_redraw ? ViewKind::terminal : ViewKind::lines;
}

std::unique_ptr<RunView> make_run_view(ViewKind kind, Context& context) {
  switch (kind) {
    case ViewKind::terminal: return std::make_unique<TerminalView>(context);
    case ViewKind::lines: return std::make_unique<LinesView>(context);
    case ViewKind::json: return std::make_unique<JsonView>(context);
    case ViewKind::quiet: break;
  }
  return std::make_unique<QuietView>(context);
}

}  // namespace mpegflow::cli
