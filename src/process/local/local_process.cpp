#include "process/local/local_process.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <mutex>

#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "process/local/cgroup.h"
#include "process/local/guard.h"
#include "process/local/guarded_run.h"
#include "process/local/input_places.h"
#include "process/local/sandbox.h"
#include "process/local/sandbox_memory.h"

namespace mpegflow::process {

using base::ErrorCode;
using base::Path;

namespace {

constexpr char kPath[] = "PATH=/usr/local/bin:/usr/bin:/bin";
constexpr char kLanguage[] = "LANG=C.UTF-8";
/// What guard-inner gives when it finds no plan: the answer to a trial run of ourselves.
constexpr int kNoPlan = 126;

struct Layers {
  bool bubblewrap = false;
  bool is_remembered = false;  ///< by an earlier process; not tried in this one
  SandboxUsers users = SandboxUsers::own;
  std::string bubblewrap_detail;
  bool namespaces = false;
  CgroupChoice cgroup;
};

base::Result<void> check_spec(const ProcessSpec& spec) {
  struct stat status {};
  if (spec.argv.empty() || !spec.argv.front().starts_with('/'))
    return base::fail(ErrorCode::process_failed, "a program needs an absolute path");
  if (!spec.working_folder.is_absolute() || ::stat(spec.working_folder.c_str(), &status) != 0 ||
      !S_ISDIR(status.st_mode))
    return base::fail(ErrorCode::process_failed,
                      "the working folder is not an existing folder: " +
                          base::to_printable(spec.working_folder.native()));
  if (spec.progress_fd && *spec.progress_fd <= STDERR_FILENO)
    return base::fail(ErrorCode::process_failed, "the progress pipe needs a number above 2");
  return {};
}

/// The path of our own executable as others see it, not as a link of /proc that means someone else
/// in every process.
Path resolve_executable(const Path& path) {
  std::error_code error;
  const Path resolved = std::filesystem::read_symlink(path, error);
  return error ? path : resolved;
}

GuardPlan make_common_plan(const ProcessSpec& spec, const Path& home) {
  GuardPlan plan;
  plan.argv = spec.argv;
  plan.environment = {kPath, kLanguage, "HOME=" + home.native()};
  plan.memory_limit = spec.memory_limit;
  plan.deadline_us = spec.deadline.count();
  plan.no_progress_us = spec.no_progress.count();
  plan.stop_grace_us = spec.stop_grace.count();
  plan.progress_fd = spec.progress_fd.value_or(-1);
  plan.is_last = spec.waits_for_others ? 1 : 0;
  return plan;
}

/// A folder for a trial run, removed in the end.
class TrialFolder {
 public:
  TrialFolder() {
    if (::mkdtemp(name_)) path_ = name_;
  }
  ~TrialFolder() {
    if (!path_.empty()) static_cast<void>(base::remove_tree(path_));
  }
  const Path& path() const { return path_; }

 private:
  char name_[32] = "/tmp/mpegflow-trial-XXXXXX";
  Path path_;
};

ProcessSpec make_trial(std::vector<std::string> argv, const Path& folder) {
  ProcessSpec spec;
  spec.argv = std::move(argv);
  spec.working_folder = folder;
  spec.stderr_file = folder / "stderr";
  spec.deadline = std::chrono::seconds(20);
  return spec;
}

}  // namespace

struct LocalProcessRunner::State {
  explicit State(LocalProcessOptions wanted)
      : options(std::move(wanted)), executable(resolve_executable(options.guard_executable)) {}

  Layers layers();
  /// After a run that the sandbox has failed: if it was only remembered that it works, it is tried
  /// now, and the run may be tried again.
  bool look_again();
  bool hold_to_sandbox();
  std::atomic<bool> must_have_sandbox = false;
  void try_bubblewrap(Layers& found);
  void try_namespaces(Layers& found);
  bool try_bubblewrap_with(SandboxUsers users, std::string& words);
  GuardPlan make_sandbox_plan(const ProcessSpec& spec, SandboxUsers users) const;
  GuardPlan make_plain_plan(const ProcessSpec& spec) const;

  const LocalProcessOptions options;
  const Path executable;
  std::optional<Path> bubblewrap = find_bubblewrap();
  InputPlaces places;

 private:
  void find_layers();
  bool recall_bubblewrap(Layers& found);

