#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "process/local/wire.h"

/// What guard and inner guard share. The functions marked "child" are for between fork and exec.
namespace mpegflow::process {

/// Pointers for exec; `list` must outlive them.
std::vector<char*> to_pointers(const std::vector<std::string>& list);

/// The plan in the memory file kPlanFd.
std::optional<GuardPlan> read_plan();

/// Closes everything from kFirstFreeFd on and keeps our own descriptors from what we exec.
void close_strangers();
void close_on_exec(int fd);

/// A signalfd for SIGCHLD; every signal that could end us except SIGKILL is ignored or blocked.
int take_over_signals();
/// Child: default actions and an empty mask, as a program expects them.
void reset_signals();

/// Child that only has to be there: keeps nothing of its parent's open and ends with it, even if
/// `parent` is gone before it could ask for that. Async-signal-safe.
[[noreturn]] void stay_for(pid_t parent);

std::int64_t monotonic_us();

}  // namespace mpegflow::process
