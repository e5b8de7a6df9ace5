#pragma once

#include <string>
#include <string_view>

namespace mpegflow::objects {

/// Relative, parts separated by '/', no empty part, no "." or "..", at most 1024 bytes.
bool is_object_key(std::string_view key);

}  // namespace mpegflow::objects
