#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "base/file.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "cli/config.h"
#include "cli/doctor_facts.h"
#include "cli/local_worker.h"
#include "cli/serve_order.h"
#include "cli/server_setting.h"
#include "core/encode/encode_command.h"
#include "core/probe/probe.h"
#include "engine/upkeep/local_state.h"
#include "http/client.h"
#include "objects/object_store.h"
#include "store/store.h"

namespace mpegflow::cli {

/// One output of the program.
struct Stream {
  std::ostream* stream = nullptr;
  bool is_terminal = false;
};

/// Everything a command needs from outside, given by the app (or a test). The functions get the
/// config of this command; they are called at most when a command needs them, so that `mpegflow
/// version` opens nothing. What they return belongs to them and outlives the command.
struct Context {
  Stream out, err;
  std::function<int()> terminal_width;  ///< columns now; asked again at every redraw
  Environment environment;
  base::Path working_directory;  ///< absolute
  std::string program;           ///< argv[0]
  std::string boot_id;           ///< of this boot of the machine
  unsigned cores = 1;
  const base::Clock* clock = nullptr;
  base::Entropy* entropy = nullptr;
  http::Client* http = nullptr;

  std::function<base::Result<store::Store*>(const Config&)> open_store;
  std::function<base::Result<objects::ObjectStore*>(const Config&)> open_logs;
  std::function<base::Result<engine::LocalState>(const Config&)> open_local_state;
  std::function<base::Result<probe::Probe>(const Config&, const base::Path& input)> probe_input;
  std::function<base::Result<encode::EncoderFacts>(const Config&)> find_encoder;
  std::function<DoctorFacts(const Config&)> look_around;
  /// process_failed if the config wants a sandbox that this machine cannot give.
  std::function<base::Result<void>(const Config&)> check_sandbox;
  std::function<base::Result<store::EncoderRevisionRow>(const Config&)> find_revision;
  std::function<base::Result<std::unique_ptr<LocalWorker>>(const Config&, const WorkOrder&)>
      make_worker;
  /// Serves until a signal asks it to stop; `on_ready` gets the places where it listens.
  std::function<base::Result<void>(const Config&, const ServeOrder&)> serve;
  /// Sends what is due to those who are to be told, for some seconds at most.
  std::function<void(const Config&)> deliver_due;
  /// Everything there is on standard input.
  std::function<base::Result<std::string>()> read_standard_input;
  /// Lets so much time pass, less if a signal comes.
  std::function<void(base::Micros)> pause;
  /// The signal that asks for an orderly stop, 0 = none yet.
  std::function<int()> pending_signal;

  /// Put before the options of each FFmpeg command that becomes a job.
  std::vector<std::string> ffmpeg_options;
  /// Gets what the FFmpegs of a run say on standard error, as it comes, from another thread; may be
  /// none.
  std::function<void(std::string_view)> show_log;

  /// Set by run_command_line() before a command runs.
  Config config;
  ServerSetting server;
};

/// Columns to fill: those of the terminal, or none to care about.
int find_width(const Context& context);

}  // namespace mpegflow::cli
