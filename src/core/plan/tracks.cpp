#include "core/plan/tracks.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "core/plan/language.h"

namespace mpegflow::plan {
namespace {

bool has_key(const std::vector<ChosenTrack>& chosen, const std::string& key) {
  return std::ranges::any_of(chosen, [&](const ChosenTrack& one) { return one.track.key == key; });
}

bool has_name(const std::vector<ChosenTrack>& chosen, const std::string& name) {
  return std::ranges::any_of(chosen,
                             [&](const ChosenTrack& one) { return one.track.name == name; });
}

/// "audio-de", and "audio-de-2" if there is one already.
std::string make_key(const std::string& prefix, const std::string& language,
                     const std::vector<ChosenTrack>& chosen,
                     const std::vector<std::string>& taken) {
  const auto is_free = [&](const std::string& key) {
    return !has_key(chosen, key) && std::ranges::find(taken, key) == taken.end();
  };
  std::string stem = prefix;
  if (!language.empty()) {
    stem += "-" + language;
    if (is_free(stem)) return stem;
  }
  const bool needs_number = prefix == "audio" || !language.empty();
  for (int number = needs_number ? 2 : 1;; ++number)
    if (std::string key = fmt::format("{}-{}", stem, number); is_free(key)) return key;
}

std::string make_name(const std::string& title, const std::string& language,
                      std::string_view otherwise, const std::vector<ChosenTrack>& chosen) {
  std::string stem(otherwise);
  if (!title.empty()) stem = title;
  else if (!language.empty()) stem = find_language_name(language);
  std::string name = stem;
  for (int number = 2; has_name(chosen, name); ++number) name = fmt::format("{} {}", stem, number);
  return name;
}

bool can_be_decoded(const probe::AudioStream& stream) {
  return !stream.codec.empty() && stream.codec != "none" && stream.codec != "unknown";
}

ChosenTrack choose(const probe::AudioStream& stream, std::string key,
                   const std::vector<ChosenTrack>& chosen) {
  ChosenTrack made;
  made.stream_index = stream.index;
  made.track.key = std::move(key);
  made.track.language = to_language_tag(stream.language);
  made.track.name = make_name(stream.title, made.track.language, "Audio", chosen);
  made.track.is_default = chosen.empty();
  made.track.is_autoselect = made.track.is_default || !stream.is_commentary;
  if (stream.is_described) made.track.characteristics = "public.accessibility.describes-video";
  return made;
}

}  // namespace

std::vector<ChosenTrack> choose_audio(const probe::Probe& probe,
                                      const std::vector<std::string>& taken) {
  std::vector<ChosenTrack> chosen;
  const probe::AudioStream* main = probe::find_main_audio(probe);
  if (main == nullptr) return chosen;
  chosen.push_back(choose(*main, "audio", chosen));
  for (const probe::AudioStream& stream : probe.audio)
    if (stream.index != main->index && can_be_decoded(stream))
      chosen.push_back(choose(
          stream, make_key("audio", to_language_tag(stream.language), chosen, taken), chosen));
  return chosen;
}

bool is_text(const probe::SubtitleStream& stream) {
  constexpr std::array<std::string_view, 6> kText = {"subrip", "mov_text", "webvtt",
                                                     "ass",    "ssa",      "text"};
  return std::ranges::find(kText, stream.codec) != kText.end();
}

std::vector<ChosenTrack> choose_subtitles(const probe::Probe& probe,
                                          const std::vector<std::string>& taken) {
  std::vector<ChosenTrack> chosen;
  for (const probe::SubtitleStream& stream : probe.subtitles) {
    if (!is_text(stream)) continue;
    ChosenTrack made;
    made.stream_index = stream.index;
    made.track.language = to_language_tag(stream.language);
    made.track.key = make_key("subtitles", made.track.language, chosen, taken);
    made.track.name = make_name(stream.title, made.track.language, "Subtitles", chosen);
    made.track.is_autoselect = true;
    made.track.is_forced = stream.is_forced;
    if (stream.is_captions)
      made.track.characteristics =
          "public.accessibility.transcribes-spoken-dialog,"
          "public.accessibility.describes-music-and-sound";
    chosen.push_back(std::move(made));
  }
  return chosen;
}

}  // namespace mpegflow::plan
