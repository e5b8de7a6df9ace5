#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace mpegflow::sim {

/// What happened in a run, line by line: the last lines for people, all of them as one hash that
/// tells whether two runs were the same.
class Trace {
 public:
  void add(std::string line) {
    for (const char c : line) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    hash_ = (hash_ ^ 0x0aU) * 0x100000001b3ULL;
    lines_.push_back(std::move(line));
    if (lines_.size() > kKept) lines_.pop_front();
  }
  std::uint64_t hash() const { return hash_; }
  const std::deque<std::string>& lines() const { return lines_; }

 private:
  static constexpr std::size_t kKept = 30;
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
  std::deque<std::string> lines_;
};

}  // namespace mpegflow::sim
