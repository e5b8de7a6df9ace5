#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"
#include "core/command/option_table.h"

namespace mpegflow::command {

/// The name of the file that remembers the options of an encoder revision.
std::string options_file(const base::EncoderRevisionId& revision);

std::string to_text(const BinaryOptions& options);
/// to_text()'s way back; empty for anything else.
BinaryOptions parse_binary_options(std::string_view text);

}  // namespace mpegflow::command
