#pragma once

#include <future>
#include <optional>
#include <string>

#include "core/verify/decode_plan.h"
#include "core/verify/verify_output.h"
#include "core/verify/written_playlist.h"
#include "worker/task_run.h"
#include "worker/waiting_process.h"
#include "worker/written_watch.h"

namespace mpegflow::worker {

/// The look of measure_output() at an output that is being written, made ready beside the encode.
class ReadyLook {
 public:
  /// For the output `inside` of the working folder, which is going to be a `container`. The look
  /// begins once whoever writes the output has closed it.
  ReadyLook(const TaskRun& run, std::string inside, std::string container);
  ~ReadyLook();

  bool is_for(const std::string& inside, const std::string& container) const {
    return inside == inside_ && container == container_;
  }
  /// Whoever writes the output has ended, and all is well: the look begins, if it has not yet.
  void begin() { written_.end(); }
  /// Waits for what it saw, at most once; nullopt if it was not ready, or looked too early, and has
  /// to be done anew.
  std::optional<EncoderRun> take();

 private:
  std::string inside_;
  std::string container_;
  WaitingProcess look_;
  WrittenWatch written_;
  std::future<std::optional<EncoderRun>> seen_;
};

/// Looks at one output (a name inside the working folder, "out/o.mp4"): its streams and packets by
/// ffprobe, and whether it decodes, in the sandbox of the attempt. `expected_duration` (seconds)
/// says whether all of it will be decoded: then ffprobe does that, too. `ready` (or nullptr) is
/// used if it is for what the output turned out to be. Errors: interrupted.
base::Result<verify::OutputFacts> measure_output(TaskRun& run, const std::string& inside,
                                                 verify::Thoroughness thoroughness,
                                                 std::optional<double> expected_duration,
                                                 ReadyLook* ready = nullptr);

/// What a file is if it is a playlist by which all of an output can be read.
std::optional<verify::WrittenPlaylist> find_playlist(const base::Path& path);

/// Decodes one file of the working folder, or a part of it.
base::Result<verify::DecodedPart> decode_part(TaskRun& run, const verify::DecodeStep& step,
                                              const std::string& container,
                                              const std::string& inside);

/// Level, checks and warnings into the attempt's record; `subject` comes before the name of each
/// check, unless it is empty.
void write_down_verification(TaskRun& run, const verify::Verification& verification,
                             const std::string& subject);

}  // namespace mpegflow::worker
