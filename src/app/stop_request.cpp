#include "app/stop_request.h"

#include <csignal>
#include <initializer_list>

#include <signal.h>
#include <unistd.h>

namespace mpegflow::app {
namespace {

volatile std::sig_atomic_t pending = 0;
volatile std::sig_atomic_t seen = 0;
volatile std::sig_atomic_t most = 1;

volatile std::sig_atomic_t must_reload = 0;

void on_reload_signal(int) {
  must_reload = 1;
}

void on_signal(int signal) {
  // The guards end everything when we are gone, so leaving at once is safe.
  if (seen >= most) _exit(128 + signal);
  pending = signal;
  seen = seen + 1;
}

}  // namespace

void catch_stop_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, nullptr);
}

int pending_stop_signal() {
  return pending;
}

void catch_drain_signals() {
  most = 2;
}

int count_stop_signals() {
  return seen;
}

void catch_reload_signal() {
  struct sigaction action {};
  action.sa_handler = on_reload_signal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGHUP, &action, nullptr);
}

bool take_reload_request() {
  if (must_reload == 0) return false;
  must_reload = 0;
  return true;
}

}  // namespace mpegflow::app
