// Every kind of ladder from a real file, judged by programs that are not ours: hls-parser,
// m3u8-parser, mpd-parser, mp4box, mediainfo, ffprobe, and Chromium, which plays them all in one
// run.

#include <cmath>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/text.h"
#include "checkout/checkout.h"
#include "e2e/support/media.h"
#include "e2e/support/workspace.h"

namespace mpegflow::e2e {
namespace {

using base::json::object;

const std::string kJudges = std::string(MPEGFLOW_SOURCE_DIR) + "/tests/judges";

bool are_judges_there() {
  return std::filesystem::exists(kJudges + "/node_modules/.installed") ||
         std::filesystem::exists(kJudges + "/node_modules/playwright-core");
}

object parse(const std::string& text) {
  const auto value = base::parse_json(text, "verdict");
  EXPECT_TRUE(value && value->is_object()) << text;
  return value && value->is_object() ? value->as_object() : object{};
}

/// Seven seconds with picture and sound, so that there are three borders of two seconds to pass.
const base::Path& make_source() {
  static const test::TemporaryFolder folder;
  static const base::Path file = [] {
    base::Path made = folder.path() / "source.mp4";
    run_ffmpeg({"-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=7", "-f", "lavfi",
                "-i", "sine=frequency=440:duration=7", "-c:v", "libx264", "-preset", "ultrafast",
                "-c:a", "aac", "-ac", "2", made.native()});
    return made;
  }();
  return file;
}

class Ladders : public testing::Test {
 protected:
  /// Runs a job of the source with these lines as its spec; what it made is out(name).
  CommandResult run(const std::string& name, const std::string& lines,
                    CommandOptions options = {}) const {
    const base::Path spec = place_.write_input(
        name + ".yaml", fmt::format("input: {}\noutput: {}\n{}", make_source().native(),
                                    place_.out(name).native(), lines));
    options.time_limit = std::chrono::seconds(180);
    return place_.mpegflow({"run", spec.native(), "-q"}, options);
  }
  CommandResult run_preset(const std::string& preset, const std::string& output) const {
    CommandOptions options;
    options.time_limit = std::chrono::seconds(180);
    return place_.mpegflow({"run", "--ladder", preset, make_source().native(), "-o",
                            place_.out(output).native(), "-q"},
                           options);
  }

  void judge(const std::string& judge, const std::string& folder) const {
    const CommandResult done = run_command(
        {"node", kJudges + "/" + judge, place_.out(folder).native()}, {.time_limit = kPatience});
    EXPECT_EQ(done.exit_code, 0) << judge << " of " << folder << ": " << done.out << done.err;
  }

  std::string read_out(const std::string& name) const {
    return base::read_file(place_.out(name)).value_or("");
  }

