#include "core/plan/notes.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace mpegflow::plan {
namespace {

probe::Probe make_plain_probe() {
  probe::Probe probe;
  probe.container = "mov";
  probe.start = 0;
  probe::VideoStream video;
  video.codec = "h264";
  video.width = 1920;
  video.height = 1080;
  video.pixel_format = "yuv420p";
  video.frame_rate = video.average_frame_rate = {25, 1};
  video.duration = 10;
  video.start = 0;
  probe.video.push_back(video);
  probe::AudioStream audio;
  audio.index = 1;
  audio.codec = "aac";
  audio.channels = 2;
  audio.channel_layout = "stereo";
  audio.sample_rate = 48'000;
  audio.duration = 10;
  audio.start = 0;
  probe.audio.push_back(audio);
  return probe;
}

std::vector<std::string> notes_of(const probe::Probe& probe, submit::JobSpec spec = {}) {
  for (const std::int64_t height : {1080, 720}) {
    submit::RenditionSpec rendition;
    rendition.key = std::to_string(height) + "p";
    rendition.height = height;
    spec.renditions.push_back(rendition);
  }
  return make_notes(spec, probe, encode::plan_rhythm(probe, probe.video.front(), spec.packaging));
}

void expect_note(const probe::Probe& probe, const std::string& note,
                 const submit::JobSpec& spec = {}) {
  const auto notes = notes_of(probe, spec);
  std::string all;
  for (const std::string& one : notes) all += one + "\n";
  EXPECT_NE(std::ranges::find(notes, note), notes.end()) << note << " is not among\n" << all;
}

TEST(Notes, SayNothingOfAPlainSource) {
  EXPECT_EQ(notes_of(make_plain_probe()), std::vector<std::string>{});
}

TEST(Notes, TellOfTheShape) {
  probe::Probe probe = make_plain_probe();
  probe.video[0].rotation = 90;
  expect_note(probe, "rotated by 90°");
  probe = make_plain_probe();
  probe.video[0].sample_aspect = {4, 3};
  probe.video[0].width = 1440;
  expect_note(probe, "pixels of 4:3 made square: 1440 × 1080 is shown as 1920 × 1080");
  probe = make_plain_probe();
  probe.video[0].width = 1921;
  expect_note(probe, "1921 × 1080 made even");
}

TEST(Notes, TellOfRungsThatAreNotThere) {
  probe::Probe probe = make_plain_probe();
  probe.video[0].width = 1280;
  probe.video[0].height = 720;
  expect_note(probe, "no 1080p rung: the source has 720 lines");
  probe.video[0].rotation = 270;
  expect_note(probe, "no 1080p rung: the source is 720 wide");
  probe.video[0].width = 320;
  probe.video[0].height = 180;
  probe.video[0].rotation = 0;
  expect_note(probe, "the source has 180 lines: it keeps its size");
}

TEST(Notes, TellOfFieldsAndRates) {
  probe::Probe probe = make_plain_probe();
  probe.video[0].field_order = "tt";
  expect_note(probe, "interlaced, top field first: deinterlaced (bwdif)");
  probe.video[0].fields = {{0, 0, 100, 0}};
  expect_note(probe, "marked as interlaced, but it is not: left as it is");
  probe = make_plain_probe();
  probe.video[0].average_frame_rate = {17, 1};
  expect_note(probe, "variable frame rate: every frame keeps its time");
}

TEST(Notes, TellOfColours) {
  probe::Probe probe = make_plain_probe();
  probe.video[0].pixel_format = "yuv422p10le";
  expect_note(probe, "10 bits brought to 8");
  expect_note(probe, "colour of 4:2:2 brought to 4:2:0");
  probe.video[0].color_transfer = "smpte2084";
  probe.video[0].color_primaries = "bt2020";
  probe.video[0].color_space = "bt2020nc";
  expect_note(probe, "HDR10 (PQ) tone-mapped to SDR");
  probe = make_plain_probe();
  probe.video[0].color_primaries = "smpte432";
  expect_note(probe, "colours of smpte432 brought to BT.709");
  probe = make_plain_probe();
  probe.video[0].color_range = "pc";
  expect_note(probe, "full range brought to limited range");
  probe = make_plain_probe();
  probe.video[0].pixel_format = "yuva420p";
  expect_note(probe, "alpha flattened on black");
}

TEST(Notes, TellOfTheSound) {
  probe::Probe probe = make_plain_probe();
  probe.audio[0].channels = 6;
  probe.audio[0].channel_layout = "5.1(side)";
  probe.audio[0].sample_rate = 44'100;
  probe.audio[0].start = 0.7;
  expect_note(probe, "5.1 sound mixed down to stereo");
  expect_note(probe, "sound resampled from 44100 to 48000 Hz");
  expect_note(probe, "the sound begins 0.70 s after the picture: silence before it");
  expect_note(probe, "the sound ends 0.7 s after the picture");
  probe.audio[0].channels = 1;
  expect_note(probe, "mono sound on both sides");
  probe.audio.clear();
  expect_note(probe, "the source has no sound");
}

TEST(Notes, TellThatAFilmWasCutInTheMiddleOfAPicture) {
  probe::Probe probe = make_plain_probe();
  probe.video[0].start = probe.video[0].shown_early = 0.03;
  expect_note(probe,
              "cut in the middle of a picture: the first whole one comes 30 ms after the sound");
}

TEST(Notes, TellOfTheLoudness) {
  submit::JobSpec spec;
  spec.loudness.enabled = true;
  spec.loudness.target = -16;
  expect_note(make_plain_probe(), "loudness brought to -16 LUFS (EBU R 128)", spec);
}

TEST(Notes, OfOneFileTellWhatItCannotHold) {
  probe::Probe probe = make_plain_probe();
  probe.audio.push_back(probe.audio[0]);
  probe.audio[1].index = 2;
  probe.audio[1].language = "deu";
  probe.audio[0].language = "eng";
  probe.audio[0].start = 0.7;
  probe.subtitles.resize(1);
  probe.subtitles[0].codec = "subrip";
  submit::JobSpec spec;
  spec.packaging.format = "mp4";
  expect_note(probe, "of 2 streams of sound one was taken: English", spec);
  expect_note(probe, "the sound begins 0.70 s after the picture, as in the source", spec);
  expect_note(probe, "1 subtitle stream left out", spec);
}

TEST(Notes, OfSoundAloneTellOfTheSound) {
  probe::Probe probe = make_plain_probe();
  probe.audio[0].sample_rate = 44'100;
  probe.subtitles.resize(1);
  probe.subtitles[0].codec = "subrip";
  EXPECT_EQ(make_notes({}, probe, {}),
            (std::vector<std::string>{"the picture is left out: the job makes sound alone",
                                      "sound resampled from 44100 to 48000 Hz",
                                      "1 subtitle stream left out"}));
}

TEST(Notes, TellOfWhatWasChosenAndWhatWasLeftOut) {
  probe::Probe probe = make_plain_probe();
  probe.video.push_back(probe.video[0]);
  probe.video[1].is_cover_art = true;
  probe.audio.push_back(probe.audio[0]);
  probe.audio[1].index = 2;
  probe.audio[1].language = "deu";
  probe.audio[0].language = "eng";
  probe.subtitles.resize(2);
  probe.subtitles[0].codec = "subrip";
  probe.subtitles[0].language = "eng";
  probe.subtitles[1].codec = "dvd_subtitle";
  probe.other_streams = 2;
  expect_note(probe, "the cover picture is left out");
  expect_note(probe, "2 renditions of sound: English, German");
  expect_note(probe, "subtitles as WebVTT: English");
  expect_note(probe, "1 subtitle stream left out: no text");
  expect_note(probe, "2 streams of data or time code left out");
}

}  // namespace
}  // namespace mpegflow::plan
