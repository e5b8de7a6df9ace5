#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/command/parse_command.h"

namespace mpegflow::command {

/// How loud FFmpeg is, in its own numbers.
inline constexpr int kInfoLevel = 32;
inline constexpr int kVerboseLevel = 40;

/// What a command wants to be told on standard error.
struct Talk {
  enum class Status {
    as_info,  ///< the status lines are messages like others
    always,   ///< -stats: also where FFmpeg says nothing else
    last,     ///< -nostats: the last one alone
  };

  int level = kInfoLevel;
  bool shows_levels = false;    ///< "[info]" before each message
  bool repeats_itself = false;  ///< a message that comes again is printed again
  bool has_banner = true;
  Status status = Status::as_info;
  std::string status_period;  ///< -stats_period, empty = as FFmpeg has it

  bool operator==(const Talk&) const = default;
};

/// nullopt if FFmpeg could not read its -loglevel.
std::optional<Talk> read_talk(const ParsedCommand& command);

/// The global options with which FFmpeg says all that `talk` wants and all that a job wants, each
/// message marked with its level.
std::vector<std::string> make_talk_options(const Talk& talk);

/// What FFmpeg says before anything else, out of what it says at -version.
std::string make_banner(const Talk& talk, std::string_view version_text);

/// A name that FFmpeg sees, and the one that the command has for it.
using NamePair = std::pair<std::string, std::string>;

/// Makes what the command would have said out of what FFmpeg says with make_talk_options().
class TalkFilter {
 public:
  TalkFilter(Talk talk, std::vector<NamePair> names);

  /// What of `bytes` and of what came before is to be seen by now: whole lines, which end with \n
  /// or with \r.
  std::string take(std::string_view bytes);
  /// What is left once nothing more comes.
  std::string finish();

 private:
  std::string show_line(std::string_view line);
  std::string rename(std::string_view line) const;

  Talk talk_;
  std::vector<NamePair> names_;
  std::string begun_;
  bool was_shown_ = true;
};

}  // namespace mpegflow::command
