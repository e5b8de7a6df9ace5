#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/encode/progress_reader.h"
#include "core/retry/encoder_exit.h"
#include "worker/machine_facts.h"
#include "worker/task_run.h"

namespace mpegflow::worker {

/// One ffmpeg or ffprobe of an attempt.
struct EncoderCommand {
  std::vector<std::string> argv;  ///< "ffmpeg" or "ffprobe" first
  std::vector<process::ReadOnlyFile> inputs;
  bool capture_output = false;
  std::int64_t output_limit = 0;
  std::optional<double> media_seconds;  ///< for the fraction of the progress
  std::function<base::Result<void>(std::string_view)> on_output;
  /// false: a side process (ffprobe, tail decode) whose exit is not the attempt's.
  bool is_main = true;
  bool waits_for_others = false;  ///< ProcessSpec
};

struct EncoderRun {
  process::ProcessResult process;
  std::string stderr_text;  ///< of this process; only head and tail if it is very long
  std::optional<encode::Progress> last_progress;
  MachineFacts facts;

  bool is_ok() const {
    return process.exit_code == 0 && process.ended_by == process::EndedBy::itself;
  }
};

/// Runs it under a guard in the run's working folder; the main command's argv, edges, usage and
/// exit go to the attempt's record.
base::Result<EncoderRun> run_encoder(TaskRun& run, const EncoderCommand& command);

/// A look at something beside what else the attempt runs: its standard error goes to `log` alone,
/// nothing of it to the record. Any thread.
base::Result<EncoderRun> run_beside(const TaskRun& run, const EncoderCommand& command,
                                    const base::Path& log);
/// The same, ended by a signal of its own.
base::Result<EncoderRun> run_beside(const TaskRun& run, const EncoderCommand& command,
                                    const base::Path& log, const process::StopSignal& stop);

/// Who ended it, in the words of the classifier.
retry::ExitCause to_cause(process::EndedBy ended_by);

/// What the exit means.
retry::Finding classify_run(const TaskRun& run, const std::string& tool, const EncoderRun& done,
                            const std::vector<std::string>& argv);

/// A stop that we asked for is no failure: the claim is given back.
bool was_stopped(const EncoderRun& done);

/// That a side process came to an end of its own, so that it says something of what it looked at.
/// Errors: interrupted if we stopped it, io_failed if it was killed from outside.
base::Result<void> check_looked(const EncoderRun& done);

}  // namespace mpegflow::worker
