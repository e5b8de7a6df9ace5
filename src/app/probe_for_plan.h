#pragma once

#include "app/parts.h"
#include "core/probe/probe.h"

namespace mpegflow::app {

/// The probe of an input without a job, for `spec plan`. Errors: input_not_found, input_invalid
/// with the finding's words.
base::Result<probe::Probe> probe_for_plan(const cli::Config& config, const base::Path& input,
                                          const worker::Encoder& encoder, Parts& parts);

}  // namespace mpegflow::app
