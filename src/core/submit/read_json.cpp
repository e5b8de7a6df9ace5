#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "core/submit/document.h"

namespace mpegflow::submit {
namespace json = base::json;
namespace {

/// Walks JSON text that is known to be valid and notes the line of every node: the parsed value has
/// no places, and of two equal keys it keeps only one.
class JsonPlaces {
 public:
  JsonPlaces(std::string_view text, Document& document) : text_(text), document_(document) {}

  void walk_value(const std::string& path) {
    skip_space();
    document_.lines.emplace(path, line_);
    if (peek() == '{') walk_object(path);
    else if (peek() == '[') walk_array(path);
    else if (peek() == '"') take_string();
    else at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space() {
    for (; at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos; ++at_)
      line_ += text_[at_] == '\n' ? 1 : 0;
  }

  /// Steps over an expected character and the space around it.
  void take(char expected) {
    skip_space();
    if (peek() == expected) ++at_;
    skip_space();
  }

  std::string take_string() {
    const std::size_t start = at_++;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
    const auto token = base::parse_json(text_.substr(start, at_ - start), "key");
    return token && token->is_string() ? std::string(token->get_string()) : std::string();
  }

  void walk_object(const std::string& path) {
    std::set<std::string> seen;
    take('{');
    while (at_ < text_.size() && peek() != '}') {
      const int line = line_;
      const std::string key = take_string();
      const std::string child = child_path(path, key);
      if (!seen.insert(key).second) {
        document_.faults.push_back({.path = child,
                                    .code = FaultCode::duplicate,
                                    .message = fmt::format("{} stands here twice", quote(key)),
                                    .nearest = "",
                                    .line = line});
      }
      document_.lines.emplace(child, line);
      take(':');
      walk_value(child);
      take(',');
    }
    take('}');
  }

  void walk_array(const std::string& path) {
    take('[');
    for (std::size_t index = 0; at_ < text_.size() && peek() != ']'; ++index) {
      walk_value(child_path(path, index));
      take(',');
    }
    take(']');
  }

  std::string_view text_;
  Document& document_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

Document read_json(std::string_view text) {
  boost::system::error_code error;
  json::stream_parser parser;
  const std::size_t used = parser.write_some(text.data(), text.size(), error);
  if (!error) parser.finish(error);
  if (!error && text.find_first_not_of(" \t\r\n", used) != std::string_view::npos)
    error = json::error::extra_data;
  if (error) {
    const auto line = 1 + std::ranges::count(text.substr(0, used), '\n');
    const bool too_deep = error == json::error::too_deep;
    return make_faulty_document(
        too_deep ? FaultCode::too_large : FaultCode::syntax,
        too_deep ? fmt::format("nested more than {} levels deep", kMaxDocumentDepth)
                 : fmt::format("not valid JSON: {}", error.message()),
        static_cast<int>(line));
  }
  Document document;
  document.value = parser.release();
  JsonPlaces(text, document).walk_value("");
  return document;
}

}  // namespace mpegflow::submit
