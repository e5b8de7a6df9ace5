#pragma once

namespace mpegflow::app {

/// From now on SIGINT, SIGTERM and SIGHUP ask for an orderly stop; a second one ends the program at
/// once.
void catch_stop_signals();
/// The signal that asked for the stop, 0 = none yet.
int pending_stop_signal();

/// From now on the first signal asks to finish what runs, the second for a stop, and the third ends
/// the program at once.
void catch_drain_signals();
/// How often a stop was asked for.
int count_stop_signals();

/// From now on SIGHUP asks for the configuration files to be read again, not for a stop.
void catch_reload_signal();
/// Whether it was asked for since the last call.
bool take_reload_request();

}  // namespace mpegflow::app
