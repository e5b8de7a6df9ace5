#pragma once

#include <string>

#include "cli/grammar/tree.h"

namespace mpegflow::cli {

/// A script for the shell ("bash", "zsh" or "fish") that completes every word of the grammar:
/// commands, options, and the values of those that have few. Files where a value is one.
std::string make_completion(const grammar::Tree& root, const std::string& shell);

}  // namespace mpegflow::cli
