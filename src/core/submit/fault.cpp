#include "core/submit/fault.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "base/text.h"

namespace mpegflow::submit {
namespace json = base::json;
namespace {

bool is_plain_key(std::string_view key) {
  return !key.empty() && std::isdigit(static_cast<unsigned char>(key[0])) == 0 &&
         std::ranges::all_of(key, [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' ||
                  c == '$';
         });
}

}  // namespace

std::string_view to_word(FaultCode code) {
  switch (code) {
    case FaultCode::syntax: return "syntax";
    case FaultCode::too_large: return "too_large";
    case FaultCode::unknown_key: return "unknown_key";
    case FaultCode::duplicate: return "duplicate";
    case FaultCode::missing: return "missing";
    case FaultCode::wrong_type: return "wrong_type";
    case FaultCode::out_of_range: return "out_of_range";
    case FaultCode::unknown_word: return "unknown_word";
    case FaultCode::malformed: return "malformed";
    case FaultCode::conflict: return "conflict";
    case FaultCode::unknown_reference: return "unknown_reference";
    case FaultCode::cycle: return "cycle";
    case FaultCode::unsupported: return "unsupported";
  }
  return "syntax";
}

std::string to_text(const std::vector<Fault>& faults, std::string_view file_name) {
  std::string text;
  for (const Fault& fault : faults) {
    text += file_name;
    if (fault.line > 0) text += fmt::format(":{}", fault.line);
    text += ": ";
    if (!fault.path.empty()) text += base::to_printable(fault.path) + ": ";
    text += fault.message;
    if (!fault.nearest.empty()) text += fmt::format("; did you mean {}?", quote(fault.nearest));
    text += '\n';
  }
  return text;
}

json::array to_json(const std::vector<Fault>& faults) {
  json::array array;
  for (const Fault& fault : faults) {
    json::object object;
    object["path"] = fault.path;
    object["code"] = to_word(fault.code);
    object["message"] = fault.message;
    if (!fault.nearest.empty()) object["nearest"] = fault.nearest;
    if (fault.line > 0) object["line"] = fault.line;
    array.emplace_back(std::move(object));
  }
  return array;
}

std::string child_path(std::string_view parent, std::string_view key) {
  if (!is_plain_key(key))
    return fmt::format("{}[{}]", parent, json::serialize(json::value(json::string(key))));
  return parent.empty() ? std::string(key) : fmt::format("{}.{}", parent, key);
}

std::string child_path(std::string_view parent, std::size_t index) {
  return fmt::format("{}[{}]", parent, index);
}

std::string join_words(const std::vector<std::string>& words, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? last : ", ";
    text += words[i];
  }
  return text;
}

std::string quote(std::string_view text) {
  static constexpr std::size_t kLongest = 60;
  std::string shown(text.substr(0, kLongest));
  // A cut may fall into a character; what is left of it is dropped.
  while (text.size() > kLongest && !shown.empty() && !base::is_valid_utf8(shown)) shown.pop_back();
  return fmt::format("\"{}{}\"", base::to_printable(shown), text.size() > kLongest ? "…" : "");
}

std::string describe_found(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: return "nothing";
    case json::kind::bool_: return value.get_bool() ? "true" : "false";
    case json::kind::int64: return fmt::format("{}", value.get_int64());
    case json::kind::uint64: return fmt::format("{}", value.get_uint64());
    case json::kind::double_: return fmt::format("{}", value.get_double());
    case json::kind::string: return "the text " + quote(value.get_string());
    case json::kind::array: return "a list";
    case json::kind::object: return "a map";
  }
  return "something";
}

}  // namespace mpegflow::submit
