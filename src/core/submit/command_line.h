#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace mpegflow::submit {

/// Splits one line of text into arguments as a POSIX shell does: spaces and newlines separate,
/// 'single' quotes keep everything, "double" quotes keep all but \" \\ \$ \` and \newline, a
/// backslash keeps the next character, backslash-newline continues. Nothing is expanded: $, *, |
/// and # are ordinary characters. Fails on a quote that does not end.
base::Result<std::vector<std::string>> split_command_line(std::string_view text);

}  // namespace mpegflow::submit
