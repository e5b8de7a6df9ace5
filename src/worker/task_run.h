#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/ids.h"
#include "base/time.h"
#include "core/audit/attempt_record.h"
#include "core/retry/user_rules.h"
#include "objects/object_store.h"
#include "process/process.h"
#include "protocol/progress_board.h"
#include "protocol/worker_protocol.h"
#include "worker/encoder.h"
#include "worker/input_files.h"

namespace mpegflow::worker {

/// A hang is no output, no progress and next to no CPU for so long.
inline constexpr std::chrono::microseconds kNoProgress = std::chrono::minutes(5);

/// What every deed leans on; owned by whoever made the worker, outlives it.
struct Services {
  protocol::WorkerProtocol& protocol;
  objects::ObjectStore& objects;  ///< outputs
  objects::ObjectStore& logs;     ///< standard error of attempts
  process::ProcessRunner& processes;
  const base::Clock& clock;
  base::Entropy& entropy;
  protocol::ProgressBoard& board;
  const Encoder& encoder;
  base::Path scratch;  ///< for the attempts' working folders; empty = each in that of its job
  std::vector<retry::UserRule> rules = {};  ///< of the user, asked before ours
  std::chrono::microseconds no_progress = kNoProgress;
  /// Gets what FFmpeg itself says on standard error, as it comes; called by the task's thread.
  std::function<void(std::string_view)> show_log = {};
};

/// A file that an attempt made and that is to become an object.
struct OutputFile {
  std::string name;  ///< below the job's output: "1080p/seg_00001.m4s"
  std::string role;  ///< media, playlist
  base::Path file;
  std::int64_t size = 0;
  std::string sha256;
};

/// A file that the attempt reads, and what it should be.
struct StagedInput {
  base::Path file;
  std::string sha256;    ///< as it is known from before, empty if it is not
  bool is_copy = false;  ///< ours, so that another one can be made; else the file is used in place
};

/// One attempt under way: what it was given, where it works, what is written down about it.
struct TaskRun {
  const Services& services;
  const protocol::Assignment& assignment;
  const process::StopSignal& stop;
  InputFiles& inputs;
  base::Path folder;  ///< the working folder, fresh
  audit::AttemptRecord record;

  const protocol::AssignedInput& input(const std::string& key) const;
  base::json::object params() const;
  void set_phase(std::string phase);
  /// Shows progress to whoever watches.
  void publish(protocol::TaskProgress progress);
  /// Makes the record so far durable: what runs now can be looked up even if all dies. Errors:
  /// superseded, interrupted (the job is being cancelled).
  base::Result<void> save_record();
  std::int64_t now_us() const { return services.clock.now().us; }

  protocol::TaskProgress progress;
  std::vector<StagedInput> staged{};
};

/// What became of the deed. A finding that is not "none" means that nothing is committed.
struct TaskOutcome {
  retry::Finding finding;
  base::json::object result;
  std::vector<OutputFile> outputs;
  std::vector<store::InputFacts> inputs;
  std::optional<store::Published> published;
};

// One deed per kind of task. An error is trouble of ours (disk full, a program that cannot be
// started, an input that changed); commit_attempt turns it into a finding.
base::Result<TaskOutcome> probe_inputs(TaskRun& run);
base::Result<TaskOutcome> run_rendition(TaskRun& run);
base::Result<TaskOutcome> run_subtitles(TaskRun& run);
base::Result<TaskOutcome> run_command(TaskRun& run);
base::Result<TaskOutcome> measure_loudness(TaskRun& run);
base::Result<TaskOutcome> write_manifest(TaskRun& run);
base::Result<TaskOutcome> publish_outputs(TaskRun& run);

/// The outcome of an attempt that ends with this finding.
TaskOutcome fail_with(retry::Finding finding);

/// The finding for an error of ours.
retry::Finding to_finding(const base::Error& error);

}  // namespace mpegflow::worker
