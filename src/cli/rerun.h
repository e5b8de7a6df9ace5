#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "cli/context.h"
#include "store/rows.h"

namespace mpegflow::cli {

/// Nothing runs by itself on a local state: which process works on the job, or which command would.
struct Rerun {
  std::string live_process;    ///< its pid; empty: none
  std::string working_folder;  ///< of the command
  std::vector<std::string> argv;
};

Rerun find_rerun(const Context& context, const store::JobRow& job);

/// One line for people.
std::string to_text(const Rerun& rerun);
base::json::object to_record(const Rerun& rerun);
Rerun parse_rerun(const base::json::object& record);

}  // namespace mpegflow::cli
