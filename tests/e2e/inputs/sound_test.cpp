// The sound, text and other streams that sources have beside their pictures.

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "base/json.h"
#include "e2e/inputs/made_clip.h"
#include "e2e/support/encoding.h"
#include "e2e/support/media.h"

namespace mpegflow::e2e {
namespace {

Arguments picture(const std::string& seconds) {
  return lavfi("testsrc2=s=160x90:r=25,trim=end=" + seconds + ",format=yuv420p");
}

TEST(Inputs, WithoutSoundHaveNoAudioGroup) {
  const Workspace place;
  const Encoding encoding = encode_made(place, "silent.mp4", picture("1") + kQuick);
  EXPECT_EQ(encoding.master.find("TYPE=AUDIO"), std::string::npos);
  EXPECT_TRUE(encoding.has_note("no sound"));
}

TEST(Inputs, KeepTheLevelOfTheirSound) {
  const Workspace place;
  struct Case {
    std::string name, graph;
    Arguments encoder;
    std::vector<double> peaks;  ///< dB
    std::string note;
  };
  // A tone of -18 dB. In the middle of 5.1 it is 3 dB down on both sides (ITU-R BS.775).
  const std::vector<Case> cases = {
      {"mono.mp4", "sine=f=1000:r=48000:d=1", {"-c:a", "aac"}, {-18, -18}, "mono sound"},
      {"odd.wav.mkv", "sine=f=1000:r=11025:d=1", {"-c:a", "pcm_s16le"}, {-18, -18}, "11025"},
      {"half.mkv", "sine=f=1000:r=22050:d=1", {"-c:a", "flac"}, {-18, -18}, "22050"},
      {"high.mkv", "sine=f=1000:r=96000:d=1", {"-c:a", "flac"}, {-18, -18}, "96000"},
      {"front.mkv",
       "sine=f=1000:r=48000:d=1,pan=5.1|FL=c0",
       {"-c:a", "flac"},
       {-18, -90},
       "5.1 sound mixed down to stereo"},
      {"centre.mp4",
       "sine=f=1000:r=48000:d=1,pan=5.1|FC=c0",
       {"-c:a", "ac3", "-b:a", "448k"},
       {-21, -21},
       "5.1 sound mixed down to stereo"},
  };
  for (const Case& one : cases) {
    const Encoding encoding =
        encode_made(place, one.name, picture("1") + lavfi(one.graph) + kQuick + one.encoder);
    const base::Path audio = encoding.join("audio");
    const auto stream = show_stream(audio, "a");
    EXPECT_EQ(base::int_or(stream, "channels"), 2) << one.name;
    EXPECT_EQ(base::text_or(stream, "sample_rate"), "48000") << one.name;
    const auto peaks = measure_peaks(audio);
    ASSERT_EQ(peaks.size(), 2U) << one.name;
    for (std::size_t i = 0; i < 2; ++i) {
      if (one.peaks[i] > -60) EXPECT_NEAR(peaks[i], one.peaks[i], 1.5) << one.name << ' ' << i;
      else EXPECT_LT(peaks[i], -55) << one.name << ' ' << i;
    }
    EXPECT_TRUE(encoding.has_note(one.note)) << one.name;
  }
}

TEST(Inputs, WithSeveralTracksGiveEachToThePlayer) {
  const Workspace place;
  const base::Path text = place.write_input(
      "text.srt",
      "1\n00:00:00,200 --> 00:00:00,900\nHello\n\n2\n00:00:01,900 --> 00:00:02,400\n"
      "across the border\n");
  const Encoding encoding = encode_made(
      place, "tracks.mkv",
      picture("2.6") + lavfi("sine=f=400:d=2.6") + lavfi("sine=f=800:d=2.6") +
          lavfi("sine=f=1600:d=2.6") + Arguments{"-i", text.native()} +
          Arguments{"-map", "0", "-map", "1", "-map", "2", "-map", "3", "-map", "4"} + kQuick +
          Arguments{"-c:a",
                    "aac",
                    "-c:s",
                    "ass",
                    "-metadata:s:a:0",
                    "language=eng",
                    "-metadata:s:a:1",
                    "language=ger",
                    "-metadata:s:a:2",
                    "language=eng",
                    "-metadata:s:a:2",
                    "title=Director",
                    "-disposition:a:0",
                    "0",
                    "-disposition:a:1",
                    "default",
                    "-disposition:a:2",
                    "comment",
                    "-metadata:s:s:0",
                    "language=fre"});
  const std::string& master = encoding.master;
  for (const std::string line :
       {"NAME=\"German\",LANGUAGE=\"de\",DEFAULT=YES,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"audio/",
        "NAME=\"English\",LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=YES,CHANNELS=\"2\",URI=\"audio-en/",
        "NAME=\"Director\",LANGUAGE=\"en\",DEFAULT=NO,AUTOSELECT=NO,CHANNELS=\"2\","
        "URI=\"audio-en-2/",
        "TYPE=SUBTITLES,GROUP-ID=\"subtitles\",NAME=\"French\",LANGUAGE=\"fr\",DEFAULT=NO,"
        "AUTOSELECT=YES,URI=\"subtitles-fr/index.m3u8\"",
        "AUDIO=\"audio\",SUBTITLES=\"subtitles\""})
    EXPECT_NE(master.find(line), std::string::npos) << line << "\n" << master;
  EXPECT_TRUE(encoding.has_note("3 renditions of sound: German, English, Director"));
  const std::string first = read_bytes(encoding.folder / "subtitles-fr/seg_00001.vtt");
  EXPECT_NE(first.find("X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0"), std::string::npos);
  EXPECT_NE(first.find("00:00:00.223 --> 00:00:00.923\nHello"), std::string::npos) << first;
  EXPECT_NE(first.find("00:00:01.923 --> 00:00:02.423\nacross the border"), std::string::npos);
}

TEST(Inputs, TakeThePicturesThatAreMeant) {
  const Workspace place;
  run_ffmpeg(lavfi("testsrc2=s=64x64:d=0.04:r=25") +
             Arguments{"-frames:v", "1", place.in("cover.png").native()});
  // A cover, a time code and two videos, of which the second is larger.
  const Encoding encoding =
      encode_made(place, "many.mov",
                  lavfi("color=red:s=80x46:r=25:d=1") + lavfi("color=blue:s=160x90:r=25:d=1") +
                      Arguments{"-i", place.in("cover.png").native()} + lavfi("sine=d=1") +
                      Arguments{"-map",
                                "0",
                                "-map",
                                "1",
                                "-map",
                                "2",
                                "-map",
                                "3",
                                "-c:v",
                                "libx264",
                                "-preset",
                                "ultrafast",
                                "-pix_fmt",
                                "yuv420p",
                                "-c:v:2",
                                "png",
                                "-pix_fmt:v:2",
                                "rgb24",
                                "-disposition:v:0",
                                "0",
                                "-disposition:v:1",
                                "default",
                                "-disposition:v:2",
                                "attached_pic",
                                "-timecode",
                                "01:00:00:00"});
  const auto picture_found = read_picture(encoding.join("low"), 1, 1);
  EXPECT_GT(picture_found[2], 200);
  EXPECT_LT(picture_found[0], 60);
  EXPECT_TRUE(encoding.has_note("of 2 video streams number 1 was taken"));
}

/// A flash of one frame and a beep at each second; when each begins in a file.
struct Signals {
  std::vector<double> flashes, beeps;
};

std::vector<double> parse_times_after(const std::string& text, const std::string& mark) {
  std::vector<double> times;
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1))
    times.push_back(std::strtod(text.c_str() + at + mark.size(), nullptr));
  return times;
}

