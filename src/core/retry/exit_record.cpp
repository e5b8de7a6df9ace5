#include "core/retry/exit_record.h"

#include <cmath>
#include <csignal>
#include <limits>

namespace mpegflow::retry {
namespace {

using base::json::array;
using base::json::object;
using base::json::value;

std::optional<double> find_number(const object& record, std::string_view key) {
  const value* found = record.if_contains(key);
  if (found == nullptr) return std::nullopt;
  if (found->is_double()) return found->get_double();
  if (found->is_int64()) return static_cast<double>(found->get_int64());
  if (found->is_uint64()) return static_cast<double>(found->get_uint64());
  return std::nullopt;
}

std::optional<std::int64_t> find_integer(const object& record, std::string_view key) {
  const value* found = record.if_contains(key);
  if (found != nullptr && found->is_int64()) return found->get_int64();
  const std::optional<double> number = find_number(record, key);
  if (!number || !std::isfinite(*number) || std::abs(*number) > 9e18) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

/// Flags come as true, 1 or "true".
std::optional<bool> find_flag(const object& record, std::string_view key) {
  const value* found = record.if_contains(key);
  if (found == nullptr) return std::nullopt;
  if (found->is_bool()) return found->get_bool();
  if (const auto number = find_number(record, key)) return *number != 0;
  if (!found->is_string()) return std::nullopt;
  const std::string_view word = found->get_string();
  if (word == "true" || word == "yes") return true;
  if (word == "false" || word == "no") return false;
  return std::nullopt;
}

std::optional<std::vector<std::string>> find_words(const object& record, std::string_view key) {
  const value* found = record.if_contains(key);
  if (found == nullptr || !found->is_array()) return std::nullopt;
  std::vector<std::string> words;
  for (const value& word : found->get_array())
    if (word.is_string()) words.emplace_back(word.get_string());
  return words;
}

StageIn parse_stage_in(std::string_view word) {
  if (word == "ok") return StageIn::ok;
  if (word == "failed") return StageIn::failed;
  if (word == "not_found") return StageIn::not_found;
  if (word == "streaming") return StageIn::streaming;
  return StageIn::unknown;
}

Capabilities read_capabilities(const object& record) {
  Capabilities capabilities;
  capabilities.encoders = find_words(record, "encoders");
  capabilities.decoders = find_words(record, "decoders");
  capabilities.filters = find_words(record, "filters");
  capabilities.muxers = find_words(record, "muxers");
  capabilities.demuxers = find_words(record, "demuxers");
  capabilities.bitstream_filters = find_words(record, "bitstream_filters");
  capabilities.protocols = find_words(record, "protocols");
  capabilities.hwaccels = find_words(record, "hwaccels");
  capabilities.fonts = find_words(record, "fonts");
  return capabilities;
}

void read_resources(const object& record, ExitFacts& facts) {
  const object cgroup = base::object_or(record, "cgroup");
  facts.oom_kill = find_flag(cgroup, "oom_kill").value_or(false) ||
                   find_flag(record, "oom_kill").value_or(false);
  facts.memory_limit = find_integer(cgroup, "memory_limit_bytes");
  facts.memory_peak = find_integer(cgroup, "memory_peak_bytes");
  const object disk = base::object_or(record, "disk");
  facts.disk_free_before = find_integer(disk, "scratch_free_bytes_before");
  facts.disk_free = find_integer(disk, "scratch_free_bytes");
  facts.disk_total = find_integer(disk, "scratch_total_bytes");
  facts.disk_free_inodes = find_integer(disk, "scratch_free_inodes");
  facts.disk_needed = find_integer(record, "job_scratch_estimate_bytes");
  facts.wall_seconds = find_number(record, "wall_seconds");
  facts.cpu_seconds = find_number(record, "cpu_seconds");
  const object limits = base::object_or(record, "limits");
  facts.cpu_seconds_limit = find_number(limits, "cpu_seconds");
  facts.file_size_limit = find_integer(limits, "fsize_bytes");
  const object gpu = base::object_or(record, "gpu");
  facts.gpu_present = find_flag(gpu, "present");
  facts.gpu_driver = base::text_or(gpu, "driver");
  const object output = base::object_or(record, "output");
  facts.output_bytes = find_integer(output, "bytes");
  facts.output_seconds = find_number(output, "duration_s");
}

/// How Windows ends a process that failed as such: 0xC0000005 and its like, with or without a sign.
bool is_windows_status(std::int64_t code) {
  return (static_cast<std::uint64_t>(code) & 0xFFFF0000U) == 0xC0000000U;
}

/// In the words of systems with signals and shells.
void read_windows_status(std::int64_t code, EncoderExit& exit) {
  switch (static_cast<std::uint64_t>(code) & 0xFFFFU) {
    case 0x0017:                               // no memory
    case 0x012D: exit.exit_code = 244; break;  // commitment limit
    case 0x007B:                               // an image of another architecture
    case 0x0135:                               // a DLL is missing
    case 0x0138:
    case 0x0139:  // one lacks a function
      exit.exit_code = kWindowsDllMissing;
      break;
    case 0x001D:
    case 0x0096: exit.signal = SIGILL; break;
    case 0x0094: exit.signal = SIGFPE; break;
    case 0x013A: exit.signal = SIGINT; break;  // Ctrl-C
    default: exit.signal = SIGSEGV; break;
  }
}

}  // namespace

void read_exit_facts(const object& record, EncoderExit& exit) {
  if (const std::string tool = base::text_or(record, "tool"); !tool.empty()) exit.tool = tool;
  exit.version = base::text_or(record, "ffmpeg_version");
  exit.pinned_version = base::text_or(record, "pinned_ffmpeg_version");
  if (auto argv = find_words(record, "argv")) exit.argv = std::move(*argv);
  if (find_flag(record, "deadline_exceeded").value_or(false)) exit.cause = ExitCause::deadline;
  ExitFacts& facts = exit.facts;
  read_resources(record, facts);
  const object stage_in = base::object_or(record, "stage_in");
  facts.stage_in = parse_stage_in(base::text_or(stage_in, "status"));
  facts.hash_match = find_flag(stage_in, "hash_match");
  facts.expected_bytes = find_integer(stage_in, "expected_bytes");
  facts.actual_bytes = find_integer(stage_in, "actual_bytes");
  facts.cancelled = find_flag(record, "cancelled").value_or(false);
  facts.lease_lost = find_flag(record, "lease_lost").value_or(false);
  facts.preempted = find_flag(record, "preempted").value_or(false);
  facts.input_changed = find_flag(record, "input_changed").value_or(false);
  facts.capabilities = read_capabilities(base::object_or(record, "capabilities"));
}

void read_exit_status(std::optional<std::int64_t> exit_code, std::optional<int> signal,
                      EncoderExit& exit) {
  exit.exit_code.reset();
  exit.signal.reset();
  if (signal && *signal != 0) exit.signal = *signal < 0 ? -*signal : *signal;
  else if (!signal && exit_code && *exit_code < -1 && *exit_code > -32)
    exit.signal = static_cast<int>(-*exit_code);  // as Python tells it
  else if (exit_code && is_windows_status(*exit_code)) read_windows_status(*exit_code, exit);
  else if (exit_code)
    exit.exit_code =
        static_cast<int>(*exit_code < 0 || *exit_code > 255 ? *exit_code & 255 : *exit_code);
}

object to_json(const Finding& finding) {
  array evidence;
  for (const Evidence& line : finding.evidence)
    evidence.push_back(object{{"line", line.line}, {"text", line.text}});
  return {{"bucket", to_word(finding.bucket)},
          {"reason", finding.reason},
          {"status", to_word(finding.status)},
          {"action", finding.action.empty() ? value(nullptr) : value(finding.action)},
          {"cause", finding.cause},
          {"rule", finding.rule},
          {"evidence", evidence},
          {"classifier", finding.classifier}};
}

}  // namespace mpegflow::retry
