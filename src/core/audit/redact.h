#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace mpegflow::audit {

/// `text` with the secrets of URLs in it blotted out: passwords, and the values of query fields
/// that carry keys, tokens or signatures.
std::string redact_text(std::string_view text);

/// An argument vector for the record: every argument through redact_text(), and the value of
/// options that are secrets as a whole (-headers, -cookies, -decryption_key, …) replaced.
std::vector<std::string> redact_arguments(const std::vector<std::string>& argv);

/// The same for everything in a record that is to be shown: a list of texts counts as arguments.
base::json::value redact(const base::json::value& record);

inline constexpr std::string_view kRedacted = "[redacted]";

}  // namespace mpegflow::audit
