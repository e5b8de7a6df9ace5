#include "core/command/talk.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include <re2/re2.h>

#include "base/text.h"
#include "core/command/words.h"

namespace mpegflow::command {
namespace {

using Level = std::pair<std::string_view, int>;
constexpr std::array<Level, 9> kLevels = {{{"quiet", -8},
                                           {"panic", 0},
                                           {"fatal", 8},
                                           {"error", 16},
                                           {"warning", 24},
                                           {"info", kInfoLevel},
                                           {"verbose", kVerboseLevel},
                                           {"debug", 48},
                                           {"trace", 56}}};

std::optional<int> parse_level(std::string_view word) {
  const auto named = std::ranges::find(kLevels, word, &Level::first);
  if (named != kLevels.end()) return named->second;
  int number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return number;
}

/// "level+warning", "+repeat", "error": flags that are set (or with '-' unset), then the level.
bool read_level(std::string_view value, Talk& talk) {
  for (bool is_first = true; !value.empty(); is_first = false) {
    const char sign = value.front() == '+' || value.front() == '-' ? value.front() : '\0';
    const std::string_view rest = value.substr(sign == '\0' ? 0 : 1);
    const bool is_repeat = rest.starts_with("repeat");
    const bool is_level = rest.starts_with("level");
    if (!is_repeat && !is_level) break;
    if (is_first && sign == '\0') {
      talk.shows_levels = false;
      talk.repeats_itself = true;
    }
    if (is_repeat) talk.repeats_itself = sign != '-';
    if (is_level) talk.shows_levels = sign != '-';
    value = rest.substr(is_repeat ? 6 : 5);
  }
  if (value.empty()) return true;
  if (value.front() == '+') value.remove_prefix(1);
  const auto level = parse_level(value);
  if (level) talk.level = *level;
  return level.has_value();
}

/// Of a line: where "[info] " stands, and which level it is.
struct Mark {
  std::size_t at = 0;
  std::size_t size = 0;
  int level = 0;
};

std::optional<Mark> find_mark(std::string_view line) {
  for (std::size_t at = 0; at < line.size() && line[at] == '[';) {
    const std::size_t end = line.find("] ", at);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view inside = line.substr(at + 1, end - at - 1);
    const auto level = std::ranges::find(kLevels, inside, &Level::first);
    if (level != kLevels.end()) return Mark{at, end + 2 - at, level->second};
    if (inside.find(" @ ") == std::string_view::npos) return std::nullopt;
    at = end + 2;
  }
  return std::nullopt;
}

bool is_status(std::string_view line) {
  return (line.starts_with("frame=") || line.starts_with("size=") || line.starts_with("Lsize=")) &&
         line.find("bitrate=") != std::string_view::npos;
}

/// At the level of a job FFmpeg describes streams at greater length than at its own.
void shorten_description(std::string& line) {
  if (!base::trim(line).starts_with("Stream #")) return;
  static const re2::RE2 kPadding(R"(, (?:delay|padding) \d+)");
  if (line.find(": Audio: ") != std::string::npos) re2::RE2::GlobalReplace(&line, kPadding, "");
  if (line.find(": Video: ") == std::string::npos) return;
  static const re2::RE2 kReferences(R"(, \d+ reference frames?)");
  static const re2::RE2 kOnlyChroma(R"(\((?:left|center|topleft|top|bottomleft|bottom)\))");
  static const re2::RE2 kChroma(R"(, (?:left|center|topleft|top|bottomleft|bottom)\))");
  static const re2::RE2 kCoded(R"((, \d+x\d+) \(\d+x\d+\))");
  re2::RE2::Replace(&line, kReferences, "");
  re2::RE2::Replace(&line, kOnlyChroma, "");
  re2::RE2::Replace(&line, kChroma, ")");
  re2::RE2::Replace(&line, kCoded, R"(\1)");
}

/// What FFmpeg says of the options that a job puts before those of the command.
bool is_of_the_job(std::string_view line) {
  return line.starts_with("ffmpeg stats and -progress period set to ");
}

bool is_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || base::is_digit(c) || c == '/' ||
         c == '_' || c == '-' || c == '.';
}

}  // namespace

