#include "core/retry/signature.h"

#include <algorithm>

#include "base/json.h"
#include "base/sha256.h"
#include "base/text.h"

namespace mpegflow::retry {
namespace {

constexpr std::size_t kShortestHex = 8;

bool is_hex(char c) {
  return base::is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool is_word(char c) {
  return base::is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// What may stand around a path without being part of it.
bool is_around(char c) {
  return c == '"' || c == '\'' || c == '(' || c == ')' || c == ',' || c == ';' || c == ':' ||
         c == '.' || c == '[' || c == ']';
}

/// The words of a span without spaces that is no path.
std::string replace_numbers(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (!is_word(text.front())) {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto* const end = std::ranges::find_if_not(text, is_word);
    const std::string_view word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(word.size());
    const bool is_prefixed = word.starts_with("0x") || word.starts_with("0X");
    const std::string_view digits = is_prefixed ? word.substr(2) : word;
    const bool is_long_hex = digits.size() >= kShortestHex && std::ranges::all_of(digits, is_hex) &&
                             std::ranges::any_of(digits, base::is_digit);
    if (std::ranges::all_of(word, base::is_digit)) out += "<n>";
    else if (is_long_hex || (is_prefixed && std::ranges::all_of(digits, is_hex))) out += "<hex>";
    else if (base::is_digit(word.front()))
      out += "<n>" + std::string(std::ranges::find_if_not(word, base::is_digit), word.end());
    else out += word;
  }
  // A fraction is one number.
  for (std::size_t at = out.find("<n>.<n>"); at != std::string::npos; at = out.find("<n>.<n>"))
    out.replace(at, 7, "<n>");
  return out;
}

bool is_path(std::string_view text) {
  const std::size_t slash = text.find('/');
  return slash != std::string_view::npos && text.size() > 1 &&
         (slash == 0 || text.starts_with("./") || text.starts_with("../") ||
          text.starts_with("file:") || text.find('/', slash + 1) != std::string_view::npos);
}

std::string replace_in_span(std::string_view span) {
  std::size_t begin = 0;
  while (begin < span.size() && is_around(span[begin]) && span[begin] != '.') ++begin;
  std::size_t end = span.size();
  while (end > begin && is_around(span[end - 1])) --end;
  const std::string_view inner = span.substr(begin, end - begin);
  if (!is_path(inner)) return replace_numbers(span);
  return std::string(span.substr(0, begin)) + "<path>" + std::string(span.substr(end));
}

/// The length of a path in quotes at the start of `text`, quotes included; 0 if there is none. It
/// may have spaces in it.
std::size_t measure_quoted_path(std::string_view text) {
  if (text.front() != '"' && text.front() != '\'') return 0;
  const std::size_t end = text.find(text.front(), 1);
  if (end == std::string_view::npos || !is_path(text.substr(1, end - 1))) return 0;
  return end + 1;
}

}  // namespace

std::string to_pattern(std::string_view cause) {
  std::string out;
  while (!cause.empty()) {
    if (const std::size_t quoted = measure_quoted_path(cause); quoted > 0) {
      out += (out.empty() ? "\"<path>\"" : " \"<path>\"");
      cause.remove_prefix(quoted);
      continue;
    }
    if (is_space(cause.front())) {
      cause.remove_prefix(1);
      continue;
    }
    const auto* const end = std::ranges::find_if(cause, is_space);
    const auto size = static_cast<std::size_t>(end - cause.begin());
    if (!out.empty()) out += ' ';
    out += replace_in_span(cause.substr(0, size));
    cause.remove_prefix(size);
  }
  return out;
}

std::string hash_signature(const Signature& signature) {
  const base::json::object record{
      {"bucket", signature.bucket}, {"reason", signature.reason},
      {"rule", signature.rule},     {"pattern", signature.pattern},
      {"kind", signature.kind},     {"encoder_revision", signature.encoder_revision}};
  return base::Sha256::hex_of(base::to_canonical_json(record)).substr(0, 16);
}

}  // namespace mpegflow::retry
