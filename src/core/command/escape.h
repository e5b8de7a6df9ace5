#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mpegflow::command {

/// A text that remembers where each of its bytes stood in the argument it was taken from, through
/// any number of levels of escaping.
class MarkedText {
 public:
  MarkedText() = default;
  /// All of `argument`, byte for byte.
  explicit MarkedText(std::string_view argument);

  const std::string& text() const { return text_; }
  std::size_t size() const { return text_.size(); }
  char operator[](std::size_t index) const { return text_[index]; }

  void append(const MarkedText& from, std::size_t index);
  /// As append, for a byte whose escape begins at `escape` in `from`.
  void append_escaped(const MarkedText& from, std::size_t escape, std::size_t index);
  void resize(std::size_t size);
  MarkedText part(std::size_t begin, std::size_t end) const;

  /// Where the text begins and ends in the argument, escapes included; empty texts have no place.
  std::size_t begin() const { return spans_.front().begin; }
  std::size_t end() const { return spans_.back().end; }

 private:
  struct Span {
    std::size_t begin, end;
  };
  std::string text_;
  std::vector<Span> spans_;
};

/// Takes what stands before the next unescaped byte of `ends` at or after `at`, with one level of
/// escapes resolved: a backslash keeps the next byte, single quotes keep all, white space around it
/// goes. `at` is then at the byte of `ends`, or at the end.
MarkedText take_token(const MarkedText& text, std::size_t& at, std::string_view ends);

/// One "key=value" or bare "value" of a list of options.
struct KeyValue {
  std::string key;  ///< empty: bare
  MarkedText value;
};

/// Cuts a list of options at unescaped bytes of `separators`, and resolves one level of escapes.
std::vector<KeyValue> split_options(const MarkedText& text, std::string_view separators);

/// As split_options, from `at` on to the first unescaped byte of `end`.
std::vector<KeyValue> take_options(const MarkedText& text, std::size_t& at,
                                   std::string_view separators, char end);

}  // namespace mpegflow::command
