#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mpegflow::cli {

/// `word` as a POSIX shell (and submit::split_command_line) reads it back, in single quotes only
/// where it needs them. Bytes stay as they are.
std::string quote_for_shell(std::string_view word);
std::string quote_for_shell(std::span<const std::string> words);

}  // namespace mpegflow::cli
