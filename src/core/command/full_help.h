#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/command/option_table.h"

namespace mpegflow::command {

/// What `ffmpeg -h full` lists.
struct HelpOptions {
  /// Of the program itself, less those that print something and end.
  std::vector<std::string> program;
  /// Of codecs, formats, protocols, the scaler and the resampler. Each takes a value.
  std::set<std::string> library;

  bool operator==(const HelpOptions&) const = default;
};

HelpOptions parse_full_help(std::string_view text);

/// The help shows a value for flags and none for options that take one, so the binary itself is
/// asked: how it cuts a line that holds every option stands in its log, before it ends because of
/// the first of them. These are the words behind the program.
std::vector<std::string> make_arity_question(const HelpOptions& help);

/// Whether each option took the word behind it, from the log.
std::map<std::string, bool> read_arity_answer(std::string_view log);

}  // namespace mpegflow::command
