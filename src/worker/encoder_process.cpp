#include "worker/encoder_process.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <signal.h>

#include "base/text.h"
#include "core/audit/redact.h"
#include "core/encode/capability_lists.h"
#include "core/retry/classify.h"
#include "worker/capabilities.h"
#include "worker/devices.h"

namespace mpegflow::worker {
namespace {

// Without history the ceiling alone.
constexpr std::chrono::microseconds kDeadlineCeiling = std::chrono::hours(24);
constexpr std::int64_t kMemoryOfALook = std::int64_t{1} << 30;
// Of a longer log the two ends are read for the verdict; the whole is kept.
constexpr std::int64_t kLogHead = 8 << 20;
constexpr std::int64_t kLogTail = 8 << 20;

/// Standard error of this process alone: the log of the attempt may hold others before it.
std::string read_log(const base::Path& path, std::int64_t from) {
  const auto identity = base::identify_file(path);
  if (!identity) return {};
  if (identity->size - from <= kLogHead + kLogTail)
    return base::read_range(path, from, kLogHead + kLogTail).value_or("");
  return base::read_range(path, from, kLogHead).value_or("") + "\n" +
         base::read_range(path, identity->size - kLogTail, kLogTail).value_or("");
}

protocol::TaskProgress to_task_progress(const TaskRun& run, const encode::Progress& report,
                                        std::optional<double> media_seconds) {
  protocol::TaskProgress progress;
  progress.frame = report.frame;
  progress.fps = report.fps;
  progress.speed = report.speed;
  progress.out_time_us = report.out_time_us;
  if (media_seconds && *media_seconds > 0 && report.out_time_us) {
    const double fraction =
        std::clamp(static_cast<double>(*report.out_time_us) / 1e6 / *media_seconds, 0.0, 1.0);
    progress.fraction = fraction;
    const auto elapsed = run.services.clock.steady() - run.progress.since;
    if (fraction > 0.02)
      progress.eta = base::Micros(static_cast<std::int64_t>(static_cast<double>(elapsed.count()) *
                                                            (1 - fraction) / fraction));
  }
  return progress;
}

void write_down(TaskRun& run, const process::ProcessResult& result) {
  run.record.exited_us = run.now_us();
  run.record.cpu_us += result.cpu_us;
  run.record.wall_us += result.wall_us;
  run.record.peak_anonymous_bytes =
      std::max(run.record.peak_anonymous_bytes, result.peak_anonymous_bytes);
  run.record.exit_code = result.exit_code;
  run.record.signal = result.signal;
  run.record.ended_by = to_word(result.ended_by);
}

/// A look of ours at an output must not die of the limit that the encode was given.
std::int64_t find_memory_limit(const TaskRun& run, const EncoderCommand& command) {
  const std::int64_t given = run.assignment.memory_limit;
  return command.is_main || given == 0 ? given : std::max(given, kMemoryOfALook);
}

/// From now on the attempt has a log, if only an empty one: a stop may come before the process
/// does.
base::Result<void> begin_log(const base::Path& path) {
  const base::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (fd.is_open()) return {};
  return tl::unexpected(base::make_file_error(errno, "create", path));
}

/// What this FFmpeg can do, where its log says that something is missing.
retry::Capabilities find_what_it_can(const TaskRun& run) {
  const CapabilityLists lists = find_capabilities(run.services.encoder, run.services.processes,
                                                  run.folder.parent_path() / "questions");
  const auto names = [&](const char* list) -> std::optional<std::vector<std::string>> {
    const auto found = lists.find(list);
    if (found == lists.end() || found->second.empty()) return std::nullopt;
    return found->second;
  };
  return {names("encoders"),  names("decoders"), names("filters"),
          names("muxers"),    names("demuxers"), names("bsfs"),
          names("protocols"), names("hwaccels"), names("fonts")};
}

process::ProcessSpec make_spec(const TaskRun& run, const EncoderCommand& command,
                               const base::Path& log) {
  process::ProcessSpec spec;
  spec.argv = command.argv;
  const base::Path& program = command.argv.front() == "ffprobe" ? run.services.encoder.ffprobe
                                                                : run.services.encoder.ffmpeg;
  spec.argv.front() = program.native();
  spec.working_folder = run.folder;
  spec.inputs = command.inputs;
  spec.devices = list_devices_for(command.argv);
  spec.stderr_file = log;
  spec.capture_stdout = command.capture_output;
  spec.progress_fd = 3;
  spec.memory_limit = find_memory_limit(run, command);
  spec.output_limit = command.output_limit;
  spec.deadline = run.assignment.deadline.count() > 0 ? run.assignment.deadline : kDeadlineCeiling;
  spec.no_progress = run.services.no_progress;
  spec.waits_for_others = command.waits_for_others;
  return spec;
}

}  // namespace

bool was_stopped(const EncoderRun& done) {
  return done.process.ended_by == process::EndedBy::stop;
}

base::Result<void> check_looked(const EncoderRun& done) {
  if (was_stopped(done)) return base::fail(base::ErrorCode::interrupted, "stopped");
  const bool is_killed = done.process.ended_by == process::EndedBy::guard_lost ||
                         (done.process.ended_by == process::EndedBy::itself &&
                          (done.process.signal == SIGKILL || done.process.signal == SIGTERM));
  if (is_killed)
    return base::fail(base::ErrorCode::io_failed,
                      "The check of an output was killed from outside; it will run again.");
  return {};
}

base::Result<EncoderRun> run_encoder(TaskRun& run, const EncoderCommand& command) {
  const process::ProcessSpec spec = make_spec(run, command, run.folder / "stderr.log");
  RETURN_IF_ERROR(begin_log(spec.stderr_file));
  if (command.is_main) {
    run.record.argv = audit::redact_arguments(spec.argv);
    run.record.working_folder = base::to_file_uri(run.folder.native());
    run.record.started_us = run.now_us();
    RETURN_IF_ERROR(run.save_record());
    run.set_phase("running");
  }
  const auto before = base::identify_file(spec.stderr_file);
  EncoderRun done;
  done.facts.memory_limit = spec.memory_limit;
  if (const auto room = base::find_room(run.folder)) done.facts.before = *room;
  encode::ProgressReader reader;
  process::ProcessCallbacks callbacks;
  callbacks.on_output = command.on_output;
  if (command.is_main) callbacks.on_stderr = run.services.show_log;
  callbacks.on_progress = [&](std::string_view line) {
    auto report = reader.take(line);
    if (!report) return;
    done.last_progress = *report;
    if (command.is_main) run.publish(to_task_progress(run, *report, command.media_seconds));
  };
  auto result = run.services.processes.run(spec, callbacks, run.stop);
  if (!result) {
    if (command.is_main) {
      run.record.exited_us = run.now_us();
      run.record.ended_by = to_word(result.error().code);
    }
    return tl::unexpected(result.error());
  }
  done.process = std::move(*result);
  done.stderr_text = read_log(spec.stderr_file, before ? before->size : 0);
  if (const auto room = base::find_room(run.folder)) done.facts.after = *room;
  done.facts.gpu = find_gpu();
  if (command.is_main) {
    write_down(run, done.process);
    run.record.machine = to_json(done.facts, done.process);
  }
  return done;
}

base::Result<EncoderRun> run_beside(const TaskRun& run, const EncoderCommand& command,
                                    const base::Path& log) {
  return run_beside(run, command, log, run.stop);
}

base::Result<EncoderRun> run_beside(const TaskRun& run, const EncoderCommand& command,
                                    const base::Path& log, const process::StopSignal& stop) {
  EncoderRun done;
  ASSIGN_OR_RETURN(done.process,
                   run.services.processes.run(make_spec(run, command, log), {}, stop));
  done.stderr_text = read_log(log, 0);
  return done;
}

retry::ExitCause to_cause(process::EndedBy ended_by) {
  switch (ended_by) {
    case process::EndedBy::itself: return retry::ExitCause::itself;
    case process::EndedBy::stop: return retry::ExitCause::stopped;
    case process::EndedBy::deadline: return retry::ExitCause::deadline;
    case process::EndedBy::no_progress: return retry::ExitCause::no_progress;
    case process::EndedBy::memory_limit: return retry::ExitCause::memory_limit;
    case process::EndedBy::output_limit: return retry::ExitCause::output_limit;
    case process::EndedBy::guard_lost: return retry::ExitCause::guard_lost;
  }
  return retry::ExitCause::itself;
}

retry::Finding classify_run(const TaskRun& run, const std::string& tool, const EncoderRun& done,
                            const std::vector<std::string>& argv) {
  retry::EncoderExit exit;
  exit.tool = tool;
  exit.version = run.services.encoder.version;
  exit.argv = argv;
  exit.exit_code = done.process.exit_code;
  exit.signal = done.process.signal;
  exit.cause = to_cause(done.process.ended_by);
  exit.stderr_text = done.stderr_text;
  exit.facts.oom_kill = done.process.oom_kill;
  if (run.assignment.memory_limit > 0) exit.facts.memory_limit = run.assignment.memory_limit;
  exit.facts.memory_peak = done.process.peak_anonymous_bytes;
  if (const auto& room = done.facts.before) exit.facts.disk_free_before = room->free_bytes;
  if (const auto& room = done.facts.after) {
    exit.facts.disk_free = room->free_bytes;
    exit.facts.disk_free_inodes = room->free_inodes;
    exit.facts.disk_total = room->total_bytes;
  }
  exit.facts.gpu_present = done.facts.gpu.is_present;
  exit.facts.gpu_driver = done.facts.gpu.driver;
  exit.facts.wall_seconds = static_cast<double>(done.process.wall_us) / 1e6;
  exit.facts.stage_in = retry::StageIn::ok;
  exit.facts.hash_match = true;  // opened in place: there is no copy that could differ
  exit.facts.cpu_seconds = static_cast<double>(done.process.cpu_us) / 1e6;
  if (!done.is_ok() && encode::names_something_missing(done.stderr_text))
    exit.facts.capabilities = find_what_it_can(run);
  return retry::classify(exit, run.services.rules);
}

}  // namespace mpegflow::worker
