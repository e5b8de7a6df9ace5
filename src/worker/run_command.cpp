#include <algorithm>
#include <functional>
#include <future>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "base/hash_file.h"
#include "core/plan/task_params.h"
#include "core/probe/input_record.h"
#include "core/retry/stderr_rules.h"
#include "core/verify/verify_output.h"
#include "worker/encoder_process.h"
#include "worker/loudness_of.h"
#include "worker/measure_output.h"
#include "worker/piece_writer.h"
#include "worker/probe_sources.h"
#include "worker/run_qc.h"
#include "worker/suspect_inputs.h"
#include "worker/task_run.h"

namespace mpegflow::worker {
namespace {

/// What the needed task has left under names that begin so ("TASK/START*"), as files outside the
/// working folder. `name` ends with '*', too.
base::Result<std::vector<process::ReadOnlyFile>> stage_all_needed(TaskRun& run,
                                                                  const std::string& name,
                                                                  const std::string& reference) {
  const std::string task = reference.substr(0, reference.find('/'));
  const std::string start = reference.substr(task.size() + 1, reference.size() - task.size() - 2);
  std::vector<process::ReadOnlyFile> files;
  for (const protocol::AssignedParent& parent : run.assignment.parents) {
    if (parent.key != task) continue;
    for (const store::OutputRow& output : parent.outputs) {
      if (!output.name.starts_with(start)) continue;
      const base::Path target = run.folder.parent_path() / "needed" / task / output.name;
      RETURN_IF_ERROR(run.services.objects.get_file(output.object_key, target));
      files.push_back({target, name.substr(0, name.size() - 1) + output.name.substr(start.size())});
    }
  }
  return files;
}

/// The output NAME of the needed task, as a file outside the working folder: the command gets it
/// read-only, so what is committed cannot be changed by who reads it.
base::Result<base::Path> stage_needed(TaskRun& run, const std::string& reference) {
  const std::size_t slash = reference.find('/');
  const std::string task = reference.substr(0, slash);
  const std::string name = reference.substr(slash + 1);
  for (const protocol::AssignedParent& parent : run.assignment.parents) {
    if (parent.key != task) continue;
    for (const store::OutputRow& output : parent.outputs) {
      if (output.name != name && !output.name.ends_with("/" + name)) continue;
      base::Path target = run.folder.parent_path() / "needed" / task / name;
      RETURN_IF_ERROR(run.services.objects.get_file(output.object_key, target));
      run.staged.push_back({target, output.sha256, true});
      return target;
    }
  }
  return base::fail(base::ErrorCode::object_missing,
                    fmt::format("task {} left no output named {}", task, name));
}

base::Result<std::vector<process::ReadOnlyFile>> stage_in(TaskRun& run,
                                                          const plan::FfmpegParams& params) {
  std::vector<process::ReadOnlyFile> files;
  for (const auto& [name, key] : params.inputs) {
    ASSIGN_OR_RETURN(base::Path path, run.inputs.open(run.input(key)));
    run.inputs.start_hash(run.input(key));
    run.staged.push_back({path, run.input(key).sha256.value_or(""), false});
    files.push_back({std::move(path), name});
  }
  for (const auto& [name, reference] : params.needed) {
    if (name.ends_with('*')) {
      ASSIGN_OR_RETURN(auto all, stage_all_needed(run, name, reference));
      std::ranges::move(all, std::back_inserter(files));
      continue;
    }
    ASSIGN_OR_RETURN(base::Path path, stage_needed(run, reference));
    files.push_back({std::move(path), name});
  }
  for (const auto& [name, text] : params.texts) {
    RETURN_IF_ERROR(base::make_directories((run.folder / name).parent_path()));
    RETURN_IF_ERROR(base::write_file_durably(run.folder / name, text));
  }
  RETURN_IF_ERROR(base::make_directories(run.folder / "out"));
  for (const std::string& folder : params.folders)
    RETURN_IF_ERROR(base::make_directories(run.folder / "out" / folder));
  run.record.staged_us = run.now_us();
  return files;
}

/// Which output of the command this is; nullopt if it is not the file's own name (a pattern, say).
std::optional<std::size_t> find_output(const verify::CommandShape& shape,
                                       const std::string& inside) {
  const auto found = std::ranges::find_if(shape.outputs, [&](const verify::OutputShape& output) {
    return output.name == inside || output.name == "file:" + inside;
  });
  if (found == shape.outputs.end()) return std::nullopt;
  return static_cast<std::size_t>(found - shape.outputs.begin());
}

/// What the outputs of a command are held against.
struct Standard {
  verify::OutputExpectation expectation;
  verify::QcRules rules;
  std::vector<process::ReadOnlyFile> inputs;
};

/// The source is compared with only where nothing of it was cut and no time was changed.
verify::QcSubject find_subject(const Standard& standard, const verify::OutputExpectation& expected,
                               const verify::OutputFacts& facts, const std::string& inside) {
  verify::QcSubject subject = describe_subject(*facts.probe, inside);
  const auto& shape = expected.shape.outputs.at(expected.output);
  if (standard.inputs.size() != 1 || expected.sources.size() != 1) return subject;
  const auto& [place, source] = *expected.sources.begin();
  const bool is_whole =
      verify::find_length_bounds(expected.shape.inputs.at(place), shape, source.probe.duration)
          .is_whole;
  if (!is_whole) return subject;
  subject.source = standard.inputs.front().inside;
  subject.source_container = source.sniff.container;
  if (const auto* video = probe::find_main_video(source.probe))
    subject.source_stream = video->index;
  return subject;
}

/// Seconds that came out, as far as FFmpeg has told.
std::optional<double> media_seconds_of(const EncoderRun& done) {
  if (!done.last_progress || !done.last_progress->out_time_us) return std::nullopt;
  return static_cast<double>(*done.last_progress->out_time_us) / 1e6;
}

// What is read from more than this takes longer than it takes FFmpeg to be loaded.
constexpr std::int64_t kSmallInputs = 64 << 20;

/// Where one file is going to be written, and soon: what will look at it. Which file it is and what
/// container it will be, the command says; if it turns out otherwise, nothing is lost.
void make_look_ready(const TaskRun& run, const plan::FfmpegParams& params,
                     const EncoderCommand& command, const verify::CommandShape& shape,
                     std::optional<ReadyLook>& look) {
  if (params.takes_all || params.outputs.size() != 1) return;
  const std::string inside = "out/" + params.outputs.front();
  const auto output = find_output(shape, inside);
  if (!output) return;
  std::string container(verify::container_of_muxer(shape.outputs[*output].muxer));
  std::int64_t bytes = 0;
  for (const process::ReadOnlyFile& file : command.inputs)
    bytes += base::identify_file(file.source).value_or(base::FileIdentity{}).size;
  if (!container.empty() && bytes <= kSmallInputs) look.emplace(run, inside, std::move(container));
}

/// Judges one output of the run; what it makes of it stands in the record.
base::Result<retry::Finding> verify_one(TaskRun& run, const EncoderRun& done,
                                        const Standard& standard, const std::string& name,
                                        ReadyLook* ready) {
  const std::string inside = "out/" + name;
  ASSIGN_OR_RETURN(const verify::OutputFacts facts,
                   measure_output(run, inside, find_thoroughness(standard.rules),
                                  media_seconds_of(done), ready));
  verify::OutputExpectation expectation = standard.expectation;
  const auto which = find_output(expectation.shape, inside);
  if (!which) {
    expectation.shape.outputs.push_back({});
    expectation.sources.clear();
  }
  expectation.output = which.value_or(expectation.shape.outputs.size() - 1);
  const verify::CommandFacts seen{encode::read_encode_stats(done.stderr_text), done.last_progress};
  verify::Verification verification = verify::verify_output(expectation, seen, facts);
  if (verification.is_accepted() && facts.probe)
    RETURN_IF_ERROR(apply_qc(run, standard.rules,
                             find_subject(standard, expectation, facts, inside), standard.inputs,
                             verification));
  write_down_verification(run, verification, name);
  return verification.finding;
}

/// What there is of the sheets: the last is where the film ends, and only the film knows where.
std::vector<std::string> list_sheets(const TaskRun& run, const package::SpriteSheets& sheets) {
  std::vector<std::string> names;
  for (std::int64_t number = 1; number <= package::count_sheets(sheets); ++number) {
    std::string name = package::sheet_name(number);
    std::error_code ignored;
    if (!std::filesystem::exists(run.folder / "out" / name, ignored)) break;
    names.push_back(std::move(name));
  }
  if (names.empty()) names.push_back(package::sheet_name(1));
  return names;
}

base::Result<OutputFile> collect_output(const TaskRun& run, const std::string& folder,
                                        const std::string& name) {
  const base::Path path = run.folder / "out" / name;
  ASSIGN_OR_RETURN(const std::string sha256, base::hash_file(path));
  RETURN_IF_ERROR(base::fsync_path(path));
  ASSIGN_OR_RETURN(const base::FileIdentity identity, base::identify_file(path));
  const bool is_playlist = name.ends_with(".m3u8") || name.ends_with(".mpd");
  return OutputFile{folder.empty() ? name : folder + "/" + name, is_playlist ? "playlist" : "media",
                    path, identity.size, sha256};
}

/// What stands below out/, in the order of the names.
base::Result<std::vector<std::string>> list_outputs(const TaskRun& run) {
  std::vector<std::string> names;
  std::error_code error;
  const base::Path out = run.folder / "out";
  for (std::filesystem::recursive_directory_iterator at(out, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored) && !at->is_symlink(ignored))
      names.push_back(at->path().lexically_relative(out).native());
  }
  if (error) return tl::unexpected(base::make_file_error(error.value(), "read", out));
  std::ranges::sort(names);
  return names;
}

/// Which of the files of a folder are held against the standard: those that the command names, and
/// the playlists by which the rest can be read. Where there are none, of many the first and the
/// last: a set of segments or pictures that begins and ends well was written whole. No log, which
/// may be empty.
class Looks {
 public:
  Looks(const TaskRun& run, const verify::CommandShape& shape,
        const std::vector<std::string>& names)
      : shape_(shape), names_(names) {
    for (const std::string& name : names) {
      if (find_playlist(run.folder / "out" / name)) telling_.insert(name);
      if (name.ends_with(".m3u8") || name.ends_with(".mpd")) has_playlist_ = true;
    }
  }

