#include "core/retry/exit_status.h"

#include <algorithm>
#include <array>
#include <csignal>

namespace mpegflow::retry {
namespace {

/// RLIMIT_CPU and -timelimit both end the process by themselves and look like a kill.
bool used_up_cpu(const EncoderExit& exit) {
  const auto option = std::find(exit.argv.begin(), exit.argv.end(), "-timelimit");
  if (option != exit.argv.end()) return true;
  const ExitFacts& facts = exit.facts;
  return facts.cpu_seconds && facts.cpu_seconds_limit && *facts.cpu_seconds_limit > 0 &&
         *facts.cpu_seconds >= *facts.cpu_seconds_limit;
}

struct CodeMeaning {
  int code;
  std::string_view reason;
  bool is_decisive = false;  ///< whatever else the log complains of
};

constexpr auto kCodes = std::to_array<CodeMeaning>({
    {69, "bitstream_corrupt"},      {88, "experimental_codec"},
    {123, "worker_terminated"},     {126, "binary_not_executable"},
    {127, "binary_missing"},        {145, "network_refused", true},
    {146, "network_timeout", true}, {155, "network_unreachable", true},
    {183, "input_corrupt"},         {187, "input_truncated"},
    {222, "invalid_option_value"},  {224, "downstream_closed", true},
    {226, "output_readonly", true}, {228, "disk_full", true},
    {232, "fd_exhausted", true},    {234, "invalid_option_value"},
    {243, "permission_denied"},     {244, "oom_alloc"},
    {245, "pids_exhausted"},        {251, "io_error"},
    {255, "worker_terminated"},     {kWindowsDllMissing, "shared_library_missing"},
});

const CodeMeaning* find_meaning(const EncoderExit& exit) {
  const auto* found = std::ranges::find(kCodes, exit.exit_code.value_or(0), &CodeMeaning::code);
  return found == kCodes.end() ? nullptr : found;
}

}  // namespace

std::optional<Finding> judge_signal(const EncoderExit& exit, int signal, std::string rule) {
  switch (signal) {
    case SIGKILL:
      return make_finding(used_up_cpu(exit) ? "cpu_time_limit" : "killed_unknown", std::move(rule));
    case SIGTERM:
    case SIGINT:
    case SIGHUP:
    case SIGQUIT: return make_finding("worker_terminated", std::move(rule));
    case SIGILL: return make_finding("cpu_unsupported", std::move(rule));
    case SIGXCPU: return make_finding("cpu_time_limit", std::move(rule));
    case SIGXFSZ: return make_finding("output_size_limit", std::move(rule));
    case SIGPIPE: return make_finding("downstream_closed", std::move(rule));
    case SIGSEGV:
    case SIGABRT:
    case SIGBUS:
    case SIGFPE:
    case SIGTRAP:
    case SIGSYS: return make_finding("crashed", std::move(rule));
    default: return make_finding("killed_unknown", std::move(rule));
  }
}

std::optional<int> signal_of_shell_code(const EncoderExit& exit) {
  constexpr std::array kSignals = {SIGHUP,  SIGINT,  SIGQUIT, SIGILL,  SIGTRAP,
                                   SIGABRT, SIGBUS,  SIGFPE,  SIGKILL, SIGSEGV,
                                   SIGPIPE, SIGTERM, SIGXCPU, SIGXFSZ, SIGSYS};
  if (!exit.exit_code) return std::nullopt;
  for (const int signal : kSignals)
    if (*exit.exit_code == 128 + signal) return signal;
  return std::nullopt;
}

std::optional<Finding> judge_code(const EncoderExit& exit) {
  const CodeMeaning* meaning = find_meaning(exit);
  if (meaning == nullptr) return std::nullopt;
  return make_finding(meaning->reason, "exit_code");
}

std::string_view reason_of_decisive_code(const EncoderExit& exit) {
  const CodeMeaning* meaning = find_meaning(exit);
  return meaning != nullptr && meaning->is_decisive ? meaning->reason : "";
}

}  // namespace mpegflow::retry
