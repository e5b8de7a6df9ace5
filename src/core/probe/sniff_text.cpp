#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/text.h"
#include "core/probe/bytes.h"
#include "core/probe/sniff_parts.h"

namespace mpegflow::probe {
namespace {

using namespace std::string_view_literals;

/// The first characters, decoded well enough to recognise: UTF-16 loses its other bytes.
std::string decode_start(std::string_view head) {
  const bool is_little = has_at(head, 0, "\xff\xfe"sv), is_big = has_at(head, 0, "\xfe\xff"sv);
  if (!is_little && !is_big)
    return std::string(head.substr(has_at(head, 0, "\xef\xbb\xbf"sv) ? 3 : 0, 16384));
  std::string text;
  for (std::size_t i = is_little ? 2 : 3; i < head.size() && text.size() < 16384; i += 2)
    text.push_back(head[i]);
  return text;
}

struct Opening {
  std::string_view text;  ///< lower case, at the start
  std::string_view what;
};

/// Everything here makes a demuxer open further files or addresses.
constexpr std::array kLeadsElsewhere = std::to_array<Opening>({
    {"#extm3u", "an HLS or M3U playlist"},
    {"#ext-x-", "an HLS playlist"},
    {"ffconcat", "a concat script of FFmpeg"},
    {"[playlist]", "a PLS playlist"},
    {"[reference]", "a playlist of the Windows Media kind"},
    {"[internetshortcut]", "a link, not the file it leads to"},
    {"rtsptext", "a link to a live stream"},
    {"smilpls", "a SMIL playlist"},
    {"rtsp://", "a link, not the file it leads to"},
    {"rtmp://", "a link, not the file it leads to"},
    {"http://", "a link, not the file it leads to"},
    {"https://", "a link, not the file it leads to"},
    {"file://", "a link, not the file it leads to"},
});

/// XML vocabularies by the name of an element.
constexpr std::array kXmlLeadsElsewhere = std::to_array<Opening>({
    {"<mpd", "a DASH manifest"},
    {"<smil", "a SMIL playlist"},
    {"<smoothstreamingmedia", "a Smooth Streaming manifest"},
    {"<asx", "an ASX playlist"},
    {"<compositionplaylist", "an IMF playlist"},
    {"<assetmap", "an IMF asset map"},
    {"<playlist", "an XSPF playlist"},
});

std::optional<retry::Finding> find_reference(const std::string& text) {
  const auto blocked = [](std::string_view what) {
    return refuse(
        "input_protocol_blocked", "sniff_playlist",
        fmt::format("this is {}, which makes FFmpeg open other files or addresses", what));
  };
  for (const Opening& opening : kLeadsElsewhere)
    if (text.starts_with(opening.text)) return blocked(opening.what);
  if (text.starts_with("<"))
    for (const Opening& element : kXmlLeadsElsewhere)
      if (text.find(element.text) != std::string::npos) return blocked(element.what);
  static const re2::RE2 session_description("^v=0\\r?\\n(?:[a-z]=.*\\r?\\n)*?[om]=");
  if (re2::RE2::PartialMatch(text, session_description))
    return blocked("a session description (SDP)");
  static const re2::RE2 concat_list("^(?:#.*\\n|\\s)*file\\s+\\S+");
  if (re2::RE2::PartialMatch(text, concat_list)) return blocked("a list of files for concat");
  // FFmpeg's own probes look for these lines anywhere near the start.
  if (text.find("\n#extinf:") != std::string::npos || text.find("\n#ext-x-") != std::string::npos)
    return blocked("an HLS playlist");
  return std::nullopt;
}

std::optional<std::string_view> find_document_kind(const std::string& text) {
  constexpr std::array kHtml = {"<!doctype html"sv, "<html"sv,  "<head"sv,  "<body"sv,
                                "<script"sv,        "<title"sv, "<center"sv};
  for (const std::string_view tag : kHtml)
    if (text.starts_with(tag) || (text.starts_with("<") && text.find(tag) < 2048))
      return "this is a web page (HTML), not a video: the link gave a page, perhaps an error page";
  if (text.starts_with("<?xml") || text.starts_with("<error") || text.starts_with("<")) {
    if (text.find("<svg") != std::string::npos) return "this is an SVG drawing";
    if (text.find("<error") != std::string::npos || text.find("<code>") != std::string::npos)
      return "this is an XML error message: the storage answered with an error, not with the file";
    return "this is an XML document";
  }
  if (text.starts_with("version https://git-lfs"))
    return "this is a Git LFS pointer, not the file it stands for";
  if (text.starts_with("{") || text.starts_with("["))
    return "this is JSON text, perhaps the error message of a service";
  if (text.starts_with("http/1.") || text.starts_with("http/2"))
    return "this is the answer of a web server with its headers, not the file alone";
  if (text.starts_with("#!")) return "this is a script";
  if (text.starts_with("-----begin")) return "this is a key or a certificate";
  return std::nullopt;
}

std::string_view find_subtitle_format(const std::string& text) {
  static const re2::RE2 subrip(
      "^\\s*(?:\\d+\\s*\\r?\\n)?\\s*-?\\d{1,2}:\\d{2}:\\d{2}[,.]\\d{1,3}\\s*-->\\s*-?\\d");
  if (text.starts_with("webvtt")) return "webvtt";
  if (text.starts_with("[script info]")) return "ass";
  if (re2::RE2::PartialMatch(text, subrip)) return "srt";
  static const re2::RE2 microdvd("^\\{\\d*\\}\\{\\d*\\}");
  if (re2::RE2::PartialMatch(text, microdvd)) return "microdvd";
  if (text.starts_with("scenarist_scc")) return "scc";
  return {};
}

/// Valid but for a character that the end of the head cuts.
bool is_utf8_start(std::string_view head, std::int64_t size) {
  if (base::is_valid_utf8(head)) return true;
  if (static_cast<std::int64_t>(head.size()) >= size) return false;
  for (std::size_t cut = 1; cut <= 3 && cut < head.size(); ++cut)
    if (base::is_valid_utf8(head.substr(0, head.size() - cut))) return true;
  return false;
}

std::string_view guess_character_set(std::string_view text) {
  std::size_t upper_half = 0, control_range = 0, letters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0xc0) ++upper_half;
    if (byte >= 0x80 && byte < 0xa0) ++control_range;
    if ((byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z')) ++letters;
  }
  if (upper_half > 2 * letters) return "an 8-bit set such as Windows-1251 (Cyrillic)";
  return control_range > 0 ? "Windows-1252 or another 8-bit set" : "ISO-8859-1 (Latin-1)";
}

bool is_text(const std::string& text) {
  std::size_t odd = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0) return false;
    if ((byte < 32 && byte != '\n' && byte != '\r' && byte != '\t' && byte != '\f') || byte == 127)
      ++odd;
  }
  return odd * 100 <= text.size();
}

}  // namespace

