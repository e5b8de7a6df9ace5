#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/command/command_line.h"
#include "core/command/find_files.h"
#include "core/submit/job_spec.h"

namespace mpegflow::command {

/// The files that there are for a name that stands for several or for one that need not exist (a
/// numbered sequence, a glob, a folder, a pass log); absolute paths.
using ListFiles = std::function<std::vector<std::string>(const FileUse& use, std::string absolute)>;

struct SpecContext {
  std::string working_directory;  ///< absolute; relative names start here
  ListFiles list_files;
  std::vector<std::string> global_options = {};  ///< put before those of each command
  ReadText read_text = {};  ///< lists whose files stand elsewhere are given other names
};

/// What to do with outputs that are there already.
enum class Overwrite {
  ours,   ///< neither -y nor -n: only what an earlier job of ours has left
  all,    ///< -y
  never,  ///< -n
};

/// A command line as a job.
struct CommandJob {
  submit::JobSpec spec;
  Overwrite overwrite = Overwrite::ours;
  std::vector<std::string> outputs;  ///< absolute paths of those that are one file each
  /// What FFmpeg sees of files and of folders ("out/"), and what the commands call them.
  std::vector<std::pair<std::string, std::string>> names;
};

/// The job that does what the commands say: one task for each, with its files under names of their
/// own, and what they leave where they would have left it (pass logs: beside the output). Refuses
/// what cannot be brought into a task's folder (not_staged) and commands that leave nothing
/// (leaves_nothing).
Outcome<CommandJob> make_spec(const CommandLine& line, const SpecContext& context);

}  // namespace mpegflow::command
