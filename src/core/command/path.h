#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::command {

// Paths as text: nothing is looked at.

/// `path` from `folder` on, without ".", ".." and doubled slashes.
std::string absolute_path(std::string_view folder, std::string_view path);
/// Of an absolute path, without a slash at its end; "" for what is in the root.
std::string parent_path(std::string_view absolute);
/// Behind the last slash.
std::string_view base_name(std::string_view path);
/// The deepest folder that all of them are in or are; "" if that is the root.
std::string common_folder(const std::vector<std::string>& folders);

}  // namespace mpegflow::command
