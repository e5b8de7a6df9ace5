#pragma once

#include "app/parts.h"
#include "cli/doctor_facts.h"

namespace mpegflow::app {

/// What `mpegflow doctor` is to judge, read off this machine.
cli::DoctorFacts look_around(const cli::Config& config,
                             const base::Result<const worker::Encoder*>& encoder, Parts& parts);

/// process_failed, with what to do, if --sandbox on asks for more than this machine can give.
base::Result<void> check_sandbox(const cli::Config& config, Parts& parts);

}  // namespace mpegflow::app
