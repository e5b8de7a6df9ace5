#pragma once

#include <string_view>

namespace mpegflow::retry {

/// What the machine met, by the words that systems have for errno at the end of a message: a reason
/// of our table, or "". Which errno it was says little where it is about a path: see below.
std::string_view find_machine_reason(std::string_view text);
/// A path that leads nowhere; who wanted it tells whose fault that is.
bool is_path_error(std::string_view text);

}  // namespace mpegflow::retry
