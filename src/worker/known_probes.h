#pragma once

#include <optional>

#include "base/file.h"
#include "base/time.h"
#include "core/probe/input_record.h"
#include "worker/encoder.h"

namespace mpegflow::worker {

/// What ffprobe said of files, by the encoder revision and the identity of the file, in the
/// encoder's cache folder: who makes several things of one film has it asked once. Nothing is lost
/// if it is gone. Any thread and any number of processes.
class KnownProbes {
 public:
  /// So many are kept; of more, the half that was written first goes.
  static constexpr std::size_t kMost = 512;

  KnownProbes(const Encoder& encoder, const base::Clock& clock)
      : folder_(encoder.cache_folder.empty() ? base::Path() : encoder.cache_folder / "probes"),
        revision_(encoder.revision.id),
        clock_(clock) {}

  std::optional<probe::InputRecord> find(const base::FileIdentity& file) const;
  /// Not what was written a moment ago: it may be written again within the same tick of its clock.
  void keep(const base::FileIdentity& file, const probe::InputRecord& record) const;

 private:
  base::Path path_of(const base::FileIdentity& file) const;

  base::Path folder_;  ///< empty = nothing is kept
  base::EncoderRevisionId revision_;
  const base::Clock& clock_;
};

}  // namespace mpegflow::worker