Signals find_signals(const base::Path& video, const base::Path& audio) {
  Signals signals;
  const CommandResult black = run_command(
      {"ffprobe", "-v", "error", "-f", "lavfi", "-i", "movie=" + video.native() + ",signalstats",
       "-show_entries",
       "frame=pkt_pts_time,best_effort_timestamp_time:frame_tags=lavfi.signalstats.YAVG", "-of",
       "compact"});
  bool was_dark = true;
  std::size_t begin = 0;
  while (begin < black.out.size()) {
    const std::size_t end = black.out.find('\n', begin);
    const std::string line = black.out.substr(begin, end - begin);
    begin = end == std::string::npos ? black.out.size() : end + 1;
    const auto time = parse_times_after(line, "best_effort_timestamp_time=");
    const auto light = parse_times_after(line, "YAVG=");
    if (time.empty() || light.empty()) continue;
    const bool is_dark = light[0] < 100;
    if (was_dark && !is_dark) signals.flashes.push_back(time[0]);
    was_dark = is_dark;
  }
  const CommandResult silence =
      run_command({"ffmpeg", "-hide_banner", "-nostdin", "-copyts", "-i", audio.native(), "-vn",
                   "-af", "silencedetect=n=-30dB:d=0.3", "-f", "null", "-"});
  // The end of the file ends the last silence too.
  signals.beeps = parse_times_after(silence.err, "silence_end: ");
  if (!signals.beeps.empty()) signals.beeps.pop_back();
  return signals;
}

