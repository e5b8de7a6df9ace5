#include "core/encode/stderr_lines.h"

#include <charconv>

#include "base/text.h"

namespace mpegflow::encode {
namespace {

/// libavutil     57. 28.100 / 57. 28.100
bool is_library_version(std::string_view line) {
  if (!line.starts_with("  lib") && !line.starts_with("  WARNING: library configuration"))
    return false;
  return line.find('/') != std::string_view::npos || line.find("WARNING") != std::string_view::npos;
}

/// The configuration line names every library there is: rules must never see it.
bool is_banner(std::string_view line) {
  const bool is_version =
      (line.starts_with("ffmpeg version ") || line.starts_with("ffprobe version ")) &&
      line.find("Copyright") != std::string_view::npos;
  return is_version || line.starts_with("  built with ") || line.starts_with("  configuration:") ||
         is_library_version(line);
}

bool is_status(std::string_view text) {
  constexpr std::string_view kMark = "[info] ";  // where FFmpeg was asked for levels
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  const bool begins = text.starts_with("frame=") || text.starts_with("size=") ||
                      text.starts_with("Lsize=") || text.starts_with("[q] ");
  return begins && (text.find("time=") != std::string_view::npos ||
                    text.find("bitrate=") != std::string_view::npos);
}

long long parse_repeats(std::string_view text) {
  constexpr std::string_view kLead = "Last message repeated ";
  if (!text.starts_with(kLead)) return 0;
  text.remove_prefix(kLead.size());
  long long times = 0;
  std::from_chars(text.data(), text.data() + text.size(), times);
  return times;
}

/// "[h264 @ 0x55…] " or "[error] "; a bracket without either is part of the message.
bool take_context(std::string_view& text, std::string& context) {
  if (!text.starts_with('[')) return false;
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) return false;
  const std::string_view inside = text.substr(1, end - 1);
  const std::size_t at = inside.find(" @ ");
  const bool is_level = inside == "error" || inside == "fatal" || inside == "panic" ||
                        inside == "warning" || inside == "info" || inside == "verbose" ||
                        inside == "debug";
  if (at == std::string_view::npos && !is_level) return false;
  if (!is_level && context.empty()) context = inside.substr(0, at);
  text = base::trim(text.substr(end + 1));
  return true;
}

StderrLine make_line(int number, std::string_view piece) {
  StderrLine line;
  line.number = number;
  line.whole = piece;
  while (take_context(piece, line.context)) {
  }
  line.text = piece;
  return line;
}

/// A status line has no newline of its own: the next message may stand right behind it.
std::string_view skip_status(std::string_view piece) {
  if (!is_status(piece)) return piece;
  const std::size_t speed = piece.find("speed=");
  const std::size_t end = speed == std::string_view::npos ? speed : piece.find("x ", speed);
  if (end == std::string_view::npos) return {};
  const std::string_view rest = base::trim(piece.substr(end + 1));
  return rest.starts_with("elapsed=") ? std::string_view{} : rest;
}

}  // namespace

std::vector<StderrLine> read_stderr_lines(std::string_view stderr_text) {
  std::vector<StderrLine> lines;
  int number = 1;
  for (std::size_t at = 0; at < stderr_text.size(); ++number) {
    const std::size_t newline = std::min(stderr_text.find('\n', at), stderr_text.size());
    const std::string_view row = stderr_text.substr(at, newline - at);
    at = newline + 1;
    if (is_banner(row)) continue;
    for (std::size_t start = 0; start <= row.size();) {
      const std::size_t end = std::min(row.find('\r', start), row.size());
      const std::string_view piece = skip_status(base::trim(row.substr(start, end - start)));
      start = end + 1;
      if (piece.empty()) continue;
      const long long repeats = parse_repeats(piece);
      if (repeats > 0 && !lines.empty()) lines.back().times += repeats;
      else if (repeats == 0) lines.push_back(make_line(number, piece));
    }
  }
  return lines;
}

}  // namespace mpegflow::encode
