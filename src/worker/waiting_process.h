#pragma once

#include <future>
#include <optional>
#include <string>

#include "worker/encoder_process.h"

namespace mpegflow::worker {

/// A program that is started before what it is to look at is there. Until then it is loaded, which
/// takes FFmpeg longer than a look at a short file, and waits at a gate: a FIFO that it opens for
/// writing before any other file. It ends with this object.
class WaitingProcess {
 public:
  /// Starts it beside whatever runs. The argv of `command` opens `gate`, a name in the working
  /// folder of the run; its standard error goes to `log` alone.
  WaitingProcess(const TaskRun& run, EncoderCommand command, const std::string& gate,
                 base::Path log);
  WaitingProcess(const WaitingProcess&) = delete;
  WaitingProcess& operator=(const WaitingProcess&) = delete;
  ~WaitingProcess();

  /// Lets it go on and waits for its end, at most once; what it wrote through the gate stands in
  /// stdout_text. nullopt if nothing came through: it knows no such option, was killed or stopped,
  /// and says nothing of what it should have looked at.
  std::optional<EncoderRun> let_go();
  /// Ends it, also while let_go() waits.
  void stop() { stop_.trigger(); }

 private:
  const TaskRun& run_;
  const EncoderCommand command_;
  const base::Path gate_;
  const base::Path log_;
  base::UniqueFd over_;  ///< readable once it has ended
  process::StopSignal stop_;
  std::future<base::Result<EncoderRun>> ended_;
};

}  // namespace mpegflow::worker
