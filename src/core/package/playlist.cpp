#include "core/package/playlist.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace mpegflow::package {
namespace {

constexpr std::string_view kAudioGroup = "audio";
constexpr std::string_view kSubtitleGroup = "subtitles";

/// An attribute's quoted string; it cannot hold quotes or line breaks, so those are replaced.
std::string quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char letter : text)
    quoted += letter == '"' ? '\'' : static_cast<unsigned char>(letter) < ' ' ? ' ' : letter;
  return quoted + '"';
}

enum class Place { own_playlist, in_the_variant };

std::string make_audio_media(const AudioRendition& audio, Place place) {
  std::string line = fmt::format("#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID={},NAME={}", quote(kAudioGroup),
                                 quote(audio.name.empty() ? "Audio" : audio.name));
  if (!audio.language.empty()) line += ",LANGUAGE=" + quote(audio.language);
  line += audio.is_default ? ",DEFAULT=YES" : ",DEFAULT=NO";
  line += audio.is_default || audio.is_autoselect ? ",AUTOSELECT=YES" : ",AUTOSELECT=NO";
  if (!audio.characteristics.empty()) line += ",CHARACTERISTICS=" + quote(audio.characteristics);
  if (audio.summary.codec.channels > 0)
    line += fmt::format(",CHANNELS=\"{}\"", audio.summary.codec.channels);
  if (place == Place::in_the_variant) return line + '\n';
  return line + ",URI=" + quote(to_relative_uri(audio.uri)) + '\n';
}

std::string make_subtitle_media(const SubtitleRendition& text) {
  std::string line =
      fmt::format("#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID={},NAME={}", quote(kSubtitleGroup),
                  quote(text.name.empty() ? "Subtitles" : text.name));
  if (!text.language.empty()) line += ",LANGUAGE=" + quote(text.language);
  line += text.is_default ? ",DEFAULT=YES" : ",DEFAULT=NO";
  line += text.is_default || text.is_autoselect ? ",AUTOSELECT=YES" : ",AUTOSELECT=NO";
  if (text.is_forced) line += ",FORCED=YES";
  if (!text.characteristics.empty()) line += ",CHARACTERISTICS=" + quote(text.characteristics);
  return line + ",URI=" + quote(to_relative_uri(text.uri)) + '\n';
}

struct Entry {
  std::int64_t peak = 0;
  std::int64_t average = 0;
  std::string codecs;
  std::string rest;
  std::string uri;
};

Entry make_entry(const Summary& summary, const std::string& uri, std::int64_t target_duration) {
  Entry entry;
  entry.peak = find_peak_bit_rate(summary, target_duration);
  entry.average = find_average_bit_rate(summary);
  entry.codecs = summary.codec.name;
  entry.uri = to_relative_uri(uri);
  if (summary.kind == TrackKind::video) {
    entry.rest = fmt::format(",RESOLUTION={}x{},FRAME-RATE={:.3f}", summary.codec.width,
                             summary.codec.height, find_peak_frame_rate(summary).value());
    if (!summary.codec.video_range.empty())
      entry.rest += ",VIDEO-RANGE=" + summary.codec.video_range;
  }
  return entry;
}

/// Of a group any one may play beside the pictures, so the largest counts.
void add_audio(Entry& entry, const std::vector<AudioRendition>& group,
               std::int64_t target_duration) {
  std::int64_t peak = 0, average = 0;
  std::vector<std::string> codecs;
  for (const AudioRendition& audio : group) {
    peak = std::max(peak, find_peak_bit_rate(audio.summary, target_duration));
    average = std::max(average, find_average_bit_rate(audio.summary));
    if (std::ranges::find(codecs, audio.summary.codec.name) == codecs.end())
      codecs.push_back(audio.summary.codec.name);
  }
  entry.peak += peak;
  entry.average += average;
  for (const std::string& codec : codecs) entry.codecs += "," + codec;
  entry.rest += ",AUDIO=" + quote(kAudioGroup);
}

/// Each key frame as if it were a segment that lasts until the next one.
Summary make_iframe_summary(const Summary& summary) {
  Summary frames = summary;
  frames.segments.clear();
  for (const Segment& segment : summary.segments)
    for (const KeyFrame& frame : segment.key_frames) {
      if (!frames.segments.empty())
        frames.segments.back().duration = frame.start - frames.segments.back().start;
      Segment one;
      one.name = segment.name;
      one.bytes = frame.bytes;
      one.start = frame.start;
      one.duration = segment.end() - frame.start;
      frames.segments.push_back(std::move(one));
    }
  return frames;
}

