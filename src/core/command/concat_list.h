#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::command {

/// The files that a list of the concat demuxer names, as written.
std::vector<std::string> list_concat_entries(std::string_view text);

}  // namespace mpegflow::command
