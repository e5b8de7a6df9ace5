#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::base {

/// The word of `words` nearest to `text` by edit distance, if it is near enough to be what was
/// meant.
std::optional<std::string> find_nearest_word(std::string_view text,
                                             std::span<const std::string_view> words);

/// `bytes` made safe to print on one line: control bytes and bytes that are not UTF-8 become \n, \t
/// or \xNN.
std::string to_printable(std::string_view bytes);
/// The same in quotes, for messages.
std::string quote(std::string_view bytes);

/// In ASCII, whatever the locale says.
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
std::string to_lower(std::string_view text);

bool is_valid_utf8(std::string_view bytes);

/// For a URI (RFC 3986): every byte that is neither unreserved nor in `kept` percent-encoded.
std::string encode_percent(std::string_view bytes, std::string_view kept = {});

/// A local path as a file URI (RFC 8089): every byte that is not unreserved is percent-encoded, so
/// any path, also one with newlines or bytes that are no UTF-8, fits into JSON and comes back
/// whole. `path` is absolute.
std::string to_file_uri(std::string_view path);
/// The path of a file URI (file:///…, file://localhost/…); nullopt if it is not one.
std::optional<std::string> parse_file_uri(std::string_view uri);

std::vector<std::string> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);

/// "12.3 MB", powers of ten.
std::string to_human_bytes(long long bytes);

}  // namespace mpegflow::base