/// The same source as one MP4 with picture and sound.
base::Path encode_as_file(const Workspace& place, const base::Path& source) {
  const base::Path folder = place.out(source.filename().native() + "-file");
  const base::Path spec = place.write_input(
      source.filename().native() + "-file.yaml",
      "input: " + source.native() + "\noutput: " + folder.native() +
          "\nrenditions: [{key: low, height: 90, preset: ultrafast}]\npackaging: {format: mp4}\n");
  const CommandResult ran = place.mpegflow({"run", "--quiet", spec.native()});
  EXPECT_EQ(ran.exit_code, 0) << source << "\n" << ran.out << ran.err;
  return folder / "low.mp4";
}

void expect_apart(const Signals& signals, double apart, const std::string& what) {
  ASSERT_EQ(signals.flashes.size(), 3U) << what;
  ASSERT_EQ(signals.beeps.size(), 3U) << what;
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(signals.beeps[i] - signals.flashes[i], apart, 0.020) << what << ' ' << i;
}

/// Flashes and beeps of the renditions are as far apart as those of the clip were meant to be.
void expect_in_step(const Encoding& encoding, double apart) {
  expect_apart(find_signals(encoding.join("low"), encoding.join("audio")), apart,
               encoding.source.native());
}

/// Flashes at 1, 2 and 3 s, beeps of 50 ms with them; 3.6 s.
base::Path make_signals(const Workspace& place) {
  const Arguments signals =
      lavfi(
          "color=black:s=160x90:r=25:d=3.6,drawbox=t=fill:color=white:"
          "enable='gte(t\\,0.99)*lt(mod(t+0.01\\,1)\\,0.05)',format=yuv420p") +
      lavfi(
          "sine=f=1000:r=48000:d=3.6,volume=enable='lt(t\\,0.9)+gte(mod(t\\,1)\\,0.05)':volume=0:"
          "eval=frame,asetnsamples=480");
  run_ffmpeg(signals + kQuick +
             Arguments{"-bf", "2", "-c:a", "pcm_s16le", place.in("signals.mkv").native()});
  return place.in("signals.mkv");
}

/// The signals with the sound so much later.
Arguments delay_beeps(const base::Path& signals, const std::string& seconds) {
  return {"-i",  signals.native(), "-itsoffset", seconds, "-i", signals.native(), "-map",
          "0:v", "-map",           "1:a"};
}

TEST(Inputs, StayInStep) {
  const Workspace place;
  const base::Path signals = make_signals(place);
  const Arguments both = {"-i", signals.native()};
  const auto late = [&](const std::string& seconds) { return delay_beeps(signals, seconds); };
  const Arguments aac = {"-c:v", "copy", "-c:a", "aac"};
  expect_in_step(encode_made(place, "plain.mp4", both + aac), 0);
  expect_in_step(encode_made(place, "plain.ts", both + aac), 0);
  expect_in_step(encode_made(place, "late.mp4", late("0.4") + aac), 0.4);
  expect_in_step(encode_made(place, "late.ts", late("0.4") + aac), 0.4);
  expect_in_step(encode_made(place, "early.mkv", late("-0.3") + aac), -0.3);
  expect_in_step(
      encode_made(place, "program.mpg",
                  late("0.3") + Arguments{"-c:v", "mpeg2video", "-q:v", "3", "-c:a", "mp2"}),
      0.3);
}

TEST(Inputs, StayInStepInOneFile) {
  const Workspace place;
  const base::Path signals = make_signals(place);
  for (const std::string name : {"late.mp4", "late.ts"}) {
    const base::Path source = place.in(name);
    run_ffmpeg(delay_beeps(signals, "0.4") +
               Arguments{"-c:v", "copy", "-c:a", "aac", source.native()});
    const base::Path file = encode_as_file(place, source);
    expect_apart(find_signals(file, file), 0.4, name);
  }
}

TEST(Inputs, CutInTheMiddleOfAPictureStayInStep) {
  const Workspace place;
  const base::Path signals = make_signals(place);
  run_ffmpeg({"-i", signals.native(), "-c:v", "copy", "-c:a", "aac", place.in("all.mp4").native()});
  // Pictures begin at 0.52 s and at 0.56 s.
  const base::Path source = place.in("cut.mp4");
  run_ffmpeg({"-ss", "0.53", "-i", place.in("all.mp4").native(), "-c", "copy", source.native()});
  const Encoding encoding = encode_file(place, source);
  expect_in_step(encoding, 0);
  EXPECT_TRUE(encoding.has_note("the first whole one comes 30 ms after the sound"));
  const base::Path file = encode_as_file(place, source);
  expect_apart(find_signals(file, file), 0, "as one file");
}

