#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::command {

/// The files that a list of the concat demuxer names, as written.
std::vector<std::string> list_concat_entries(std::string_view text);

/// The list with other names; `rename` gives nothing for an entry that stays as it is, and else a
/// name that needs no escapes.
std::string rename_concat_entries(
    std::string_view text,
    const std::function<std::optional<std::string>(const std::string& entry)>& rename);

}  // namespace mpegflow::command
