#include "core/retry/log.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>
#include <unordered_map>

#include <re2/re2.h>

#include "base/text.h"

namespace mpegflow::retry {
namespace {

using encode::StderrLine;

constexpr std::size_t kLongestLine = 4096;
constexpr std::size_t kKindsAtEachEnd = 4000;

/// The configuration names every library there is: rules must never see it.
bool is_banner(std::string_view line) {
  if (line.starts_with("ff") && line.find(" version ") < 12) return true;
  return line.starts_with("built with ") || line.starts_with("configuration:") ||
         line.starts_with("WARNING: library configuration") ||
         (line.starts_with("lib") && line.find(" / ") != std::string_view::npos &&
          line.find('.') != std::string_view::npos && line.size() < 60) ||
         line.starts_with("Press [q] to stop");
}

bool is_status(std::string_view text) {
  if (text.starts_with("[q] ")) text.remove_prefix(4);
  const bool begins =
      text.starts_with("frame=") || text.starts_with("size=") || text.starts_with("Lsize=");
  return begins && (text.find("time=") != std::string_view::npos ||
                    text.find("bitrate=") != std::string_view::npos);
}

std::optional<double> parse_clock(std::string_view text) {
  static const re2::RE2 kClock(R"(^\s*(\d+):(\d\d):(\d\d(?:\.\d+)?))");
  int hours = 0, minutes = 0;
  double seconds = 0;
  if (!re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), kClock, &hours, &minutes,
                              &seconds))
    return std::nullopt;
  return hours * 3600.0 + minutes * 60 + seconds;
}

/// What stands before a message in the logs of services, containers and forums: time stamps,
/// "ffmpeg[123]:", "stderr F". FFmpeg's own -loglevel datetime looks like that too.
std::string_view skip_stamp(std::string_view text) {
  if (text.empty() || !(base::is_digit(text[0]) || text[0] == '[' || text[0] == '(' ||
                        text[0] == '>' || (text[0] >= 'A' && text[0] <= 'Z')))
    return text;
  static const re2::RE2 kStamp(
      R"(^(?:>\s+)?(?:[\[(]?\d{4}[-/.]\d\d[-/.]\d\d[T _]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z| ?[-+]\d\d:?\d\d)?[\])]?[:,]?)"
      R"(|[\[(]?\d\d?:\d\d:\d\d(?:[.,]\d+)?[\])]?:?|[A-Z][a-z][a-z]\s+\d+ \d\d:\d\d:\d\d \S+ [\w./-]+\[\d+\]:))"
      R"((?:\s+(?:std(?:err|out)(?: [FP])?|[A-Z]+:?|\[(?:ffmpeg|ffprobe|stderr|ERROR|WARN|WARNING|INFO|DEBUG)\]|ffmpeg:|[-|>]))*(?:\s+|$))");
  re2::StringPiece rest(text.data(), text.size());
  if (re2::RE2::Consume(&rest, kStamp)) return {rest.data(), rest.size()};
  static const re2::RE2 kQuote(R"(^(?:>\s|\[(?:ffmpeg|stderr)\]:?\s+))");
  if (re2::RE2::Consume(&rest, kQuote)) return {rest.data(), rest.size()};
  return text;
}

/// "ffmpeg exited with code 1: " of programs that run FFmpeg for others.
std::string_view skip_teller(std::string_view text) {
  if (text.find(" exited with ") == std::string_view::npos) return text;
  static const re2::RE2 kTeller(
      R"(^.{0,200}?[Ff][Ff](?:mpeg|probe)\S* exited with (?:(?:error|exit|return) )*code:? ?-?\d+[:.,]?\s*(?:Last output:\s*)?)");
  re2::StringPiece rest(text.data(), text.size());
  return re2::RE2::Consume(&rest, kTeller) ? std::string_view(rest.data(), rest.size()) : text;
}

bool is_level(std::string_view word) {
  constexpr std::array<std::string_view, 9> kLevels = {
      "error", "fatal", "panic", "warning", "info", "verbose", "debug", "trace", "quiet"};
  return std::find(kLevels.begin(), kLevels.end(), word) != kLevels.end();
}

/// "[h264 @ 0x55…] " or "[error] "; a bracket without either is part of the message. The innermost
/// context is kept.
bool take_context(std::string_view& text, std::string& context) {
  if (!text.starts_with('[')) return false;
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) return false;
  const std::string_view inside = text.substr(1, end - 1);
  const std::size_t at = inside.find(" @ ");
  if (at == std::string_view::npos && !is_level(inside)) return false;
  // The parts that many share say less than whoever used them.
  const std::string_view name = inside.substr(0, at);
  const bool is_shared = name == "Eval" || name == "IMGUTILS" || name == "swscaler" ||
                         name == "SWR" || name == "AVBSFContext";
  if (at != std::string_view::npos && (context.empty() || !is_shared)) context = name;
  text = base::trim(text.substr(end + 1));
  return true;
}

/// A status line has no newline of its own: the next message may stand right behind it.
std::string_view skip_status(std::string_view piece) {
  const std::size_t speed = piece.find("speed=");
  std::size_t end = speed == std::string_view::npos ? speed : piece.find_first_of("xA", speed + 6);
  if (end == std::string_view::npos) return {};
  std::string_view rest = base::trim(piece.substr(end + 1));  // behind "2.1x" or "N/A"
  if (rest.starts_with("elapsed="))
    rest = rest.find(' ') == std::string_view::npos ? "" : base::trim(rest.substr(rest.find(' ')));
  return rest;
}