/// As a broadcast does: stereo for 2 s, then 5.1; a beep of 0.2 s at the start of each second.
base::Path make_change_of_sound(const Workspace& place) {
  const auto make_part = [&](const std::string& name, const std::string& layout,
                             const std::string& offset) {
    const base::Path part = place.in(name);
    run_ffmpeg(
        picture("2") +
        lavfi("sine=f=1000:r=48000:d=2,volume=enable='gte(mod(t\\,1)\\,0.2)':volume=0:eval=frame,"
              "asetnsamples=480,aformat=channel_layouts=" +
              layout) +
        kQuick + Arguments{"-c:a", "ac3", "-output_ts_offset", offset, part.native()});
    return read_bytes(part);
  };
  return place.write_input("change.ts",
                           make_part("1.ts", "stereo", "0") + make_part("2.ts", "5.1", "2"));
}

TEST(Inputs, MayChangeTheirSoundOnTheWay) {
  const Workspace place;
  const base::Path source = make_change_of_sound(place);
  for (const base::Path& file :
       {encode_file(place, source).join("audio"), encode_as_file(place, source)}) {
    const CommandResult silence =
        run_command({"ffmpeg", "-hide_banner", "-nostdin", "-i", file.native(), "-vn", "-af",
                     "silencedetect=n=-40dB:d=0.3", "-f", "null", "-"});
    const auto ends = parse_times_after(silence.err, "silence_end: ");
    ASSERT_GE(ends.size(), 3U) << file << silence.err;
    for (std::size_t i = 0; i < 3; ++i)
      EXPECT_NEAR(ends[i], static_cast<double>(i) + 1, 0.05) << file << silence.err;
    // Nothing that was squeezed into no time: the decoder makes as much sound as the times say.
    const auto stream = show_stream(file, "a");
    EXPECT_NEAR(std::stod(base::text_or(stream, "nb_read_packets")) * 1024 / 48000, 4, 0.1) << file;
  }
}

/// Leaves `seconds` of each track of an MP4 to be played, from its beginning on: as phones do when
/// a film is trimmed, which keep the whole of it in the file.
void trim_by_edit_list(const base::Path& file, int seconds) {
  std::string bytes = read_bytes(file);
  constexpr std::size_t kDuration = 12;  // after the name, of version 0: in 1/1000 s
  for (std::size_t at = bytes.find("elst"); at != std::string::npos;
       at = bytes.find("elst", at + 1))
    for (std::size_t byte = 0; byte < 4; ++byte)
      bytes[at + kDuration + byte] = static_cast<char>(seconds * 1000 >> (24 - 8 * byte) & 0xff);
  ASSERT_TRUE(base::write_file_durably(file, bytes));
}

TEST(Inputs, MayPlayAPartOfWhatTheyHold) {
  const Workspace place;
  for (const std::string codec : {"aac", "pcm_s16le"}) {
    const base::Path source = place.in("trimmed-" + codec + ".mov");
    run_ffmpeg(picture("4") + lavfi("sine=d=4") + kQuick +
               Arguments{"-bf", "2", "-c:a", codec, source.native()});
    trim_by_edit_list(source, 2);
    const Encoding encoding = encode_file(place, source);
    EXPECT_EQ(list_frame_times(encoding.join("low")).size(), 50U) << codec;
    const auto sound = show_stream(encoding.join("audio"), "a");
    EXPECT_NEAR(std::stod(base::text_or(sound, "duration")), 2, 0.1) << codec;
  }
}

TEST(Inputs, MayHaveSoundOfAnotherLength) {
  const Workspace place;
  const Encoding longer = encode_made(
      place, "longer.mp4", picture("1") + lavfi("sine=d=2.5") + kQuick + Arguments{"-c:a", "aac"});
  EXPECT_NEAR(std::stod(base::text_or(show_stream(longer.join("audio"), "a"), "duration")), 2.5,
              0.1);
  EXPECT_TRUE(longer.has_note("the sound ends 1.5 s after the picture"));
  const Encoding shorter = encode_made(
      place, "shorter.mp4", picture("3") + lavfi("sine=d=1") + kQuick + Arguments{"-c:a", "aac"});
  EXPECT_EQ(list_frame_times(shorter.join("low")).size(), 75U);
  EXPECT_TRUE(shorter.has_note("the sound ends 2.0 s before the picture"));
}

}  // namespace
}  // namespace mpegflow::e2e
