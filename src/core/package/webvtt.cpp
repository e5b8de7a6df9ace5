#include "core/package/webvtt.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"

namespace mpegflow::package {
namespace {

std::optional<std::int64_t> parse_count(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

/// "01:02.345" or "1:01:02.345".
std::optional<std::int64_t> parse_time(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos || text.size() - dot != 4) return std::nullopt;
  const auto ms = parse_count(text.substr(dot + 1));
  if (!ms) return std::nullopt;
  std::int64_t seconds = 0;
  for (const std::string& part : base::split(std::string(text.substr(0, dot)), ':')) {
    const auto value = parse_count(part);
    if (!value || *value > 1'000'000) return std::nullopt;
    seconds = seconds * 60 + *value;
  }
  return seconds * 1000 + *ms;
}

std::string format_time(std::int64_t ms) {
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     ms % 1000);
}

/// A line with times begins a cue; nullopt for any other line.
std::optional<Cue> parse_times(std::string_view line) {
  const std::size_t arrow = line.find("-->");
  if (arrow == std::string_view::npos) return std::nullopt;
  const auto start = parse_time(base::trim(line.substr(0, arrow)));
  const std::string_view rest = base::trim(line.substr(arrow + 3));
  const std::size_t space = rest.find_first_of(" \t");
  const auto end = parse_time(rest.substr(0, space));
  if (!start || !end) return std::nullopt;
  Cue cue{*start, *end, {}, {}};
  if (space != std::string_view::npos) cue.settings = base::trim(rest.substr(space));
  return cue;
}

std::string write_cue(const Cue& cue) {
  return fmt::format("\n{} --> {}{}{}\n{}\n", format_time(cue.start), format_time(cue.end),
                     cue.settings.empty() ? "" : " ", cue.settings, cue.text);
}

/// Where nobody says how long the film is, text of longer than this is none.
constexpr std::int64_t kLongestFilm = std::int64_t{48} * 3600 * 1'000'000;

/// Text outlasts the film by less than a segment: a cue may claim to be shown for years.
std::int64_t find_end(const std::vector<Cue>& cues, const probe::Rational& duration, double total) {
  const std::int64_t film = std::llround(total * 1e6);
  const std::int64_t most = film > 0 ? film + std::llround(duration.value() * 1e6) : kLongestFilm;
  std::int64_t text = 0;
  for (const Cue& cue : cues) text = std::max(text, cue.end * 1000);
  return std::max(film, std::min(text, most));
}

/// The first segment of the fragmented files is at 0 of the time line, and so is that of the text.
constexpr std::string_view kHead = "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n";

}  // namespace

base::Result<std::vector<Cue>> parse_webvtt(std::string_view text) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (text.starts_with(kMark)) text.remove_prefix(kMark.size());
  if (!text.starts_with("WEBVTT"))
    return base::fail(base::ErrorCode::invalid_argument, "the text does not begin with WEBVTT");
  std::vector<Cue> cues;
  std::optional<Cue> open;
  const auto close = [&] {
    if (open && open->end > open->start && !open->text.empty()) cues.push_back(std::move(*open));
    open.reset();
  };
  for (std::string& line : base::split(std::string(text), '\n')) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) {
      close();
    } else if (auto begun = open ? std::nullopt : parse_times(line)) {
      open = std::move(begun);
    } else if (open) {
      open->text += (open->text.empty() ? "" : "\n") + line;
    }
  }
  close();
  return cues;
}

std::vector<TextSegment> make_text_segments(const std::vector<Cue>& cues,
                                            const probe::Rational& duration, double total) {
  const std::int64_t end_us = find_end(cues, duration, total);
  const auto border_us = [&](std::int64_t k) {
    return std::llround(static_cast<double>(k) * duration.value() * 1e6);
  };
  std::vector<TextSegment> segments;
  for (std::int64_t k = 0; segments.empty() || border_us(k) < end_us; ++k) {
    const std::int64_t from = border_us(k);
    const std::int64_t until = std::min<std::int64_t>(border_us(k + 1), std::max(end_us, from + 1));
    TextSegment segment{fmt::format("seg_{:05}.vtt", k + 1), std::string(kHead), until - from};
    for (const Cue& cue : cues)
      if (cue.start * 1000 < until && cue.end * 1000 > from) segment.bytes += write_cue(cue);
    segments.push_back(std::move(segment));
  }
  return segments;
}

std::string make_text_file(const std::vector<Cue>& cues) {
  std::string text = "WEBVTT\n";
  for (const Cue& cue : cues) text += write_cue(cue);
  return text;
}

std::string make_text_playlist(const std::vector<TextSegment>& segments) {
  std::int64_t target = 1;
  for (const TextSegment& segment : segments)
    target = std::max(target, (segment.duration_us + 500'000) / 1'000'000);
  std::string text = fmt::format(
      "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:0\n"
      "#EXT-X-PLAYLIST-TYPE:VOD\n",
      target);
  for (const TextSegment& segment : segments)
    text += fmt::format("#EXTINF:{}.{:06},\n{}\n", segment.duration_us / 1'000'000,
                        segment.duration_us % 1'000'000, segment.name);
  return text + "#EXT-X-ENDLIST\n";
}

}  // namespace mpegflow::package
