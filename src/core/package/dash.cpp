#include "core/package/dash.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace mpegflow::package {
namespace {

std::string escape(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    switch (letter) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += static_cast<unsigned char>(letter) < ' ' ? ' ' : letter;
    }
  }
  return escaped;
}

/// "PT1M0.5S" in seconds alone, to the microsecond, never shorter than what is there.
std::string to_duration(const Rational& seconds) {
  const std::int64_t us = (seconds.num * 1'000'000 + seconds.den - 1) / seconds.den;
  return fmt::format("PT{}.{:06}S", us / 1'000'000, us % 1'000'000);
}

/// The folder of a rendition, from the URI of its playlist. A '$', which would begin an identifier
/// of the template, is percent-encoded.
std::string folder_of(std::string_view playlist_uri) {
  return to_relative_uri(playlist_uri.substr(0, playlist_uri.rfind('/') + 1));
}

/// Segments of the same length one after another are one entry. The first one says when it starts.
std::string make_timeline(const Summary& summary) {
  std::string text = "          <SegmentTimeline>\n";
  const std::vector<Segment>& segments = summary.segments;
  for (std::size_t first = 0; first < segments.size();) {
    std::size_t next = first + 1;
    while (next < segments.size() && segments[next].duration == segments[first].duration) ++next;
    text += fmt::format("            <S t=\"{}\" d=\"{}\"", segments[first].start,
                        segments[first].duration);
    if (next - first > 1) text += fmt::format(" r=\"{}\"", next - first - 1);
    text += "/>\n";
    first = next;
  }
  return text + "          </SegmentTimeline>\n";
}

/// "seg_00001.m4s" → 1
std::int64_t number_of(const Segment& segment) {
  std::int64_t number = 0;
  for (const char letter : segment.name) {
    if (letter == '.') break;
    if (letter >= '0' && letter <= '9') number = number * 10 + (letter - '0');
  }
  return number;
}

std::string make_template(const Summary& summary, std::string_view playlist_uri) {
  const std::string folder = folder_of(playlist_uri);
  return fmt::format(
             "        <SegmentTemplate timescale=\"{}\" startNumber=\"{}\" "
             "initialization=\"{}init.mp4\" media=\"{}seg_$Number%05d$.m4s\">\n",
             summary.timescale, number_of(summary.segments.front()), folder, folder) +
         make_timeline(summary) + "        </SegmentTemplate>\n";
}

std::string make_representation(const Summary& summary, std::string_view playlist_uri,
                                std::int64_t target_duration) {
  const std::string_view id = playlist_uri.substr(0, playlist_uri.rfind('/'));
  std::string text =
      fmt::format("      <Representation id=\"{}\" bandwidth=\"{}\" codecs=\"{}\"", escape(id),
                  find_peak_bit_rate(summary, target_duration), escape(summary.codec.name));
  if (summary.kind == TrackKind::video) {
    const Rational rate = find_frame_rate(summary);
    text += fmt::format(
        " width=\"{}\" height=\"{}\" frameRate=\"{}\" sar=\"1:1\">\n", summary.codec.width,
        summary.codec.height,
        rate.den == 1 ? fmt::format("{}", rate.num) : fmt::format("{}/{}", rate.num, rate.den));
  } else {
    text += fmt::format(" audioSamplingRate=\"{}\">\n", summary.codec.sample_rate);
    if (summary.codec.channels > 0)
      text += fmt::format(
          "        <AudioChannelConfiguration "
          "schemeIdUri=\"urn:mpeg:dash:23003:3:audio_channel_configuration:2011\" value=\"{}\"/>\n",
          summary.codec.channels);
  }
  return text + make_template(summary, playlist_uri) + "      </Representation>\n";
}

/// What players must understand to show high dynamic range as such.
std::string make_transfer(const Codec& codec) {
  const std::string_view value = codec.video_range == "PQ"    ? "16"
                                 : codec.video_range == "HLG" ? "18"
                                                              : "";
  if (value.empty()) return {};
  return fmt::format(
      "      <EssentialProperty schemeIdUri=\"urn:mpeg:mpegB:cicp:TransferCharacteristics\" "
      "value=\"{}\"/>\n",
      value);
}