  bool is_looked_into(std::size_t index) const {
    constexpr std::size_t kEnds = 3;
    const std::string& name = names_[index];
    if (name.ends_with(".log") || name.ends_with(".mbtree") || name.ends_with(".cutree"))
      return false;
    if (telling_.contains(name) || find_output(shape_, "out/" + name)) return true;
    if (!telling_.empty()) return false;
    if (has_playlist_ && !name.ends_with(".ts")) return false;  // cannot be read alone
    return index < kEnds || index + kEnds >= names_.size();
  }

 private:
  const verify::CommandShape& shape_;
  const std::vector<std::string>& names_;
  std::set<std::string> telling_;
  bool has_playlist_ = false;
};

std::optional<double> longest_input(const TaskRun& run) {
  std::optional<double> longest;
  for (const protocol::AssignedInput& input : run.assignment.inputs) {
    if (!input.probe) continue;
    const auto value = base::parse_json(*input.probe, "input record");
    if (!value) continue;
    const auto duration = probe::parse_input_record(value->get_object()).probe.duration;
    if (duration) longest = std::max(longest.value_or(0), *duration);
  }
  return longest;
}

}  // namespace

base::Result<TaskOutcome> run_command(TaskRun& run) {
  plan::FfmpegParams params = plan::parse_ffmpeg_params(run.params());
  EncoderCommand command;
  command.argv = params.argv;
  if (!params.loudness_task.empty()) {
    ASSIGN_OR_RETURN(const auto measured, loudness_of(run, params.loudness_task));
    command.argv = encode::fill_in_loudness(params.argv, measured, params.loudness);
  }
  ASSIGN_OR_RETURN(command.inputs, stage_in(run, params));
  command.media_seconds = longest_input(run);
  verify::CommandShape shape = verify::read_command_shape(command.argv);
  SourceProbes sources(run, shape, params, command.inputs);
  std::optional<ReadyLook> ready;
  make_look_ready(run, params, command, shape, ready);
  // By the time that its log is read they are ready, and nobody waits for them.
  const std::jthread compiling(retry::compile_rules);
  ASSIGN_OR_RETURN(const EncoderRun done, run_encoder(run, command));
  if (was_stopped(done)) return base::fail(base::ErrorCode::interrupted, "stopped");
  if (ready && done.is_ok()) ready->begin();  // if it has not begun
  ASSIGN_OR_RETURN(const retry::Finding finding,
                   suspect_inputs(run, classify_run(run, "ffmpeg", done, command.argv)));
  if (finding.bucket != retry::Bucket::none) return fail_with(finding);

  run.set_phase("verifying");
  TaskOutcome outcome;
  outcome.finding = finding;
  Standard standard;
  standard.rules = find_qc_rules(run);
  standard.inputs = command.inputs;
  verify::OutputExpectation& expectation = standard.expectation;
  expectation.shape = std::move(shape);
  expectation.sources = sources.take();
  if (standard.rules.duration_tolerance > 0)
    expectation.duration_tolerance = standard.rules.duration_tolerance;
  expectation.max_decode_errors = standard.rules.max_decode_errors;
  if (params.sprites) params.outputs = list_sheets(run, *params.sprites);
  std::vector<std::string> names = params.outputs;
  if (params.takes_all) {
    ASSIGN_OR_RETURN(names, list_outputs(run));
    if (names.empty())
      return fail_with(retry::make_finding("output_incomplete", "verify.no_output"));
  }
  const Looks looks(run, expectation.shape, names);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    // Hashed and brought to disk while it is looked at.
    auto collecting = std::async(std::launch::async, collect_output, std::cref(run),
                                 std::cref(params.folder), std::cref(name));
    if (!params.takes_all || looks.is_looked_into(i)) {
      ASSIGN_OR_RETURN(retry::Finding seen,
                       verify_one(run, done, standard, name, ready ? &*ready : nullptr));
      ASSIGN_OR_RETURN(retry::Finding judged, suspect_inputs(run, std::move(seen)));
      if (judged.bucket != retry::Bucket::none) return fail_with(std::move(judged));
      if (judged.reason != "ok") outcome.finding = std::move(judged);
    }
    ASSIGN_OR_RETURN(OutputFile file, collecting.get());
    outcome.outputs.push_back(std::move(file));
  }
  if (params.sprites) {
    const auto sheets = static_cast<std::int64_t>(params.outputs.size());
    ASSIGN_OR_RETURN(OutputFile track,
                     write_output(run.folder / "track", params.folder + "/thumbnails.vtt",
                                  "playlist", package::make_sprite_track(*params.sprites, sheets)));
    outcome.outputs.push_back(std::move(track));
  }
  run.record.verified_us = run.now_us();
  for (const auto& [name, key] : params.inputs) {
    ASSIGN_OR_RETURN(const std::string sha256, run.inputs.finish_hash(run.input(key)));
    outcome.inputs.push_back({key, sha256, {}});
    run.record.inputs.push_back(
        base::json::object{{"key", key}, {"uri", run.input(key).uri}, {"sha256", sha256}});
  }
  run.record.media_seconds = media_seconds_of(done).value_or(run.record.media_seconds);
  outcome.result = {{"outputs", static_cast<std::int64_t>(outcome.outputs.size())}};
  return outcome;
}

}  // namespace mpegflow::worker
