#pragma once

#include <functional>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "base/file.h"
#include "base/result.h"
#include "core/probe/assess.h"
#include "core/probe/input_record.h"
#include "process/process.h"
#include "worker/encoder.h"

namespace mpegflow::worker {

/// Our own look at the first and last bytes of a file, before FFmpeg sees it.
base::Result<tl::expected<probe::Sniff, retry::Finding>> sniff_file(const base::Path& path);

/// What one ffprobe said: its standard output, or what its failure means.
using Ffprobed = tl::expected<std::string, retry::Finding>;
/// Runs ffprobe ("ffprobe" first in `argv`) with that one file in sight.
using RunFfprobe = std::function<base::Result<Ffprobed>(const std::vector<std::string>& argv,
                                                        const process::ReadOnlyFile& file)>;

/// What a look at a file said on standard output and standard error; nothing if it failed.
struct Looked {
  std::string out, err;
};
/// Runs ffmpeg or ffprobe (first in `argv`) with that one file in sight.
using RunLook = std::function<base::Result<Looked>(const std::vector<std::string>& argv,
                                                   const process::ReadOnlyFile& file)>;

using Probed = tl::expected<probe::InputRecord, retry::Finding>;

/// Sniff, then ffprobe, then the question whether the job can use it, then, where that is in
/// doubt, looks whether the frames are interlaced, in which light they are meant and where they
/// begin. `file.inside` is the name that the programs see.
base::Result<Probed> probe_input(const process::ReadOnlyFile& file, probe::InputNeeds needs,
                                 const RunFfprobe& run_ffprobe, const RunLook& run_look);

enum class Haste {
  none,  ///< it may take the CPU time that no other run wants (ProcessSpec)
  now,
};

/// The same without a job, in a working folder that the caller made and removes.
base::Result<Probed> probe_file(const Encoder& encoder, process::ProcessRunner& processes,
                                const process::ReadOnlyFile& file, probe::InputNeeds needs,
                                const base::Path& folder, const process::StopSignal& stop,
                                Haste haste = Haste::now);

}  // namespace mpegflow::worker
