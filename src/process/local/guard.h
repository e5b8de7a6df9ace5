#pragma once

/// The two small programs that stand between the engine and FFmpeg. main() calls them when argv[1]
/// is "guard" or "guard-inner", before anything else is set up, and _exit()s with what they return:
/// one thread, no logging, nothing to tear down.
///
///   engine ─► guard ─► bubblewrap ─► guard-inner ─► ffmpeg
///
/// Whoever of them dies, the rest follows: the guard by the end of its channel to the engine,
/// bubblewrap and the inner guard by their parent-death signal, FFmpeg and all it started because
/// the inner guard is the first process of their pid namespace. Without namespaces guard and inner
/// guard both collect orphans and both end them.
namespace mpegflow::process {

inline constexpr char kGuardCommand[] = "guard";
inline constexpr char kInnerCommand[] = "guard-inner";
/// To the inner guard: no cgroup holds the memory limit, so the program gets RLIMIT_DATA.
inline constexpr char kLimitData[] = "limit-data";

int guard_main(int argc, char** argv);
int inner_main(int argc, char** argv);

}  // namespace mpegflow::process
