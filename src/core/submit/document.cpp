#include "core/submit/document.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace mpegflow::submit {
namespace {

/// Control characters have no place in YAML or JSON text; nullptr if there is none.
const char* find_control_character(std::string_view text) {
  const auto* found = std::ranges::find_if(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
  });
  return found == text.end() ? nullptr : found;
}

}  // namespace

Document make_faulty_document(FaultCode code, std::string message, int line) {
  Document document;
  document.faults.push_back(
      {.path = "", .code = code, .message = std::move(message), .nearest = "", .line = line});
  return document;
}

Document read_document(std::string_view text) {
  static constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (text.size() > kMaxDocumentBytes) {
    return make_faulty_document(FaultCode::too_large,
                                fmt::format("the document has {} bytes; expected at most {}",
                                            text.size(), kMaxDocumentBytes),
                                0);
  }
  if (!base::is_valid_utf8(text))
    return make_faulty_document(FaultCode::syntax, "the document is not UTF-8 text", 0);
  if (const char* found = find_control_character(text)) {
    const auto line = 1 + std::count(text.data(), found, '\n');
    return make_faulty_document(
        FaultCode::syntax,
        fmt::format("the control character \\x{:02x} is not allowed in a text", *found),
        static_cast<int>(line));
  }
  if (base::trim(text).empty())
    return make_faulty_document(FaultCode::missing, "the document is empty", 0);
  return base::trim(text).starts_with('{') ? read_json(text) : read_yaml(text);
}

int find_line(const Document& document, std::string_view path) {
  for (;;) {
    const auto found = document.lines.find(std::string(path));
    if (found != document.lines.end()) return found->second;
    const std::size_t cut = path.find_last_of(".[");
    if (cut == std::string_view::npos) break;
    path = path.substr(0, cut);
  }
  return 0;
}

}  // namespace mpegflow::submit
