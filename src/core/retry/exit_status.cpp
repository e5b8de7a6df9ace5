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
  constexpr std::array kCodes = {SIGHUP,  SIGINT,  SIGQUIT, SIGILL,  SIGTRAP,
                                 SIGABRT, SIGBUS,  SIGFPE,  SIGKILL, SIGSEGV,
                                 SIGPIPE, SIGTERM, SIGXCPU, SIGXFSZ, SIGSYS};
  if (!exit.exit_code) return std::nullopt;
  for (const int signal : kCodes)
    if (*exit.exit_code == 128 + signal) return signal;
  return std::nullopt;
}

std::optional<Finding> judge_code(const EncoderExit& exit) {
  const auto by_code = [&]() -> std::string_view {
    switch (exit.exit_code.value_or(0)) {
      case 69: return "bitstream_corrupt";
      case 88: return "experimental_codec";
      case 123:
      case 255: return "worker_terminated";
      case 126: return "binary_not_executable";
      case 127: return "binary_missing";
      case kWindowsDllMissing: return "shared_library_missing";
      case 145: return "network_refused";
      case 146: return "network_timeout";
      case 155: return "network_unreachable";
      case 183: return "input_corrupt";
      case 187: return "input_truncated";
      case 222:
      case 234: return "invalid_option_value";
      case 224: return "downstream_closed";
      case 226: return "output_readonly";
      case 228: return "disk_full";
      case 232: return "fd_exhausted";
      case 243: return "permission_denied";
      case 244: return "oom_alloc";
      case 245: return "pids_exhausted";
      case 251: return "io_error";
      default: return "";
    }
  }();
  if (by_code.empty()) return std::nullopt;
  return make_finding(by_code, "exit_code");
}

std::string_view reason_of_decisive_code(const EncoderExit& exit) {
  switch (exit.exit_code.value_or(0)) {
    case 145: return "network_refused";
    case 146: return "network_timeout";
    case 155: return "network_unreachable";
    case 224: return "downstream_closed";
    case 226: return "output_readonly";
    case 228: return "disk_full";
    case 232: return "fd_exhausted";
    default: return "";
  }
}

}  // namespace mpegflow::retry
