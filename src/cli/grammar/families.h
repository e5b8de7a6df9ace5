#pragma once

#include "base/result.h"
#include "cli/arguments.h"
#include "cli/grammar/syntax.h"

namespace mpegflow::cli::grammar {

/// The commands in families; each is one file. `arguments` takes the values of the command line and
/// must stay where it is.

void add_run(const Syntax& root, Arguments& arguments);
void add_jobs(const Syntax& root, Arguments& arguments);
/// Lanes, dead letters and pools: what waits, and where.
void add_queues(const Syntax& root, Arguments& arguments);
void add_workers(const Syntax& root, Arguments& arguments);
/// Specs and presets.
void add_documents(const Syntax& root, Arguments& arguments);
/// classify and its rules.
void add_verdicts(const Syntax& root, Arguments& arguments);
/// serve and its keys.
void add_server(const Syntax& root, Arguments& arguments);
/// What is for the machine and the state: doctor, gc, fsck, config, version, help.
void add_upkeep(const Syntax& root, Arguments& arguments);

/// What the parser cannot see: values that do not go together or are out of bounds
/// (invalid_argument). `arguments.command` is set.
base::Result<void> finish_run(Arguments& arguments);
base::Result<void> finish_job_list(const Arguments& arguments);
base::Result<void> finish_lane_set(Arguments& arguments);
base::Result<void> finish_gc(const Arguments& arguments);
base::Result<void> finish_spec_from_command(const Arguments& arguments);

}  // namespace mpegflow::cli::grammar