std::string make_iframe_entry(const Variant& variant, std::int64_t target_duration) {
  const Summary frames = make_iframe_summary(variant.summary);
  const Codec& codec = variant.summary.codec;
  std::string line = fmt::format(
      "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS={},RESOLUTION={}x{}",
      find_peak_bit_rate(frames, target_duration), find_average_bit_rate(frames), quote(codec.name),
      codec.width, codec.height);
  if (!codec.video_range.empty()) line += ",VIDEO-RANGE=" + codec.video_range;
  return line + ",URI=" + quote(to_relative_uri(variant.iframes_uri)) + '\n';
}

}  // namespace

std::int64_t find_target_duration(std::span<const Summary> renditions) {
  std::int64_t target = 1;
  for (const Summary& summary : renditions)
    for (const std::int64_t us : find_durations_us(summary))
      target = std::max(target, (us + 500'000) / 1'000'000);
  return target;
}

std::string make_media_playlist(const Summary& summary, std::int64_t target_duration) {
  std::string text = fmt::format(
      "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:0\n"
      "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-MAP:URI=\"init.mp4\"\n",
      target_duration);
  const std::vector<std::int64_t> durations = find_durations_us(summary);
  for (std::size_t i = 0; i < durations.size(); ++i)
    text += fmt::format("#EXTINF:{}.{:06},\n{}\n", durations[i] / 1'000'000,
                        durations[i] % 1'000'000, to_relative_uri(summary.segments[i].name));
  return text + "#EXT-X-ENDLIST\n";
}

std::string make_iframe_playlist(const Summary& summary, std::int64_t target_duration) {
  std::string text = fmt::format(
      "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:0\n"
      "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-I-FRAMES-ONLY\n#EXT-X-MAP:URI=\"init.mp4\"\n",
      target_duration);
  const std::vector<std::int64_t> durations = find_durations_us(make_iframe_summary(summary));
  std::size_t i = 0;
  for (const Segment& segment : summary.segments)
    for (const KeyFrame& frame : segment.key_frames) {
      text += fmt::format("#EXTINF:{}.{:06},\n#EXT-X-BYTERANGE:{}@{}\n{}\n",
                          durations[i] / 1'000'000, durations[i] % 1'000'000, frame.bytes,
                          frame.offset, to_relative_uri(segment.name));
      ++i;
    }
  return text + "#EXT-X-ENDLIST\n";
}

std::string make_master_playlist(const MasterPlan& plan) {
  std::vector<Entry> entries;
  for (const Variant& variant : plan.variants) {
    entries.push_back(make_entry(variant.summary, variant.uri, plan.target_duration));
    if (!plan.audio.empty()) add_audio(entries.back(), plan.audio, plan.target_duration);
    if (!plan.subtitles.empty()) entries.back().rest += ",SUBTITLES=" + quote(kSubtitleGroup);
  }
  const bool is_audio_only = plan.variants.empty() && !plan.audio.empty();
  // The main sound is the variant itself, the others can be chosen in its place.
  const bool has_choice = is_audio_only && plan.audio.size() > 1;
  if (is_audio_only)
    entries.push_back(
        make_entry(plan.audio.front().summary, plan.audio.front().uri, plan.target_duration));
  if (has_choice) entries.back().rest += ",AUDIO=" + quote(kAudioGroup);
  std::ranges::stable_sort(entries, std::ranges::greater{}, &Entry::peak);

  std::string text = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n";
  if (!is_audio_only || has_choice)
    for (const AudioRendition& audio : plan.audio)
      text += make_audio_media(audio, has_choice && &audio == &plan.audio.front()
                                          ? Place::in_the_variant
                                          : Place::own_playlist);
  for (const SubtitleRendition& one : plan.subtitles) text += make_subtitle_media(one);
  for (const Entry& entry : entries)
    text += fmt::format("#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS={}{}\n{}\n",
                        entry.peak, entry.average, quote(entry.codecs), entry.rest, entry.uri);
  for (const Variant& variant : plan.variants)
    if (!variant.iframes_uri.empty()) text += make_iframe_entry(variant, plan.target_duration);
  return text;
}

std::string to_relative_uri(std::string_view path) {
  return base::encode_percent(path, "/");
}

}  // namespace mpegflow::package