  static constexpr std::chrono::seconds kPatience{60};
  Workspace place_;
};

const std::string kSegments = "segment_duration: 2, gop_duration: 2";

/// ffprobe's or ffmpeg's words.
std::string ask(const std::vector<std::string>& argv) {
  const CommandResult done = run_command(argv);
  return done.out + done.err;
}

TEST_F(Ladders, AreMadeJudgedAndPlayed) {
  if (!are_judges_there()) GTEST_SKIP() << "tools/install_judges brings the judges";
  const CommandResult h264 =
      run("h264",
          "renditions: [{height: 180, maxrate: 600k}, {height: 90, maxrate: 200k}]\n"
          "packaging: {dash: true, iframes: true, " +
              kSegments +
              "}\n"
              "poster: true\nsprites: {interval: 1}\nloudness: {enabled: true, target: -16}\n");
  ASSERT_EQ(h264.exit_code, 0) << h264.out << h264.err;
  const CommandResult hevc =
      run("hevc",
          "renditions: [{height: 180}, {key: 180p-hevc, height: 180, codec: hevc, "
          "preset: ultrafast, crf: 30, need: optional}]\n"
          "packaging: {publish_early: true, iframes: true, dash: true, " +
              kSegments + "}\n");
  ASSERT_EQ(hevc.exit_code, 0) << hevc.out << hevc.err;
  const CommandResult av1 = run("av1",
                                "renditions: [{height: 180, codec: av1, preset: '12', crf: 45}, "
                                "{height: 90, codec: av1, preset: '12', crf: 45}]\n"
                                "packaging: {iframes: true, " +
                                    kSegments + "}\n");
  ASSERT_EQ(av1.exit_code, 0) << av1.out << av1.err;
  const CommandResult sound = run_preset("audio-only", "sound");
  ASSERT_EQ(sound.exit_code, 0) << sound.out << sound.err;
  const CommandResult file = run_preset("mp4-h264", "film.mp4");
  ASSERT_EQ(file.exit_code, 0) << file.out << file.err;

  for (const char* folder : {"h264", "hevc", "av1", "sound"}) judge("hls_judge.mjs", folder);
  for (const char* folder : {"h264", "hevc", "sound"}) judge("dash_judge.mjs", folder);
  EXPECT_NE(read_out("hevc/master.m3u8").find("CODECS=\"hvc1."), std::string::npos);
  EXPECT_NE(read_out("av1/master.m3u8").find("CODECS=\"av01.0."), std::string::npos);

  const CommandResult played =
      run_command({"node", kJudges + "/play.mjs", (place_.path() / "out").native(),
                   "native:h264/master.m3u8", "hls.js:h264/master.m3u8", "shaka:h264/manifest.mpd",
                   "native:hevc/master.m3u8", "hls.js:hevc/master.m3u8", "shaka:hevc/manifest.mpd",
                   "native:av1/master.m3u8", "hls.js:av1/master.m3u8", "native:sound/master.m3u8",
                   "hls.js:sound/master.m3u8", "shaka:sound/manifest.mpd", "native:film.mp4"},
                  {.time_limit = std::chrono::seconds(240)});
  ASSERT_EQ(played.exit_code, 0) << played.out << played.err;
  std::size_t switched = 0;
  for (const auto& one : base::array_or(parse(played.out), "plays")) {
    const object& play = one.as_object();
    EXPECT_GT(base::double_or(play, "reached"), 6.0) << base::text_or(play, "play");
    if (base::array_or(play, "widths").size() == 2) ++switched;
  }
  EXPECT_EQ(switched, 3U) << "hls.js twice and shaka went from 160 to 320: " << played.out;
  RecordProperty("plays", played.out);
}

TEST_F(Ladders, ShowTheirTextInDash) {
  if (!are_judges_there()) GTEST_SKIP() << "tools/install_judges brings the judges";
  const base::Path english =
      place_.write_input("en.srt",
                         "1\n00:00:00,200 --> 00:00:00,900\nHello\n\n"
                         "2\n00:00:01,500 --> 00:00:02,500\nacross the border\n");
  const base::Path german = place_.write_input("de.srt", "1\n00:00:01,000 --> 00:00:02,000\nTag\n");
  const base::Path film = place_.in("film.mkv");
  run_ffmpeg({"-i",
              make_source().native(),
              "-i",
              english.native(),
              "-i",
              german.native(),
              "-map",
              "0",
              "-map",
              "1",
              "-map",
              "2",
              "-c",
              "copy",
              "-c:s",
              "srt",
              "-metadata:s:s:0",
              "language=eng",
              "-metadata:s:s:1",
              "language=ger",
              film.native()});
  const base::Path spec = place_.write_input(
      "film.yaml",
      fmt::format("input: {}\noutput: {}\nrenditions: [{{height: 90, preset: ultrafast}}]\n"
                  "packaging: {{dash: true, {}}}\n",
                  film.native(), place_.out("film").native(), kSegments));
  const CommandResult done =
      place_.mpegflow({"run", spec.native(), "-q"}, {.time_limit = std::chrono::seconds(180)});
  ASSERT_EQ(done.exit_code, 0) << done.out << done.err;
  judge("hls_judge.mjs", "film");
  judge("dash_judge.mjs", "film");
  const std::string manifest = read_out("film/manifest.mpd");
  for (const std::string language : {"en", "de"})
    EXPECT_NE(manifest.find("<BaseURL>subtitles-" + language + "/subtitles.vtt</BaseURL>"),
              std::string::npos)
        << manifest;
  const CommandResult played = run_command(
      {"node", kJudges + "/play.mjs", (place_.path() / "out").native(), "shaka:film/manifest.mpd"},
      {.time_limit = std::chrono::seconds(120)});
  ASSERT_EQ(played.exit_code, 0) << played.out << played.err;
  EXPECT_NE(played.out.find(": across the border"), std::string::npos) << played.out;
}

TEST_F(Ladders, OfThePresetsPassTheJudges) {
  if (!are_judges_there()) GTEST_SKIP() << "tools/install_judges brings the judges";
  const auto make = [&](const std::string& preset) {
    const CommandResult done = run_preset(preset, preset);
    EXPECT_EQ(done.exit_code, 0) << preset << done.out << done.err;
    judge("hls_judge.mjs", preset);
    return read_out(preset + "/master.m3u8");
  };
  EXPECT_NE(make("hls-av1").find("CODECS=\"av01.0."), std::string::npos);
  const std::string both = make("hls-h264-hevc");
  EXPECT_NE(both.find("CODECS=\"avc1."), std::string::npos) << both;
  EXPECT_NE(both.find("CODECS=\"hvc1."), std::string::npos) << both;
  make("dash");
  judge("dash_judge.mjs", "dash");
  for (const char* name : {"manifest.mpd", "poster.jpg", "sprites/thumbnails.vtt"})
    EXPECT_NE(read_out(std::string("dash/") + name), "") << name;
}

TEST_F(Ladders, HaveAPosterSpritesAndTheirLoudness) {
  const CommandResult done =
      run("h264", "renditions: [{height: 90}]\npackaging: {iframes: true, " + kSegments +
                      "}\n"
                      "poster: {at: 3, height: 90}\nsprites: {interval: 1, columns: 5, rows: 1}\n"
                      "loudness: {enabled: true, target: -16}\n");
  ASSERT_EQ(done.exit_code, 0) << done.out << done.err;
  const auto size_of = [&](const std::string& name) {
    return std::string(
        base::trim(ask({"ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of",
                        "csv=p=0", place_.out("h264/" + name).native()})));
  };
  EXPECT_EQ(size_of("poster.jpg"), "160,90");
  EXPECT_EQ(size_of("sprites/sheet_001.jpg"), "800,90");
  EXPECT_EQ(size_of("sprites/sheet_002.jpg"), "800,90");
  const std::string track = read_out("h264/sprites/thumbnails.vtt");
  EXPECT_NE(track.find("00:00:06.000 --> 00:00:07.0"), std::string::npos) << track;
  EXPECT_NE(track.find("sheet_002.jpg#xywh=160,0,160,90"), std::string::npos) << track;

  const std::string measured =
      ask({"ffmpeg", "-nostdin", "-hide_banner", "-i", place_.out("h264/audio/index.m3u8").native(),
           "-af", "ebur128", "-f", "null", "-"});
  const std::size_t at = measured.rfind("I:");
  ASSERT_NE(at, std::string::npos) << measured;
  EXPECT_NEAR(std::strtod(measured.c_str() + at + 2, nullptr), -16, 0.5) << measured.substr(at, 40);

  // What an I-frame playlist names is a picture by itself.
  const std::string list = read_out("h264/90p/iframes.m3u8");
  const std::size_t range = list.find("#EXT-X-BYTERANGE:");
  ASSERT_NE(range, std::string::npos) << list;
  const char* numbers = list.c_str() + range + 17;
  char* rest = nullptr;
  const std::size_t length = std::strtoul(numbers, &rest, 10);
  const std::size_t offset = std::strtoul(rest + 1, nullptr, 10);
  const base::Path frame = place_.write_input(
      "frame.mp4",
      read_out("h264/90p/init.mp4") + read_out("h264/90p/seg_00001.m4s").substr(offset, length));
  run_ffmpeg({"-i", frame.native(), "-frames:v", "1", (place_.path() / "frame.png").native()});
  EXPECT_TRUE(std::filesystem::exists(place_.path() / "frame.png"));
}

TEST_F(Ladders, OneFileCanBePlayedWhileItLoads) {
  const CommandResult done = run_preset("mp4-h264", "film.mp4");
  ASSERT_EQ(done.exit_code, 0) << done.out << done.err;
  const std::string bytes = read_out("film.mp4");
  EXPECT_LT(bytes.find("moov"), bytes.find("mdat")) << "the index is in front";
  const CommandResult shown =
      run_command({"mediainfo", "--Output=JSON", place_.out("film.mp4").native()});
  ASSERT_EQ(shown.exit_code, 0) << shown.err;
  std::vector<std::string> formats;
  for (const auto& track : base::array_or(base::object_or(parse(shown.out), "media"), "track")) {
    const object& one = track.as_object();
    formats.push_back(base::text_or(one, "Format"));
    EXPECT_NEAR(std::stod(base::text_or(one, "Duration")), 7, 0.1);
  }
  EXPECT_EQ(formats, (std::vector<std::string>{"MPEG-4", "AVC", "AAC"}));
}

TEST_F(Ladders, ShowWhatIsRequiredBeforeTheRestIsThere) {
  // An FFmpeg that makes HEVC only when the output has appeared, of which it keeps a copy.
  const base::Path program = place_.path() / "ffmpeg";
  const std::string early = (place_.path() / "early.m3u8").native();
  ASSERT_TRUE(base::write_file_durably(
      program, fmt::format("#!/bin/sh\ncase \"$*\" in *libx265*)\n"
                           "  tries=0\n"
                           "  until cp {} {} 2>/dev/null || [ $tries = 600 ]; do\n"
                           "    tries=$((tries + 1)); sleep 0.1\n"
                           "  done;;\nesac\nexec /usr/bin/ffmpeg \"$@\"\n",
                           place_.out("some/master.m3u8").native(), early)));
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  CommandOptions options;
  options.environment = {{"MPEGFLOW_FFMPEG", program.native()},
                         {"MPEGFLOW_FFPROBE", "/usr/bin/ffprobe"},
                         {"MPEGFLOW_SANDBOX", "off"},
                         {"MPEGFLOW_JOBS", "3"}};
  const CommandResult done =
      run("some",
          "renditions: [{height: 90}, {key: 90p-hevc, height: 90, codec: hevc, preset: ultrafast, "
          "need: optional}]\npackaging: {publish_early: true, " +
              kSegments + "}\n",
          options);
  ASSERT_EQ(done.exit_code, 0) << done.out << done.err;
  const std::string first = base::read_file(early).value_or("");
  EXPECT_NE(first.find("90p/index.m3u8"), std::string::npos) << "nothing appeared early";
  EXPECT_EQ(first.find("hevc"), std::string::npos) << first;
  EXPECT_NE(read_out("some/master.m3u8").find("90p-hevc/index.m3u8"), std::string::npos);
}

TEST_F(Ladders, AreAlsoPublishedWithoutSubtitlesThatCannotBeRead) {
  // An FFmpeg that cannot read text.
  const base::Path program = place_.path() / "ffmpeg";
  ASSERT_TRUE(base::write_file_durably(
      program,
      "#!/bin/sh\ncase \"$*\" in *'-f webvtt'*) echo 'what a hand' >&2; exit 1;; esac\n"
      "exec /usr/bin/ffmpeg \"$@\"\n"));
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  CommandOptions options;
  options.environment = {{"MPEGFLOW_FFMPEG", program.native()},
                         {"MPEGFLOW_FFPROBE", "/usr/bin/ffprobe"}};
  const base::Path text =
      place_.write_input("text.srt", "1\n00:00:00,200 --> 00:00:00,900\nHello\n");
  const base::Path film = place_.in("film.mkv");
  run_ffmpeg({"-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=1", "-i", text.native(),
              "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:s", "srt",
              "-metadata:s:s:0", "language=eng", film.native()});
  const auto run_with = [&](const std::string& name, const std::string& more) {
    const base::Path spec = place_.write_input(
        name + ".yaml", fmt::format("input: {}\noutput: {}\nrenditions: [{{height: 90}}]\n"
                                    "retry: {{transient: {{max: 0}}}}\n{}",
                                    film.native(), place_.out(name).native(), more));
    return place_.mpegflow({"run", spec.native(), "-q"}, options);
  };
  const CommandResult done = run_with("quiet", "");
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  const object job = place_.last_job();
  EXPECT_EQ(base::text_or(base::object_or(job, "job"), "state"), "succeeded");
  const std::string notes = base::to_pretty_json(base::array_or(job, "notes"));
  EXPECT_NE(notes.find("without subtitles-en: "), std::string::npos) << notes;
  EXPECT_EQ(read_out("film/master.m3u8").find("SUBTITLES"), std::string::npos);
}

TEST_F(Ladders, AreAlsoPublishedWithoutWhatIsOptional) {
  // An FFmpeg that fails whenever it is to make HEVC.
  const base::Path program = place_.path() / "ffmpeg";
  ASSERT_TRUE(base::write_file_durably(
      program,
      "#!/bin/sh\ncase \"$*\" in *libx265*) echo 'the weather is bad' >&2; exit 1;; esac\n"
      "exec /usr/bin/ffmpeg \"$@\"\n"));
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  CommandOptions options;
  options.environment = {{"MPEGFLOW_FFMPEG", program.native()},
                         {"MPEGFLOW_FFPROBE", "/usr/bin/ffprobe"}};
  const CommandResult done =
      run("some",
          "renditions: [{height: 90}, {key: 90p-hevc, height: 90, codec: hevc, "
          "need: optional}]\nretry: {transient: {max: 0}}\n"
          "packaging: {publish_early: true, " +
              kSegments + "}\n",
          options);
  EXPECT_NE(done.exit_code, 0) << "something is missing, and that is told";
  const object job = place_.last_job();
  EXPECT_EQ(base::text_or(base::object_or(job, "job"), "state"), "partial") << done.err;
  EXPECT_EQ(base::text_or(place_.last_task("90p-hevc"), "state"), "dead");
  const object result = base::object_or(place_.last_task("manifest"), "result");
  EXPECT_EQ(base::array_or(result, "left_out").size(), 1U);
  const std::string master = read_out("some/master.m3u8");
  EXPECT_NE(master.find("90p/index.m3u8"), std::string::npos) << master;
  EXPECT_EQ(master.find("hevc"), std::string::npos) << master;
  const CommandResult shown = place_.mpegflow({"job", "show", "last"});
  EXPECT_NE(shown.out.find("The job goes on without it: it is optional."), std::string::npos)
      << shown.out;
  if (are_judges_there()) judge("hls_judge.mjs", "some");
}

}  // namespace
}  // namespace mpegflow::e2e
