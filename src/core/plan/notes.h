#pragma once

#include <string>
#include <vector>

#include "core/encode/encode_command.h"
#include "core/probe/probe.h"
#include "core/submit/job_spec.h"

namespace mpegflow::plan {

/// What is done to the picture and the sound of this source and why, in short sentences for the
/// person who looks at the result. What goes without saying is not said.
std::vector<std::string> make_notes(const submit::JobSpec& spec, const probe::Probe& probe,
                                    const encode::Rhythm& rhythm);

}  // namespace mpegflow::plan
