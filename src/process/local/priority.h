#pragma once

namespace mpegflow::process {

/// Two halves of one thing, each of little use alone: whoever waits for a disk or a heartbeat must
/// get the CPU at once, on a machine that is full of encoders. A running encoder is left alone
/// until its time slice is over, whatever its weight, unless the one that wakes has a shorter slice
/// and a share left.

/// The calling thread, and those that it starts from now on, ask for short time slices (Linux 6.12;
/// older kernels ignore it). Needs no privilege.
void ask_for_short_slices();

/// This process, and what it starts, get no huge pages: each of the many threads of a short run
/// would have two of them cleared for its stack and its heap, which costs more than what it does
/// there.
void ask_for_small_pages();
/// Takes that back, for programs that work longer.
void allow_huge_pages();

/// Child, before exec: time slices of the usual length and lower priority, in the scheduling group
/// of its session too (setsid first). Async-signal-safe.
void yield_to_engine();
/// The same, to every other program that yields, too.
void yield_to_all();
/// Child, for what is started so as to yield to all in the end: what comes before that yields
/// already, within the scheduling group that it still has with others. Async-signal-safe.
void step_back();

}  // namespace mpegflow::process