  std::mutex mutex_;
  std::optional<Layers> layers_;
};

Layers LocalProcessRunner::State::layers() {
  const std::scoped_lock lock(mutex_);
  if (!layers_) find_layers();
  return *layers_;
}

void LocalProcessRunner::State::find_layers() {
  layers_.emplace();
  if (!recall_bubblewrap(*layers_)) try_bubblewrap(*layers_);
  try_namespaces(*layers_);
  layers_->cgroup = options.cgroup == Wanted::off ? CgroupChoice{std::nullopt, "switched off"}
                                                  : choose_cgroup_parent();
}

bool LocalProcessRunner::State::look_again() {
  const std::scoped_lock lock(mutex_);
  if (!layers_ || !layers_->is_remembered) return false;
  forget_sandbox(options.memory);
  find_layers();
  return true;
}

/// What was remembered is tried: it may have been taken away since.
bool LocalProcessRunner::State::hold_to_sandbox() {
  const std::scoped_lock lock(mutex_);
  if (layers_ && layers_->is_remembered) layers_.reset();
  if (!layers_) {
    forget_sandbox(options.memory);
    find_layers();
  }
  must_have_sandbox = layers_->bubblewrap;
  return must_have_sandbox;
}

bool LocalProcessRunner::State::recall_bubblewrap(Layers& found) {
  if (options.sandbox == Wanted::off || !bubblewrap) return false;
  const auto users = recall_sandbox(options.memory, {*bubblewrap, executable});
  if (!users) return false;
  found.users = *users;
  found.bubblewrap = found.is_remembered = true;
  found.bubblewrap_detail = bubblewrap->native() + " works";
  return true;
}

GuardPlan LocalProcessRunner::State::make_sandbox_plan(const ProcessSpec& spec,
                                                       SandboxUsers users) const {
  GuardPlan plan = make_common_plan(spec, "/tmp");
  plan.launcher = make_sandbox_command(*bubblewrap, executable, spec, users);
  plan.launcher.insert(plan.launcher.end(), {kGuardInside, kInnerCommand});
  plan.user_namespace = users == SandboxUsers::all;
  return plan;
}

GuardPlan LocalProcessRunner::State::make_plain_plan(const ProcessSpec& spec) const {
  // HOME also marks the processes of this run (GuardedRun::end_orphans).
  GuardPlan plan = make_common_plan(spec, spec.working_folder);
  plan.working_folder = spec.working_folder;
  plan.namespaces = options.namespaces != Wanted::off;
  return plan;
}

void LocalProcessRunner::State::try_bubblewrap(Layers& found) {
  if (options.sandbox == Wanted::off) {
    found.bubblewrap_detail = "switched off";
    return;
  }
  if (!bubblewrap) {
    found.bubblewrap_detail = "not installed: install it (Debian: apt-get install bubblewrap)";
    return;
  }
  std::string words;
  if (::geteuid() == 0 && try_bubblewrap_with(SandboxUsers::all, words)) {
    found.users = SandboxUsers::all;
    found.bubblewrap = true;
  } else {
    found.bubblewrap = try_bubblewrap_with(SandboxUsers::own, words);
  }
  if (found.bubblewrap) remember_sandbox(options.memory, {*bubblewrap, executable}, found.users);
  found.bubblewrap_detail = found.bubblewrap ? bubblewrap->native() + " works"
                                             : "at " + bubblewrap->native() +
                                                   " and does not work: allow user namespaces "
                                                   "(kernel.unprivileged_userns_clone, "
                                                   "user.max_user_namespaces). It said: " +
                                                   words;
}

bool LocalProcessRunner::State::try_bubblewrap_with(SandboxUsers users, std::string& words) {
  const TrialFolder folder;
  const ProcessSpec spec = make_trial({kGuardInside, kInnerCommand}, folder.path());
  const StopSignal never;
  const ProcessCallbacks nobody;
  GuardedRun trial(spec, nobody, never);
  const auto result = trial.run(options.guard_executable, make_sandbox_plan(spec, users));
  if (!result) words = result.error().message;
  if (result) words = "exit " + std::to_string(result->exit_code.value_or(-1));
  return result && result->exit_code == kNoPlan;
}

void LocalProcessRunner::State::try_namespaces(Layers& found) {
  if (found.bubblewrap || options.namespaces == Wanted::off) return;
  const TrialFolder folder;
  const ProcessSpec spec = make_trial({executable, kInnerCommand}, folder.path());
  const StopSignal never;
  const ProcessCallbacks nobody;
  GuardedRun trial(spec, nobody, never);
  const auto result = trial.run(options.guard_executable, make_plain_plan(spec));
  found.namespaces = result && trial.had_pid_namespace();
}

LocalProcessRunner::LocalProcessRunner(LocalProcessOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}

LocalProcessRunner::~LocalProcessRunner() = default;

base::Result<ProcessResult> LocalProcessRunner::run(const ProcessSpec& spec,
                                                    const ProcessCallbacks& callbacks,
                                                    const StopSignal& stop) {
  RETURN_IF_ERROR(check_spec(spec));
  bool is_let_down = false;
  auto result = run_once(spec, callbacks, stop, is_let_down);
  if (is_let_down && state_->look_again()) return run_once(spec, callbacks, stop, is_let_down);
  return result;
}

base::Result<ProcessResult> LocalProcessRunner::run_once(const ProcessSpec& spec,
                                                         const ProcessCallbacks& callbacks,
                                                         const StopSignal& stop,
                                                         bool& is_let_down) {
  const Layers layers = state_->layers();
  const LocalProcessOptions& options = state_->options;
  const bool must_have_sandbox = options.sandbox == Wanted::on || state_->must_have_sandbox;
  if (must_have_sandbox && !layers.bubblewrap)
    return base::fail(ErrorCode::process_failed,
                      "the sandbox is required: " + layers.bubblewrap_detail);
  if (options.cgroup == Wanted::on && !layers.cgroup.parent)
    return base::fail(ErrorCode::process_failed, "a cgroup is required: " + layers.cgroup.detail);
  if (stop.is_triggered()) {
    ProcessResult never_started;
    never_started.ended_by = EndedBy::stop;
    return never_started;
  }

  GuardPlan plan = layers.bubblewrap ? state_->make_sandbox_plan(spec, layers.users)
                                     : state_->make_plain_plan(spec);
  if (layers.cgroup.parent) {
    plan.cgroup_folder = layers.cgroup.parent->folder + "/" + make_cgroup_name();
    plan.cgroup_version = layers.cgroup.parent->version;
  }
  const auto shown =
      layers.bubblewrap ? list_shown_folders(spec) : std::map<base::Path, base::Path>();
  const bool is_bound = layers.bubblewrap && shown.empty();
  RETURN_IF_ERROR(
      state_->places.add(spec, is_bound ? PlaceKind::mount_point : PlaceKind::link, shown));
  GuardedRun guarded(spec, callbacks, stop);
  auto result = guarded.run(options.guard_executable, plan);
  is_let_down = guarded.has_sandbox_failed();
  state_->places.remove(spec);
  return result;
}

bool LocalProcessRunner::hold_to_sandbox() {
  return state_->hold_to_sandbox();
}

SandboxReport LocalProcessRunner::report() const {
  const Layers layers = state_->layers();
  const bool isolated = layers.bubblewrap || layers.namespaces;
  SandboxReport report;
  report.layers = {
      {"bubblewrap", layers.bubblewrap, layers.bubblewrap_detail},
      {"namespaces", isolated,
       isolated ? "processes of a run cannot outlive it"
                : "pid namespaces are not allowed here; allow user namespaces "
                  "(kernel.unprivileged_userns_clone, user.max_user_namespaces)"},
      {"no_network", isolated,
       isolated ? "an empty network namespace" : "needs bubblewrap or user namespaces"},
      {"cgroup", layers.cgroup.parent.has_value(), layers.cgroup.detail},
      {"rlimit", !layers.cgroup.parent,
       layers.cgroup.parent ? "not needed, the cgroup holds the memory limit"
                            : "RLIMIT_DATA per process and samples of the whole tree"},
      {"parent_death", true,
       isolated ? "guard, channel and pid namespace"
                : "guard, channel and orphan collection; a program that was left by all of "
                  "engine, guard and inner guard at once may keep children"},
  };
  return report;
}

std::int64_t LocalProcessRunner::find_memory_limit() const {
  return process::find_memory_limit(read_cgroup_surroundings());
}

}  // namespace mpegflow::process