/// Equal for messages that differ in numbers alone.
std::uint64_t hash_shape(std::string_view text) {
  std::uint64_t hash = 1469598103934665603U;
  for (const char c : text) {
    if (base::is_digit(c)) continue;
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  }
  return hash;
}

class Reader {
 public:
  void read_row(int number, std::string_view row) {
    for (;;) {
      const std::size_t end = std::min(row.find('\r'), row.size());
      read_piece(number, base::trim(row.substr(0, std::min(end, kLongestLine))));
      if (end >= row.size()) return;
      row.remove_prefix(end + 1);
    }
  }

  Log finish() {
    for (StderrLine& line : tail_) log_.lines.push_back(std::move(line));
    return std::move(log_);
  }

 private:
  void read_piece(int number, std::string_view piece) {
    if (piece.empty()) return;
    if (piece[0] == '\x1b' || piece.find('\x1b') != std::string_view::npos) {
      plain_ = strip_colours(piece);
      piece = base::trim(plain_);
    }
    if (is_status(piece)) {
      read_status(piece);
      piece = skip_status(piece);
    }
    if (piece.empty()) return;
    const std::uint64_t shape = hash_shape(piece);
    const auto [known, is_new] = shapes_.try_emplace(shape, nullptr);
    if (!is_new) {
      if (known->second != nullptr) ++known->second->times;
      last_ = known->second;
      return;
    }
    if (shapes_.size() > 4 * kKindsAtEachEnd) shapes_.clear();
    read_message(number, piece, shape);
  }

  void read_message(int number, std::string_view piece, std::uint64_t shape) {
    std::string_view text = skip_teller(skip_stamp(piece));
    if (is_status(text)) {
      read_status(text);
      text = skip_status(text);
    }
    if (text.empty() || is_banner(text)) return;
    if (text.starts_with("Last message repeated ")) {
      int times = 0;
      std::from_chars(text.data() + 22, text.data() + text.size(), times);
      if (last_ != nullptr) last_->times += times;
      shapes_.erase(shape);
      return;
    }
    StderrLine line;
    line.number = number;
    line.whole = piece;
    while (take_context(text, line.context)) {
    }
    line.text = text;
    note(number, line.text);
    if (log_.lines.size() < kKindsAtEachEnd) {
      log_.lines.reserve(kKindsAtEachEnd);  // what shapes_ points at must not move
      last_ = &log_.lines.emplace_back(std::move(line));
      shapes_[shape] = last_;
      return;
    }
    last_ = nullptr;
    tail_.push_back(std::move(line));
    if (tail_.size() > kKindsAtEachEnd) tail_.pop_front();
  }

  void note(int number, std::string_view text) {
    if (text.starts_with("Stream mapping:")) log_.mapping_line = number;
    if (text.starts_with("Input #")) {
      const std::size_t name = text.find(", "), end = text.find(", from");
      if (!log_.has_input && name < end && end != std::string_view::npos)
        log_.input_format = text.substr(name + 2, end - name - 2);
      log_.has_input = true;
    }
    if (text.starts_with("Output #")) is_behind_inputs_ = true;
    if (text.starts_with("Stream #") && !is_behind_inputs_ && log_.mapping_line == 0) {
      log_.has_video |= text.find(": Video:") != std::string_view::npos;
      log_.has_audio |= text.find(": Audio:") != std::string_view::npos;
      log_.has_subtitle |= text.find(": Subtitle:") != std::string_view::npos;
    }
    if (!log_.input_seconds && text.starts_with("Duration: "))
      log_.input_seconds = parse_clock(text.substr(10));
  }

  void read_status(std::string_view text) {
    if (const std::size_t at = text.find("time="); at != std::string_view::npos)
      if (const auto seconds = parse_quick(text.substr(at + 5))) log_.status_seconds = seconds;
    if (const std::size_t at = text.find("frame="); at != std::string_view::npos) {
      std::size_t digit = at + 6;
      while (digit < text.size() && text[digit] == ' ') ++digit;
      std::from_chars(text.data() + digit, text.data() + text.size(), log_.last_frame);
    }
  }

  /// "00:01:02.50", without a pattern: there is one such line every half second.
  static std::optional<double> parse_quick(std::string_view text) {
    if (text.size() < 8 || !base::is_digit(text[0]) || text[2] != ':' || text[5] != ':')
      return std::nullopt;
    const auto two = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
    double seconds = two(0) * 3600.0 + two(3) * 60.0 + two(6);
    if (text.size() >= 11 && text[8] == '.') seconds += two(9) / 100.0;
    return seconds;
  }

  static std::string strip_colours(std::string_view text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != '\x1b') {
        plain += text[i];
        continue;
      }
      if (i + 1 < text.size() && text[i + 1] == '[')
        for (i += 2; i < text.size() && !(text[i] >= '@' && text[i] <= '~'); ++i) {
        }
    }
    return plain;
  }

  Log log_;
  std::deque<StderrLine> tail_;
  std::unordered_map<std::uint64_t, StderrLine*> shapes_;
  StderrLine* last_ = nullptr;
  std::string plain_;
  bool is_behind_inputs_ = false;
};

}  // namespace

Log read_log(std::string_view text) {
  Reader reader;
  int number = 1;
  for (std::size_t at = 0; at < text.size(); ++number) {
    const std::size_t newline = std::min(text.find('\n', at), text.size());
    if (newline > at) reader.read_row(number, text.substr(at, newline - at));
    at = newline + 1;
  }
  return reader.finish();
}

}  // namespace mpegflow::retry
