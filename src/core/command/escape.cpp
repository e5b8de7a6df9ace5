#include "core/command/escape.h"

namespace mpegflow::command {
namespace {

constexpr std::string_view kSpaces = " \n\t\r";

bool is_space(char c) {
  return kSpaces.find(c) != std::string_view::npos;
}

bool is_key_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '/' || c == '.';
}

/// The key before the '=' at or after `at`, with `at` moved past both; empty if there is none.
std::string take_key(const MarkedText& text, std::size_t& at) {
  std::size_t begin = at;
  while (begin < text.size() && is_space(text[begin])) ++begin;
  std::size_t end = begin;
  while (end < text.size() && is_key_byte(text[end])) ++end;
  std::size_t equals = end;
  while (equals < text.size() && is_space(text[equals])) ++equals;
  if (end == begin || equals >= text.size() || text[equals] != '=') return {};
  at = equals + 1;
  return text.text().substr(begin, end - begin);
}

}  // namespace

MarkedText::MarkedText(std::string_view argument) : text_(argument) {
  spans_.reserve(argument.size());
  for (std::size_t i = 0; i < argument.size(); ++i) spans_.push_back({i, i + 1});
}

void MarkedText::append(const MarkedText& from, std::size_t index) {
  text_ += from.text_[index];
  spans_.push_back(from.spans_[index]);
}

void MarkedText::append_escaped(const MarkedText& from, std::size_t escape, std::size_t index) {
  text_ += from.text_[index];
  spans_.push_back({from.spans_[escape].begin, from.spans_[index].end});
}

void MarkedText::resize(std::size_t size) {
  text_.resize(size);
  spans_.resize(size);
}

MarkedText MarkedText::part(std::size_t begin, std::size_t end) const {
  MarkedText taken;
  for (std::size_t i = begin; i < end && i < size(); ++i) taken.append(*this, i);
  return taken;
}

MarkedText take_token(const MarkedText& text, std::size_t& at, std::string_view ends) {
  MarkedText token;
  std::size_t kept = 0;  // white space before this stays
  while (at < text.size() && is_space(text[at])) ++at;
  while (at < text.size() && ends.find(text[at]) == std::string_view::npos) {
    const std::size_t here = at++;
    if (text[here] == '\\' && at < text.size()) {
      token.append_escaped(text, here, at++);
      kept = token.size();
    } else if (text[here] == '\'') {
      while (at < text.size() && text[at] != '\'') token.append(text, at++);
      if (at < text.size()) ++at, kept = token.size();
    } else {
      token.append(text, here);
    }
  }
  std::size_t size = token.size();
  while (size > kept && is_space(token[size - 1])) --size;
  token.resize(size);
  return token;
}

std::vector<KeyValue> take_options(const MarkedText& text, std::size_t& at,
                                   std::string_view separators, char end) {
  std::vector<KeyValue> options;
  const std::string ends = std::string(separators) + end;
  while (at < text.size() && (end == '\0' || text[at] != end)) {
    KeyValue option;
    option.key = take_key(text, at);
    option.value = take_token(text, at, end == '\0' ? separators : std::string_view(ends));
    options.push_back(std::move(option));
    if (at < text.size() && separators.find(text[at]) != std::string_view::npos) ++at;
  }
  return options;
}

std::vector<KeyValue> split_options(const MarkedText& text, std::string_view separators) {
  std::size_t at = 0;
  return take_options(text, at, separators, '\0');
}

}  // namespace mpegflow::command
