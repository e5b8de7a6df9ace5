#include "core/submit/read_spec.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/text.h"
#include "core/submit/accept.h"
#include "core/submit/context.h"

namespace mpegflow::submit {
namespace {

/// The spec of a text that has no faults.
JobSpec read_good(std::string_view text, const ReadContext& context = kContext) {
  const auto reading = read_spec(text, context);
  EXPECT_EQ(to_text(reading.faults, "spec"), "") << text;
  EXPECT_TRUE(reading.spec.has_value());
  return reading.spec.value_or(JobSpec{});
}

TEST(ReadSpec, ExpandsALadder) {
  const JobSpec spec = read_good("input: a.mov\nladder: hls-h264\noutput: out/\n");
  EXPECT_EQ(spec.inputs, (std::vector<InputSpec>{{"main", "file:///srv/dir/a.mov"}}));
  EXPECT_EQ(spec.output_uri, "file:///srv/dir/out");
  EXPECT_EQ(spec.ladder, "hls-h264@1");
  EXPECT_EQ(spec.ladder_sha256, find_preset("hls-h264", {}).preset->sha256);
  ASSERT_EQ(spec.renditions.size(), 5U);
  EXPECT_EQ(spec.renditions[0],
            (RenditionSpec{"1080p", 1080, "h264", "veryfast", 22, 5'500'000, 8'250'000}));
  EXPECT_EQ(spec.renditions[4],
            (RenditionSpec{"240p", 240, "h264", "veryfast", 22, 450'000, 675'000}));
  EXPECT_EQ(spec.audio, AudioSpec{});
  EXPECT_EQ(spec.packaging, PackagingSpec{});
}

TEST(ReadSpec, TakesEveryFormOfInputs) {
  const std::string_view rest = "\nladder: hls-h264\noutput: out\n";
  const JobSpec expected = read_good("input: a.mov" + std::string(rest));
  for (const std::string_view form :
       {"input: ./a.mov", "input: /srv/dir/a.mov", "input: file:///srv/dir/a.mov",
        "input: {uri: .//a.mov}", "input: {key: main, uri: a.mov}", "inputs: [a.mov]",
        "inputs: [{uri: a.mov}]", "inputs: [{key: main, uri: ./a.mov}]", "inputs: {main: a.mov}",
        "inputs: {main: {uri: a.mov}}"})
    EXPECT_EQ(read_good(std::string(form) + std::string(rest)), expected) << form;
}

TEST(ReadSpec, TakesEveryFormOfOutputAndAudio) {
  const std::string head = "input: a.mov\nladder: hls-h264\n";
  EXPECT_EQ(read_good(head + "output: out"), read_good(head + "output: {uri: ./out/}"));
  const JobSpec silent = read_good(head + "output: out\naudio: false");
  EXPECT_FALSE(silent.audio.enabled);
  EXPECT_EQ(silent, read_good(head + "output: out\naudio: {enabled: false}"));
  EXPECT_EQ(read_good(head + "output: out\naudio: true"), read_good(head + "output: out"));
}

TEST(ReadSpec, TakesWhatIsSaidOfAPosterForAWish) {
  const std::string head = "input: a.mov\nladder: hls-h264\noutput: out\n";
  EXPECT_EQ(read_good(head + "poster: {at: 3}").poster, (PosterSpec{true, 3}));
  EXPECT_EQ(read_good(head + "poster: true").poster, PosterSpec{true});
  EXPECT_EQ(read_good(head + "poster: {enabled: false, at: 3}").poster, (PosterSpec{false, 3}));
  EXPECT_FALSE(read_good(head).poster.enabled);
  EXPECT_FALSE(read_good("input: a.mov\nladder: dash\noutput: out\nposter: false").poster.enabled);
  EXPECT_TRUE(read_good("input: a.mov\nladder: dash\noutput: out\nposter: {at: 3}").poster.enabled);
}

TEST(ReadSpec, ReadsJsonAndYamlAlike) {
  EXPECT_EQ(read_good(R"({"input": "a.mov", "ladder": "hls-h264", "output": "out"})"),
            read_good("input: a.mov\nladder: hls-h264\noutput: out"));
}

TEST(ReadSpec, FillsInWhatARenditionLeavesOpen) {
  const JobSpec spec = read_good(
      "input: a.mov\noutput: out\nrenditions:\n- {height: 360, maxrate: 800k}\n"
      "- {height: 720, crf: 20}\n");
  ASSERT_EQ(spec.renditions.size(), 2U);
  EXPECT_EQ(spec.renditions[0], (RenditionSpec{"720p", 720, "h264", "veryfast", 20, 0, 0}));
  EXPECT_EQ(spec.renditions[1],
            (RenditionSpec{"360p", 360, "h264", "veryfast", 22, 800'000, 1'200'000}));
}

TEST(ReadSpec, ReadsUnits) {
  const JobSpec spec = read_good(
      "input: a.mov\nladder: hls-h264\noutput: out\naudio: {bitrate: 96k}\n"
      "packaging: {segment_duration: 4s, gop_duration: 500ms}\n"
      "limits: {memory: 2GiB, timeout: 1.5h}\n");
  EXPECT_EQ(spec.audio.bitrate, 96'000);
  EXPECT_EQ(spec.packaging.segment_duration, 4);
  EXPECT_EQ(spec.packaging.gop_duration, 0.5);
  EXPECT_EQ(spec.limits, (LimitsSpec{2'147'483'648, 5400}));
}

TEST(ReadSpec, ReadsRawTasks) {
  const JobSpec spec = read_good(
      "inputs: {film: f.mkv, logo: l.png}\noutput: out/\ntasks:\n"
      "- key: cut\n  args: -i {input.film} -vf 'scale=2:2, drawtext=%{pts}' {output.c.mp4}\n"
      "- key: poster\n  needs: [cut]\n  args: [-i, '{task.cut.c.mp4}', '{output.p.jpg}']\n");
  ASSERT_EQ(spec.tasks.size(), 2U);
  EXPECT_EQ(spec.tasks[0].args,
            (std::vector<std::string>{"-i", "{input.film}", "-vf", "scale=2:2, drawtext=%{pts}",
                                      "{output.c.mp4}"}));
  EXPECT_EQ(spec.tasks[1].needs, std::vector<std::string>{"cut"});
  EXPECT_EQ(spec.output_uri, "file:///srv/dir/out/") << "the slash says that it is a folder";
  EXPECT_TRUE(spec.renditions.empty());
}

TEST(ReadSpec, LetsRawTasksLiveWithoutInputs) {
  EXPECT_TRUE(
      read_good("output: o.mp4\ntasks: [{key: a, args: '-f lavfi -i testsrc {output.o.mp4}'}]")
          .inputs.empty());
}

TEST(ReadSpec, TakesTheOutputOfTheContextIfTheDocumentHasNone) {
  const ReadContext context{.working_directory = "/srv/dir", .default_output = "there"};
  EXPECT_EQ(read_good("input: a.mov\nladder: hls-h264", context).output_uri,
            "file:///srv/dir/there");
  EXPECT_EQ(read_good("input: a.mov\nladder: hls-h264\noutput: here", context).output_uri,
            "file:///srv/dir/here");
}

TEST(ReadSpec, RefusesRelativePathsWithoutAWorkingDirectory) {
  const auto reading = read_spec("input: a.mov\nladder: hls-h264\noutput: /out", {});
  ASSERT_EQ(reading.faults.size(), 1U);
  EXPECT_EQ(reading.faults[0].path, "input");
  EXPECT_EQ(reading.faults[0].code, FaultCode::malformed);
}

TEST(ReadSpec, GivesFaultsAsInvalidSpec) {
  const auto bad = to_result(read_spec("priority: 500", kContext), "spec.yaml");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, base::ErrorCode::invalid_spec);
  EXPECT_TRUE(to_result(read_spec("input: a\nladder: hls-h264\noutput: o", kContext), "s"));
}

TEST(LadderSpec, IsWhatTheEquivalentDocumentGives) {
  const auto reading = make_ladder_spec("hls-h264", "a b.mov", "out/", kContext);
  ASSERT_TRUE(reading.spec) << to_text(reading.faults, "ladder");
  EXPECT_EQ(*reading.spec, read_good("input: a b.mov\nladder: hls-h264\noutput: out/"));
}

TEST(LadderSpec, TakesPathsOfAnyBytes) {
  const std::string path = "/m/~ \xff\n://{}%.mov";
  const auto reading = make_ladder_spec("hls-h264", path, "/out", {});
  ASSERT_TRUE(reading.spec) << to_text(reading.faults, "ladder");
  EXPECT_EQ(base::parse_file_uri(reading.spec->inputs.at(0).uri), "/m/~ \xff\n:/{}%.mov")
      << "a doubled slash is one";
}

TEST(LadderSpec, NamesTheLadderThatWasMeant) {
  const auto reading = make_ladder_spec("hls-h246", "/a", "/out", {});
  ASSERT_EQ(reading.faults.size(), 1U);
  EXPECT_EQ(reading.faults[0].code, FaultCode::unknown_word);
  EXPECT_EQ(reading.faults[0].nearest, "hls-h264");
}

TEST(CanonicalForm, ReadsBackAsTheSameSpec) {
  for (const char* name : {"ladder.yaml", "two-renditions.yaml", "raw-tasks.yaml", "full.json"}) {
    SCOPED_TRACE(name);
    const JobSpec spec =
        read_good(base::read_file(source_path(std::string("docs/examples/") + name)).value_or(""));
    EXPECT_EQ(parse_job_spec(to_json(spec)), spec);
    EXPECT_EQ(read_good(base::to_canonical_json(to_json(spec))), spec);
    EXPECT_EQ(read_good(base::to_pretty_json(to_json(spec)), {}), spec);
  }
}

TEST(CanonicalForm, HasOneFormOfEveryNumber) {
  const auto canonical = [](const char* crf) {
    return base::to_canonical_json(to_json(read_good(
        "input: a\noutput: o\nrenditions: [{height: 720, crf: " + std::string(crf) + "}]")));
  };
  EXPECT_EQ(canonical("22"), canonical("22.0"));
  EXPECT_EQ(canonical("22"), canonical("2.2e1"));
  EXPECT_NE(canonical("22"), canonical("22.5"));
}

TEST(CanonicalForm, IsExplicit) {
  EXPECT_EQ(
      base::to_canonical_json(
          to_json(read_good("input: a\noutput: o\nrenditions: [{height: 720, maxrate: 1M}]"))),
      R"({"audio":{"bitrate":128000,"channels":2,"codec":"aac","enabled":true,"sample_rate":48000},)"
      R"("inputs":[{"key":"main","uri":"file:///srv/dir/a"}],"labels":{},"lane":"vod",)"
      R"("limits":{"memory":0,"timeout":0},"output":{"uri":"file:///srv/dir/o"},)"
      R"("packaging":{"container":"fmp4","format":"hls","gop_duration":2,"segment_duration":6},)"
      R"("priority":50,"renditions":[{"bufsize":1500000,"codec":"h264","crf":22,"height":720,)"
      R"("key":"720p","maxrate":1000000,"preset":"veryfast"}],"version":1})");
}

/// The first fault as "path code".
std::string first_of(const std::vector<Fault>& faults) {
  return faults.front().path + " " + std::string(to_word(faults.front().code));
}

TEST(ReadSpec, TakesAStartAsATimeOrAMoment) {
  const auto start_of = [](const std::string& start) {
    const auto reading = read_spec(
        "input: /in.mp4\nladder: hls-h264\noutput: /out\nstart_after: " + start + "\n", {});
    return reading.spec ? reading.spec->start_after : first_of(reading.faults);
  };
  EXPECT_EQ(start_of("10m"), "600s");
  EXPECT_EQ(start_of("90"), "90s");
  EXPECT_EQ(start_of("'2030-01-31T12:00:00+01:00'"), "2030-01-31T11:00:00.000000Z");
  EXPECT_EQ(start_of("tomorrow"), "start_after malformed");
  EXPECT_EQ(start_of("1000000h"), "start_after out_of_range");
}

TEST(ReadSpec, TakesAHopToOnePlace) {
  const auto hop_of = [](const std::string& hop) {
    const auto reading =
        read_spec("input: /in.mp4\nladder: hls-h264\noutput: /out\nhop: " + hop + "\n", {});
    return reading.spec ? reading.spec->hop : HopSpec{-1, first_of(reading.faults), ""};
  };
  EXPECT_EQ(hop_of("{after: 10m, lane: live}"), (HopSpec{600, "live", ""}));
  EXPECT_EQ(hop_of("{after: 1h, pool: gpu}"), (HopSpec{3600, "", "gpu"}));
  EXPECT_EQ(hop_of("{after: 10m}").lane, "hop conflict");
  EXPECT_EQ(hop_of("{after: 10m, lane: live, pool: gpu}").lane, "hop conflict");
  EXPECT_EQ(hop_of("{after: 10m, lane: vod}").lane, "hop.lane conflict");
  EXPECT_EQ(hop_of("{lane: live}").lane, "hop.after missing");
}

}  // namespace
}  // namespace mpegflow::submit
