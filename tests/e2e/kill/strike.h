#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "e2e/kill/command.h"

namespace mpegflow::e2e {

/// What is struck, and with what.
enum class Victim { engine, engine_ctrl_c, engine_terminated, guard, bubblewrap, inner, encoder };
inline constexpr int kVictims = 7;
std::string to_text(Victim victim);
/// mpegflow itself is gone afterwards, and the same command has to be given again.
bool ends_engine(Victim victim);

/// When it is struck.
struct Moment {
  std::chrono::microseconds after{0};  ///< after the start, or after what `at_publish` waits for
  bool at_publish = false;             ///< counted from when the new tree begins to be built
};

struct ProcessMark {
  pid_t pid = 0;
  std::string started;  ///< its start time, since numbers are used again
  bool operator==(const ProcessMark&) const = default;
};

/// Everything below `root`, and `root`.
std::vector<ProcessMark> find_family(pid_t root);
/// Those of `known` that live, and every process that holds something below `folder` open, works in
/// it or names it in its command line.
std::vector<std::string> find_survivors(const std::vector<ProcessMark>& known,
                                        const base::Path& folder);

/// Strikes once the moment has come; false if the command ended before there was such a victim.
/// `family` is what ran at that instant.
bool strike(RunningCommand& command, Victim victim, const Moment& moment, const base::Path& folder,
            std::uint64_t seed, std::vector<ProcessMark>& family);

}  // namespace mpegflow::e2e
