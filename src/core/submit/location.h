#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/submit/fault.h"

namespace mpegflow::submit {

enum class LocationUse { input, output };

struct LocationFault {
  FaultCode code = FaultCode::malformed;
  std::string message;
};

/// `path` made absolute; "." and empty parts are dropped, ".." stays, since what stands before it
/// may be a link. A slash at the end stays.
std::string resolve_path(std::string_view path, std::string_view working_directory);

/// A path or file URI as a user writes it → its file URI; or why it cannot be one.
tl::expected<std::string, LocationFault> read_location(std::string_view text,
                                                       std::string_view working_directory,
                                                       LocationUse use);

/// What is refused, as regular expressions for the schema (ECMAScript).
inline constexpr std::string_view kRemotePattern =
    "^(?!file://(localhost)?/)[A-Za-z][A-Za-z0-9+.-]*://";
inline constexpr std::string_view kNoPathPattern = "^(-$|~)";

}  // namespace mpegflow::submit
