#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "cli/context.h"
#include "cli/run_options.h"
#include "protocol/progress_board.h"
#include "store/rows.h"

namespace mpegflow::cli {

/// A job on its way, at one moment.
struct RunSnapshot {
  store::JobRow job;
  std::vector<store::TaskRow> tasks;
  std::vector<protocol::TaskProgress> running;
  base::SteadyTime now;  ///< of the clock that `running` is measured with
};

/// What `run` shows while it works. Calls come from one thread, events in their order. Whatever
/// ends the program, the terminal needs no repair: no mode is changed, and the cursor stands below
/// the last line.
class RunView {
 public:
  virtual ~RunView() = default;
  virtual void on_event(const store::EventRow& event) = 0;
  /// A few times a second.
  virtual void on_tick(const RunSnapshot& snapshot) = 0;
  /// The last call; `report` is for people (make_final_report).
  virtual void on_end(const RunSnapshot& snapshot, const std::string& report) = 0;
};

enum class ViewKind { terminal, lines, json, quiet };

/// What fits: JSON if asked for, else redrawing where standard output is a terminal that can, else
/// lines.
ViewKind choose_view(const Context& context, const RunOptions& options);

/// Writes to context.out; `context` outlives the view.
std::unique_ptr<RunView> make_run_view(ViewKind kind, Context& context);

}  // namespace mpegflow::cli