std::optional<Talk> read_talk(const ParsedCommand& command) {
  Talk talk;
  for (const OptionUse& use : command.globals) {
    if (use.name == "v" || use.name == "loglevel") {
      if (!read_level(use.value, talk)) return std::nullopt;
    } else if (use.name == "hide_banner") {
      talk.has_banner = false;
    } else if (use.name == "stats") {
      talk.status = use.is_negated ? Talk::Status::last : Talk::Status::always;
    } else if (use.name == "stats_period") {
      talk.status_period = use.value;
    }
  }
  return talk;
}

std::vector<std::string> make_talk_options(const Talk& talk) {
  const std::string_view level = talk.level > 48              ? "trace"
                                 : talk.level > kVerboseLevel ? "debug"
                                                              : "verbose";
  const std::string flags = talk.repeats_itself ? "+repeat+level+" : "+level+";
  std::vector<std::string> options = {"-loglevel", flags + std::string(level), "-stats"};
  if (!talk.status_period.empty())
    options.insert(options.end(), {std::string("-stats_period"), talk.status_period});
  return options;
}

std::string make_banner(const Talk& talk, std::string_view version_text) {
  if (!talk.has_banner || talk.level < kInfoLevel) return {};
  const std::string mark = talk.shows_levels ? "[info] " : "";
  std::string banner;
  for (const std::string& line : base::split(version_text, '\n')) {
    const bool is_detail = line.starts_with("built with ") || line.starts_with("configuration:") ||
                           line.starts_with("lib");
    if (!is_detail && !line.starts_with("ffmpeg version ")) continue;
    banner.append(mark).append(is_detail ? "  " : "").append(line).append("\n");
  }
  return banner;
}

TalkFilter::TalkFilter(Talk talk, std::vector<NamePair> names)
    : talk_(std::move(talk)), names_(std::move(names)) {
  // A name may begin another.
  std::ranges::sort(names_, std::greater<>(),
                    [](const NamePair& pair) { return pair.first.size(); });
}

std::string TalkFilter::take(std::string_view bytes) {
  begun_ += bytes;
  std::string shown;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = begun_.find_first_of("\r\n", begin);
    if (end == std::string::npos) break;
    shown += show_line(std::string_view(begun_).substr(begin, end + 1 - begin));
    begin = end + 1;
  }
  begun_.erase(0, begin);
  return shown;
}

std::string TalkFilter::finish() {
  const std::string rest = std::move(begun_);
  begun_.clear();
  return rest.empty() ? rest : show_line(rest);
}

std::string TalkFilter::show_line(std::string_view line) {
  const auto mark = find_mark(line);
  if (!mark) {
    // What libraries print by themselves is not FFmpeg's to silence.
    if (!line.starts_with("    Last message repeated ")) was_shown_ = !is_of_the_job(line);
    return was_shown_ ? rename(line) : std::string();
  }
  std::string plain(line);
  plain.erase(mark->at, mark->size);
  was_shown_ = mark->level <= talk_.level;
  if (is_status(plain)) {
    if (talk_.status == Talk::Status::always) was_shown_ = true;
    if (talk_.status == Talk::Status::last) was_shown_ &= line.ends_with('\n');
  }
  if (!was_shown_) return {};
  if (talk_.level < kVerboseLevel) shorten_description(plain);
  return rename(talk_.shows_levels ? std::string(line) : plain);
}

std::string TalkFilter::rename(std::string_view line) const {
  std::string shown(line);
  for (const auto& [inside, given] : names_) {
    for (std::size_t at = 0; (at = shown.find(inside, at)) != std::string::npos;) {
      const std::size_t end = at + inside.size();
      const bool is_part = at > 0 && is_in_name(shown[at - 1]);
      if (!is_part) shown.replace(at, inside.size(), given);
      at = is_part ? end : at + given.size();
    }
  }
  return shown;
}

}  // namespace mpegflow::command
