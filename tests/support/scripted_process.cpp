#include "support/scripted_process.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>

#include "base/file.h"
#include "base/text.h"

namespace mpegflow::test {

using base::ErrorCode;
using process::EndedBy;
using process::ProcessCallbacks;
using process::ProcessResult;
using process::ProcessSpec;
using process::StopSignal;

namespace {

base::Result<void> write_bytes(const base::Path& path, std::string_view bytes, int flags) {
  const base::UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644));
  if (!file.is_open()) return tl::unexpected(base::make_file_error(errno, "open", path));
  return base::write_all(file.get(), bytes, path);
}

base::Result<void> write_files(const ScriptedProcess& script, const ProcessSpec& spec) {
  if (!spec.stderr_file.empty())
    RETURN_IF_ERROR(write_bytes(spec.stderr_file, script.stderr_text, O_APPEND));
  for (const auto& [name, bytes] : script.files) {
    const base::Path path = spec.working_folder / name;
    RETURN_IF_ERROR(base::make_directories(path.parent_path()));
    RETURN_IF_ERROR(write_bytes(path, bytes, O_TRUNC));
  }
  return {};
}

void mark_as_ended(ProcessResult& result, EndedBy reason) {
  result.ended_by = reason;
  result.exit_code.reset();
  result.signal = SIGKILL;
}

base::Result<void> deliver_output(const ScriptedProcess& script, const ProcessSpec& spec,
                                  const ProcessCallbacks& callbacks, ProcessResult& result) {
  if (!spec.capture_stdout) return {};
  std::int64_t delivered = 0;
  for (const std::string& chunk : script.output) {
    std::string_view bytes = chunk;
    const auto size = static_cast<std::int64_t>(bytes.size());
    const bool too_much = spec.output_limit > 0 && delivered + size > spec.output_limit;
    if (too_much) bytes = bytes.substr(0, static_cast<std::size_t>(spec.output_limit - delivered));
    delivered += static_cast<std::int64_t>(bytes.size());
    if (!callbacks.on_output) {
      result.stdout_text += bytes;
    } else if (!bytes.empty()) {
      RETURN_IF_ERROR(callbacks.on_output(bytes));
    }
    if (too_much) {
      mark_as_ended(result, EndedBy::output_limit);
      return {};
    }
  }
  return {};
}

void wait_for(const StopSignal& stop) {
  pollfd fd{stop.fd(), POLLIN, 0};
  while (::poll(&fd, 1, -1) <= 0) continue;
}

}  // namespace

void ScriptedProcessRunner::enqueue(ScriptedProcess process) {
  const std::lock_guard lock(mutex_);
  queue_.push_back(std::move(process));
}

void ScriptedProcessRunner::when(Matcher matches, Script script) {
  const std::lock_guard lock(mutex_);
  rules_.emplace_back(std::move(matches), std::move(script));
}

void ScriptedProcessRunner::when(Matcher matches, ScriptedProcess process) {
  when(std::move(matches), [process = std::move(process)](const ProcessSpec&) { return process; });
}

std::vector<ProcessSpec> ScriptedProcessRunner::specs() const {
  const std::lock_guard lock(mutex_);
  return specs_;
}

std::optional<ScriptedProcess> ScriptedProcessRunner::take_script(const ProcessSpec& spec) {
  const std::lock_guard lock(mutex_);
  specs_.push_back(spec);
  for (const auto& [matches, script] : rules_)
    if (matches(spec)) return script(spec);
  if (queue_.empty()) return std::nullopt;
  ScriptedProcess next = std::move(queue_.front());
  queue_.pop_front();
  return next;
}

base::Result<ProcessResult> ScriptedProcessRunner::run(const ProcessSpec& spec,
                                                       const ProcessCallbacks& callbacks,
                                                       const StopSignal& stop) {
  const auto script = take_script(spec);
  if (!script) {
    std::string words = "no script for:";
    for (const std::string& word : spec.argv) words += ' ' + base::to_printable(word);
    return base::fail(ErrorCode::process_failed, words);
  }
  if (script->failure) return tl::unexpected(*script->failure);
  ProcessResult result = script->result;
  if (stop.is_triggered()) {
    result = ProcessResult{};
    result.ended_by = EndedBy::stop;
    return result;
  }
  if (!result.exit_code && !result.signal && result.ended_by == EndedBy::itself)
    result.exit_code = 0;
  RETURN_IF_ERROR(write_files(*script, spec));
  if (callbacks.on_stderr && !script->stderr_text.empty()) callbacks.on_stderr(script->stderr_text);
  if (spec.progress_fd && callbacks.on_progress)
    for (const std::string& line : script->progress) callbacks.on_progress(line);
  RETURN_IF_ERROR(deliver_output(*script, spec, callbacks, result));
  if (script->runs_until_stopped && result.ended_by == EndedBy::itself) {
    wait_for(stop);
    mark_as_ended(result, EndedBy::stop);
  }
  return result;
}

process::SandboxReport ScriptedProcessRunner::report() const {
  return {{{"bubblewrap", false, "scripted processes need no sandbox"}}};
}

ScriptedProcessRunner::Matcher has_argument(std::string word) {
  return [word = std::move(word)](const ProcessSpec& spec) {
    return std::find(spec.argv.begin(), spec.argv.end(), word) != spec.argv.end();
  };
}

}  // namespace mpegflow::test
