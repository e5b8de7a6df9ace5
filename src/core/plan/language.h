#pragma once

#include <string>
#include <string_view>

namespace mpegflow::plan {

/// The language tag of RFC 5646 for what a container says ("eng", "ger", "deu", "de", "pt-BR"):
/// the short code where there is one. Empty if it is unknown or says that it is ("und").
std::string to_language_tag(std::string_view stated);

/// "German" for "de" and "de-AT"; the tag itself if it is none of those that we know.
std::string find_language_name(std::string_view tag);

}  // namespace mpegflow::plan