/// The entry of the codec, "avc1": what the renditions of one set have in common.
std::string family_of(const Codec& codec) {
  return codec.name.substr(0, codec.name.find('.')) + codec.video_range;
}

struct Item {
  const Summary* summary;
  const std::string* uri;
};

std::string make_set(int id, std::string_view attributes, std::string_view properties,
                     const std::vector<Item>& items, std::int64_t target_duration) {
  std::string text =
      fmt::format("    <AdaptationSet id=\"{}\" {} segmentAlignment=\"true\" startWithSAP=\"1\">\n",
                  id, attributes);
  text += properties;
  for (const Item& item : items)
    text += make_representation(*item.summary, *item.uri, target_duration);
  return text + "    </AdaptationSet>\n";
}

/// Of the scheme urn:mpeg:dash:role:2011.
std::string_view find_role(const SubtitleRendition& text) {
  if (text.is_forced) return "forced-subtitle";
  return text.characteristics.empty() ? "subtitle" : "caption";
}

std::string make_text_set(int id, const SubtitleRendition& text, const Rational& duration) {
  const std::string language =
      text.language.empty() ? "" : " lang=\"" + escape(text.language) + '"';
  const std::int64_t bits = text.file_bytes * 8 * duration.den;
  return fmt::format(
      "    <AdaptationSet id=\"{}\" contentType=\"text\" mimeType=\"text/vtt\"{}>\n"
      "      <Label>{}</Label>\n"
      "      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"{}\"/>\n"
      "      <Representation id=\"{}\" bandwidth=\"{}\">\n"
      "        <BaseURL>{}</BaseURL>\n"
      "      </Representation>\n"
      "    </AdaptationSet>\n",
      id, language, escape(text.name), find_role(text),
      escape(text.uri.substr(0, text.uri.rfind('/'))),
      std::max<std::int64_t>(1,
                             (bits + duration.num - 1) / std::max<std::int64_t>(1, duration.num)),
      escape(to_relative_uri(text.file_uri)));
}

Rational find_end(const MasterPlan& plan) {
  Rational longest{0, 1};
  const auto take = [&](const Summary& summary) {
    if (summary.segments.empty()) return;
    const Rational end{summary.segments.back().end(), summary.timescale};
    if (end.value() > longest.value()) longest = end;
  };
  for (const Variant& variant : plan.variants) take(variant.summary);
  for (const AudioRendition& audio : plan.audio) take(audio.summary);
  return longest;
}

}  // namespace

std::string make_dash_manifest(const MasterPlan& plan) {
  using Family = std::pair<std::string, std::vector<Item>>;
  std::vector<Family> families;
  for (const Variant& variant : plan.variants) {
    const std::string family = family_of(variant.summary.codec);
    auto found = std::ranges::find(families, family, &Family::first);
    if (found == families.end()) found = families.insert(families.end(), {family, {}});
    found->second.push_back({&variant.summary, &variant.uri});
  }
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "
      "profiles=\"urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019\" "
      "type=\"static\" mediaPresentationDuration=\"{}\" minBufferTime=\"PT{}S\">\n"
      "  <Period id=\"0\" start=\"PT0S\">\n",
      to_duration(find_end(plan)), plan.target_duration);
  int id = 0;
  for (const auto& [family, items] : families)
    text += make_set(id++, "contentType=\"video\" mimeType=\"video/mp4\"",
                     make_transfer(items.front().summary->codec), items, plan.target_duration);
  for (const AudioRendition& audio : plan.audio) {
    std::string attributes = "contentType=\"audio\" mimeType=\"audio/mp4\"";
    if (!audio.language.empty()) attributes += " lang=\"" + escape(audio.language) + '"';
    const std::string role =
        fmt::format("      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"{}\"/>\n",
                    audio.is_default ? "main" : "alternate");
    text += make_set(id++, attributes, role, {{&audio.summary, &audio.uri}}, plan.target_duration);
  }
  for (const SubtitleRendition& one : plan.subtitles)
    if (!one.file_uri.empty()) text += make_text_set(id++, one, find_end(plan));
  return text + "  </Period>\n</MPD>\n";
}

}  // namespace mpegflow::package
