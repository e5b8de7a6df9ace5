#include "core/plan/tracks.h"

#include <gtest/gtest.h>

namespace mpegflow::plan {
namespace {

probe::AudioStream make_sound(int index, std::string language) {
  probe::AudioStream stream;
  stream.index = index;
  stream.codec = "aac";
  stream.language = std::move(language);
  return stream;
}

std::vector<std::string> keys_of(const std::vector<ChosenTrack>& chosen) {
  std::vector<std::string> keys;
  for (const ChosenTrack& one : chosen) keys.push_back(one.track.key);
  return keys;
}

TEST(Tracks, TakeAllSoundTheWantedOneFirst) {
  probe::Probe probe;
  probe.audio = {make_sound(1, "eng"), make_sound(2, "ger"), make_sound(3, "fre")};
  probe.audio[1].is_default = true;
  const auto chosen = choose_audio(probe, {});
  EXPECT_EQ(keys_of(chosen), (std::vector<std::string>{"audio", "audio-en", "audio-fr"}));
  EXPECT_EQ(chosen[0].stream_index, 2);
  EXPECT_EQ(chosen[0].track.name, "German");
  EXPECT_EQ(chosen[0].track.language, "de");
  EXPECT_TRUE(chosen[0].track.is_default);
  EXPECT_FALSE(chosen[1].track.is_default);
  EXPECT_TRUE(chosen[1].track.is_autoselect);
}

TEST(Tracks, HaveKeysAndNamesOfTheirOwn) {
  probe::Probe probe;
  probe.audio = {make_sound(1, "eng"), make_sound(2, "eng"), make_sound(3, "eng"),
                 make_sound(4, "")};
  const auto chosen = choose_audio(probe, {"audio-en"});
  EXPECT_EQ(keys_of(chosen),
            (std::vector<std::string>{"audio", "audio-en-2", "audio-en-3", "audio-2"}));
  EXPECT_EQ(chosen[1].track.name, "English 2");
  EXPECT_EQ(chosen[3].track.name, "Audio");
}

TEST(Tracks, SayWhomTheyAreFor) {
  probe::Probe probe;
  probe.audio = {make_sound(1, "eng"), make_sound(2, "eng"), make_sound(3, "eng")};
  probe.audio[1].is_commentary = true;
  probe.audio[1].title = "The director speaks";
  probe.audio[2].is_described = true;
  const auto chosen = choose_audio(probe, {});
  EXPECT_EQ(chosen[1].track.name, "The director speaks");
  EXPECT_FALSE(chosen[1].track.is_autoselect);
  EXPECT_EQ(chosen[2].track.characteristics, "public.accessibility.describes-video");
}

TEST(Tracks, LeaveOutWhatCannotBeDecoded) {
  probe::Probe probe;
  probe.audio = {make_sound(1, ""), make_sound(2, "")};
  probe.audio[1].codec = "none";
  EXPECT_EQ(choose_audio(probe, {}).size(), 1U);
}

TEST(Tracks, TakeSubtitlesThatAreText) {
  probe::Probe probe;
  probe.subtitles = {{3, "subrip", "eng", "", true, false, true},
                     {4, "hdmv_pgs_subtitle", "eng", "", false, false, false},
                     {5, "ass", "ger", "Signs", false, true, false},
                     {6, "mov_text", "", "", false, false, false}};
  const auto chosen = choose_subtitles(probe, {});
  EXPECT_EQ(keys_of(chosen),
            (std::vector<std::string>{"subtitles-en", "subtitles-de", "subtitles-1"}));
  EXPECT_EQ(chosen[1].track.name, "Signs");
  EXPECT_TRUE(chosen[1].track.is_forced);
  EXPECT_FALSE(chosen[0].track.is_default) << "text over the picture is asked for";
  EXPECT_NE(chosen[0].track.characteristics, "");
}

}  // namespace
}  // namespace mpegflow::plan