std::optional<SniffResult> sniff_text(const SniffInput& input) {
  const std::string start = decode_start(input.head);
  if (!is_text(start)) return std::nullopt;
  std::string text = base::to_lower(start);
  text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (text.empty())
    return tl::unexpected(
        refuse("input_not_media", "sniff_text", "the file holds nothing but white space"));
  if (auto reference = find_reference(text)) return tl::unexpected(std::move(*reference));
  const std::string_view subtitle = find_subtitle_format(text);
  const bool is_utf16 = has_at(input.head, 0, "\xff\xfe"sv) || has_at(input.head, 0, "\xfe\xff"sv);
  if (!subtitle.empty() && !is_utf16 && !is_utf8_start(input.head, input.size))
    return tl::unexpected(
        refuse("subtitle_invalid", "sniff_subtitle_charset",
               fmt::format("the text is not UTF-8, it looks like {}; save it as UTF-8",
                           guess_character_set(input.head))));
  if (!subtitle.empty())
    return SniffResult(
        Sniff{.container = std::string(subtitle), .description = "subtitles", .is_subtitle = true});
  if (const auto kind = find_document_kind(text))
    return tl::unexpected(refuse("input_not_media", "sniff_document", std::string(*kind)));
  // Raw streams may look like text for a few bytes; only UTF-8 or plain text is refused here.
  if (!is_utf16 && !is_utf8_start(input.head, input.size)) return std::nullopt;
  return tl::unexpected(refuse("input_not_media", "sniff_text", "this is plain text"));
}

}  // namespace mpegflow::probe
