#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/run_options.h"
#include "core/command/command_line.h"
#include "core/command/make_spec.h"

namespace mpegflow::cli {

/// The words behind "--": the FFmpeg commands in them and the files of each. Scripts of filters and
/// lists of inputs that the command names are read where they are.
command::Outcome<command::CommandLine> read_ffmpeg_command(const std::vector<std::string>& words,
                                                           const Context& context);

/// The job of such commands.
command::Outcome<command::CommandJob> make_command_job(const command::CommandLine& line,
                                                       const Context& context);
/// The job of `run -- ffmpeg …` and `run --script FILE`. Errors: invalid_spec (the message begins
/// with the code of the refusal), input_not_found.
base::Result<command::CommandJob> read_command_job(const RunOptions& options,
                                                   const Context& context);

}  // namespace mpegflow::cli
