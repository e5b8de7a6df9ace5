#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mpegflow::retry {

/// What made the process end, as far as its keeper knows.
enum class ExitCause {
  itself,        ///< it ended by itself, or by a signal that we did not send
  stopped,       ///< we ended it because we were asked to (cancel, drain, lost lease)
  deadline,      ///< it ran past its time limit
  no_progress,   ///< it did nothing for too long
  memory_limit,  ///< it went over its memory limit
  output_limit,  ///< it wrote more than it may
  guard_lost     ///< its guard or its machine went away
};

/// How the copy of the input that it read came about.
enum class StageIn { unknown, ok, failed, not_found, streaming };

/// What the FFmpeg of the worker can do, by the names that it prints. A missing list is not known.
struct Capabilities {
  std::optional<std::vector<std::string>> encoders, decoders, filters, muxers, demuxers,
      bitstream_filters, protocols, hwaccels;
  std::optional<std::vector<std::string>> fonts;  ///< families

  bool operator==(const Capabilities&) const = default;
};

/// What a worker knows besides standard error. Missing means not known.
struct ExitFacts {
  bool oom_kill = false;  ///< the kernel counted an out-of-memory kill for this attempt
  std::optional<std::int64_t> memory_limit;
  std::optional<std::int64_t> memory_peak;
  std::optional<std::int64_t> disk_free_before;  ///< bytes on the scratch disk
  std::optional<std::int64_t> disk_free;         ///< bytes, after the run
  std::optional<std::int64_t> disk_free_inodes;
  std::optional<std::int64_t> disk_total;
  std::optional<std::int64_t> disk_needed;  ///< what the job was expected to need
  StageIn stage_in = StageIn::unknown;
  std::optional<bool> hash_match;              ///< is our copy the same as the source?
  std::optional<std::int64_t> expected_bytes;  ///< of the source, if its place told
  std::optional<std::int64_t> actual_bytes;    ///< of our copy
  bool input_changed = false;                  ///< the file changed between plan and end
  bool cancelled = false;
  bool lease_lost = false;
  bool preempted = false;
  std::optional<double> wall_seconds;
  std::optional<double> cpu_seconds;
  std::optional<double> cpu_seconds_limit;
  std::optional<std::int64_t> file_size_limit;  ///< RLIMIT_FSIZE
  std::optional<bool> gpu_present;
  std::string gpu_driver;
  std::optional<std::int64_t> output_bytes;
  std::optional<double> output_seconds;  ///< how long the output plays
  Capabilities capabilities;

  bool operator==(const ExitFacts&) const = default;
};

/// Windows could not start the program: 0xC0000135 and its like, which no shell has a code for.
inline constexpr int kWindowsDllMissing = -1073741515;

/// The end of one ffmpeg or ffprobe.
struct EncoderExit {
  std::string tool = "ffmpeg";
  std::string version;         ///< of the binary that ran
  std::string pinned_version;  ///< that the job was made for, empty = any
  std::vector<std::string> argv;
  std::optional<int> exit_code;
  std::optional<int> signal;
  ExitCause cause = ExitCause::itself;
  std::string stderr_text;  ///< whole
  ExitFacts facts;
};

}  // namespace mpegflow::retry
