#include "core/command/make_spec.h"

#include <map>

#include <gtest/gtest.h>

#include "core/submit/read_spec.h"

namespace mpegflow::command {
namespace {

using Words = std::vector<std::string>;

std::optional<std::string> read_text(std::string_view path) {
  const std::map<std::string_view, std::string> texts = {
      {"list.txt", "file a.mp4\nfile 'd/b c.mp4'\n"},
      {"far.txt", "file a.mp4\nfile '/v/b c.mp4'\nfile ../d.mp4\nfile file:/v/b\\ c.mp4\n"},
      {"odd.txt", "file /v/a.mp4\nfile subfile,,start,0,end,5,,:/v/a.mp4\n"},
      {"names.txt", "a.ts\nb.ts\n"},
      {"h/master.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv/i.m3u8\n"},
      {"h/v/i.m3u8", "#EXTM3U\n#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:1,\n%20s0.m4s\n"},
      {"away.m3u8", "#EXTM3U\n#EXTINF:1,\nhttps://x/a.ts\n"},
      {"up.m3u8", "#EXTM3U\n#EXTINF:1,\n../a.ts\n"},
      {"m.mpd",
       R"(<MPD><Representation id="0"><SegmentTemplate media="c$RepresentationID$-$Number$.m4s"/>
</Representation></MPD>)"},
      {"k/info", "https://x/key\nk/enc.key\n"},
      {"far.info", "https://x/key\n/etc/enc.key\n"}};
  const auto text = texts.find(path);
  return text == texts.end() ? std::nullopt : std::optional(text->second);
}

Outcome<CommandJob> make(std::string_view text, ListFiles list_files = {}) {
  const Words words = {std::string(text) + " "};
  const auto line = read_command_line(words, OptionTable(), read_text);
  if (!line) return tl::unexpected(line.error());
  auto job = make_spec(*line, {"/srv/u", std::move(list_files), {}, read_text});
  if (!job) return job;
  // Whatever is made is a spec without faults, and comes back the same.
  const auto reading = submit::read_spec_value(submit::to_json(job->spec), {"/srv/u", {}});
  EXPECT_TRUE(reading.spec.has_value())
      << (reading.faults.empty() ? "" : submit::to_text(reading.faults, "spec"));
  EXPECT_TRUE(reading.spec == job->spec);
  return job;
}

std::string code_of(std::string_view text) {
  const auto job = make(text);
  return job ? "taken" : std::string(to_word(job.error().code));
}

TEST(MakeSpec, OneOutputIsPublishedUnderItsName) {
  const auto job = make("ffmpeg -y -v error -i 'my film.mkv' -crf 20 out/film.mp4");
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(job->spec.output_uri, "file:///srv/u/out/film.mp4");
  ASSERT_EQ(job->spec.tasks.size(), 1U);
  EXPECT_EQ(job->spec.tasks[0].args,
            (Words{"-i", "in/1/my film.mkv", "-crf", "20", "{output.film.mp4}"}));
  EXPECT_EQ(job->spec.tasks[0].files.at("in/1/my film.mkv"), "my_film");
  EXPECT_EQ(job->spec.inputs[0].uri, "file:///srv/u/my%20film.mkv");
  EXPECT_EQ(job->overwrite, Overwrite::all);
}

TEST(MakeSpec, SeveralOutputsStandBelowTheirCommonFolder) {
  const auto job = make("ffmpeg -i a.mkv /srv/v/b.mp4 -vn c.mp3");
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(job->spec.output_uri, "file:///srv/");
  EXPECT_EQ(job->spec.tasks[0].args[2], "{outputs}/v/b.mp4");
  EXPECT_EQ(job->spec.tasks[0].args[4], "{outputs}/u/c.mp3");
  EXPECT_EQ(job->outputs.size(), 2U);
}

TEST(MakeSpec, NamesInFiltersAreReplacedWhereTheyStand) {
  const auto job = make(R"(ffmpeg -i a.mkv -vf "scale=1:1,subtitles='x y.srt':si=0" b.mp4)");
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(job->spec.tasks[0].args[3], "scale=1:1,subtitles='in/2/x_y.srt':si=0");
  EXPECT_EQ(job->spec.tasks[0].files.at("in/2/x_y.srt"), "x_y");
}

TEST(MakeSpec, ScriptsNameTheirCommandsAndWhatTheyNeed) {
  const auto job = make(
      "# name: hd\nffmpeg -i a.mkv hd.mp4\n# name: sd\n# needs: hd\nffmpeg -i a.mkv sd.mp4\n"
      "ffmpeg -i hd.mp4 c.mp3\n");
  ASSERT_TRUE(job.has_value()) << job.error().message;
  ASSERT_EQ(job->spec.tasks.size(), 3U);
  EXPECT_EQ(job->spec.tasks[0].key, "hd");
  EXPECT_EQ(job->spec.tasks[1].needs, (Words{"hd"}));
  EXPECT_EQ(job->spec.tasks[2].key, "command1");
  EXPECT_EQ(job->spec.tasks[2].needs, (Words{"hd"}));
  EXPECT_EQ(code_of("# needs: x\nffmpeg -i a b.mp4"), "shell_syntax");
  EXPECT_EQ(code_of("# name: x\nffmpeg -i a b.mp4\n# name: x\nffmpeg -i a c.mp4"), "shell_syntax");
}

TEST(MakeSpec, TwoPassesAreTwoTasks) {
  const auto job = make(
      "ffmpeg -y -i a.mkv -c:v libx264 -b:v 1M -pass 1 -f null /dev/null && "
      "ffmpeg -i a.mkv -c:v libx264 -b:v 1M -pass 2 b.mp4");
  ASSERT_TRUE(job.has_value()) << job.error().message;
  ASSERT_EQ(job->spec.tasks.size(), 2U);
  EXPECT_EQ(job->spec.tasks[0].key, "pass1");
  const Words& first = job->spec.tasks[0].args;
  EXPECT_EQ(Words(first.end() - 3, first.end()),
            (Words{"-passlogfile", "{outputs}/ffmpeg2pass", "/dev/null"}));
  EXPECT_EQ(job->spec.tasks[1].needs, (Words{"pass1"}));
  EXPECT_EQ(job->spec.tasks[1].files.at("in/3/ffmpeg2pass-0.log*"), "pass1/ffmpeg2pass-0.log*");
  EXPECT_EQ(job->spec.inputs.size(), 1U);
}

TEST(MakeSpec, ListsBringTheirFiles) {
  const auto job = make("ffmpeg -f concat -i list.txt -c copy b.mp4");
  ASSERT_TRUE(job.has_value()) << job.error().message;
  EXPECT_EQ(job->spec.tasks[0].files.size(), 3U);
  EXPECT_TRUE(job->spec.tasks[0].files.contains("in/1/d/b c.mp4"));
}

TEST(MakeSpec, ListsThatNameFilesElsewhereAreGivenOtherNames) {
  const auto job = make("ffmpeg -f concat -safe 0 -i far.txt -c copy b.mp4");
  ASSERT_TRUE(job.has_value());
  const submit::RawTaskSpec& task = job->spec.tasks[0];
  EXPECT_EQ(task.args[5], "in/1/far.txt");
  EXPECT_EQ(task.texts.at("in/1/far.txt"),
            "file a.mp4\nfile elsewhere/1/b_c.mp4\nfile elsewhere/2/d.mp4\n"
            "file elsewhere/1/b_c.mp4\n");
  EXPECT_EQ(task.files.at("in/1/far.txt.given"), "far");
  EXPECT_EQ(task.files.at("in/1/elsewhere/1/b_c.mp4"), "b_c");
  EXPECT_EQ(task.files.at("in/1/a.mp4"), "a");
  EXPECT_EQ(code_of("ffmpeg -f concat -i far.txt -c copy b.mp4"), "not_staged")
      << "which FFmpeg calls unsafe";
  EXPECT_EQ(code_of("ffmpeg -f concat -safe 0 -i odd.txt -c copy b.mp4"), "not_staged");
}

TEST(MakeSpec, PlaylistsBringTheirSegments) {
  const auto job = make("ffmpeg -i h/master.m3u8 -c copy b.mp4");
  ASSERT_TRUE(job.has_value()) << job.error().message;
  const auto& files = job->spec.tasks[0].files;
  EXPECT_EQ(files.size(), 4U);
  EXPECT_EQ(job->spec.tasks[0].args[1], "in/1/master.m3u8");
  EXPECT_TRUE(files.contains("in/1/v/i.m3u8"));
  EXPECT_TRUE(files.contains("in/1/v/init.mp4"));
  EXPECT_TRUE(files.contains("in/1/v/%20s0.m4s")) << "no variable of a shell";
  EXPECT_EQ(code_of("ffmpeg -i away.m3u8 b.mp4"), "not_staged");
  EXPECT_EQ(code_of("ffmpeg -i up.m3u8 b.mp4"), "not_staged");
}

TEST(MakeSpec, ManifestsBringTheSegmentsThatAreThere) {
  const auto job =
      make("ffmpeg -i m.mpd -c copy b.mp4", [](const FileUse& use, const std::string& absolute) {
        EXPECT_EQ(use.shape, Shape::glob);
        EXPECT_EQ(absolute, "/srv/u/c0-*.m4s");
        return Words{"/srv/u/c0-1.m4s", "/srv/u/c0-2.m4s"};
      });
  ASSERT_TRUE(job.has_value()) << job.error().message;
  EXPECT_EQ(job->spec.tasks[0].args[1], "file:in/1/m.mpd");
  EXPECT_EQ(job->spec.tasks[0].files.size(), 3U);
  EXPECT_TRUE(job->spec.tasks[0].files.contains("in/1/c0-2.m4s"));
}

TEST(MakeSpec, NamesInsideOtherFilesStandWhereTheyAreLookedFor) {
  const auto job = make("ffmpeg -i a.mkv -hls_key_info_file k/info h/x.m3u8");
  ASSERT_TRUE(job.has_value()) << job.error().message;
  const auto& task = job->spec.tasks[0];
  EXPECT_EQ(task.args[3], "in/2/info");
  EXPECT_TRUE(task.files.contains("in/2/info"));
  EXPECT_TRUE(task.files.contains("k/enc.key"));
  EXPECT_TRUE(make("ffmpeg -i concatf:names.txt c.ts")->spec.tasks[0].files.contains("b.ts"));
  const auto far = make("ffmpeg -i a.mkv -hls_key_info_file far.info h/x.m3u8");
  ASSERT_FALSE(far.has_value());
  EXPECT_EQ(far.error().message.substr(0, 32), "\"far.info\" names \"/etc/enc.key\";");
}

TEST(MakeSpec, TellsWhatFfmpegSeesOfEachName) {
  using Names = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(make("ffmpeg -i d/a.mkv v/b.mp4")->names,
            (Names{{"in/1/a.mkv", "d/a.mkv"}, {"out/b.mp4", "v/b.mp4"}}));
  EXPECT_EQ(make("ffmpeg -i a.mkv h/x.m3u8")->names,
            (Names{{"in/1/a.mkv", "a.mkv"}, {"out/x.m3u8", "h/x.m3u8"}, {"out/", "h/"}}));
}

TEST(MakeSpec, SequencesBringWhatIsThere) {
  const auto job = make("ffmpeg -i f/i%03d.png b.mp4", [](const FileUse&, const std::string&) {
    return Words{"/srv/u/f/i001.png", "/srv/u/f/i002.png"};
  });
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(job->spec.tasks[0].args[1], "in/1/i%03d.png");
  EXPECT_TRUE(job->spec.tasks[0].files.contains("in/1/i002.png"));
}

TEST(MakeSpec, HlsIsAFolder) {
  const auto job = make("ffmpeg -i a.mkv -hls_segment_filename h/s%d.ts h/x.m3u8");
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(job->spec.output_uri, "file:///srv/u/h/");
  EXPECT_EQ(job->spec.tasks[0].args[3], "{outputs}/s%d.ts");
  EXPECT_EQ(job->spec.tasks[0].args[4], "{outputs}/x.m3u8");
}

TEST(MakeSpec, WhatOneCommandMakesTheNextMayUse) {
  const auto job = make("ffmpeg -i a.mkv p.png && ffmpeg -i a.mkv -i p.png b.gif");
  ASSERT_TRUE(job.has_value());
  EXPECT_EQ(job->spec.tasks[1].files.at("in/3/p.png"), "command1/p.png");
}

TEST(MakeSpec, RefusesWhatItCannotBring) {
  EXPECT_EQ(code_of("ffmpeg -i https://x/a.mp4 b.mp4"), "not_staged");
  EXPECT_EQ(code_of("ffmpeg -i a.mp4 a.m3u8 && ffmpeg -i a.m3u8 b.mp4"), "not_staged");
  EXPECT_EQ(code_of("ffmpeg -i a.mp4 -vf vidstabtransform b.mp4"), "not_staged");
  EXPECT_EQ(code_of("ffmpeg -i a.mp4 -f null -"), "leaves_nothing");
  EXPECT_EQ(code_of("ffmpeg -progress p.txt -i a.mp4 b.mp4"), "not_staged");
  EXPECT_EQ(code_of("X=1 ffmpeg -i a.mp4 b.mp4"), "not_staged");
}

}  // namespace
}  // namespace mpegflow::command
