#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/command/option_table.h"
#include "core/command/refusal.h"

namespace mpegflow::command {

/// The words of one command (the program first) as two passes joined by "&&": the first looks at
/// the pictures alone and leaves nothing but its log. Refuses what has not exactly one output.
Outcome<std::vector<std::string>> make_two_passes(std::span<const std::string> words,
                                                  const OptionTable& table);

}  // namespace mpegflow::command
