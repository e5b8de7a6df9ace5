#include "core/submit/location.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/text.h"

namespace mpegflow::submit {
namespace {

tl::unexpected<LocationFault> refuse(FaultCode code, std::string message) {
  return tl::unexpected(LocationFault{code, std::move(message)});
}

/// "https" of "https://…"; empty if `text` is no address with a scheme.
std::string_view find_scheme(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || end == 0) return {};
  const std::string_view scheme = text.substr(0, end);
  const bool is_scheme =
      std::isalpha(static_cast<unsigned char>(scheme[0])) != 0 &&
      std::ranges::all_of(scheme, [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '.' || c == '-';
      });
  return is_scheme ? scheme : std::string_view{};
}

tl::unexpected<LocationFault> refuse_remote(std::string_view text, LocationUse use) {
  return refuse(FaultCode::unsupported,
                use == LocationUse::input
                    ? fmt::format("{} is not on this machine; only local files are supported yet: "
                                  "fetch it first and give its path",
                                  quote(text))
                    : fmt::format("{} is not on this machine; only local paths are supported yet: "
                                  "publish to a local folder and upload it from there",
                                  quote(text)));
}

}  // namespace

std::string resolve_path(std::string_view path, std::string_view working_directory) {
  std::string whole(path);
  if (!path.starts_with('/')) whole = fmt::format("{}/{}", working_directory, path);
  std::string resolved;
  for (const std::string& part : base::split(whole, '/'))
    if (!part.empty() && part != ".") resolved += "/" + part;
  if (resolved.empty() || whole.ends_with('/') || whole.ends_with("/.")) resolved += '/';
  return resolved;
}

tl::expected<std::string, LocationFault> read_location(std::string_view text,
                                                       std::string_view working_directory,
                                                       LocationUse use) {
  if (text.empty()) return refuse(FaultCode::malformed, "the path is empty");
  if (text.find('\0') != std::string_view::npos)
    return refuse(FaultCode::malformed, "a path cannot hold a zero byte");
  if (text == "-") {
    return refuse(FaultCode::unsupported,
                  "- would be a pipe, which cannot be read again by a retry; give a file (a file "
                  "of that name is ./-)");
  }
  if (text.starts_with('~')) {
    return refuse(FaultCode::unsupported, fmt::format("~ is not expanded in {}; write the whole "
                                                      "path (a file of that name is ./~)",
                                                      quote(text)));
  }
  if (const std::string_view scheme = find_scheme(text); !scheme.empty()) {
    if (scheme != "file") return refuse_remote(text, use);
    const auto path = base::parse_file_uri(text);
    if (!path) {
      return refuse(FaultCode::malformed,
                    fmt::format("{} is not a file URI of this machine; expected file:///…, with "
                                "unusual bytes as %XX",
                                quote(text)));
    }
    return base::to_file_uri(resolve_path(*path, ""));
  }
  if (!text.starts_with('/') && working_directory.empty()) {
    return refuse(FaultCode::malformed,
                  fmt::format("{} is a relative path; expected an absolute one here", quote(text)));
  }
  return base::to_file_uri(resolve_path(text, working_directory));
}

}  // namespace mpegflow::submit
