#pragma once

#include <span>
#include <string>
#include <string_view>

#include "cli/grammar/tree.h"

namespace mpegflow::cli::grammar {

/// Why a command line does not fit the grammar, with the nearest right word; empty if what the
/// parser says of it is as good.
std::string explain(const Tree& root, std::span<const std::string> words);

/// That `word` is no command below `parent`, which is called `name` ("mpegflow job").
std::string unknown_command(const Tree& parent, std::string_view name, std::string_view word);

/// Every command, one a line.
std::string list_commands(const Tree& root);

}  // namespace mpegflow::cli::grammar
