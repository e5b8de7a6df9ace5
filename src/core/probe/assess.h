#pragma once

#include <optional>

#include "core/probe/probe.h"
#include "core/probe/sniff.h"
#include "core/retry/finding.h"

namespace mpegflow::probe {

/// What the job will read from the input.
struct InputNeeds {
  bool video = true;
  bool audio = false;
};

/// Why an input that ffprobe could read must still be refused before any encode, or nullopt. An
/// input that is odd but may be fine passes: verify has the last word.
std::optional<retry::Finding> assess_probe(const Probe& probe, const Sniff& sniff,
                                           InputNeeds needs = {});

}  // namespace mpegflow::probe
