#include <gtest/gtest.h>

#include "core/submit/context.h"
#include "core/submit/find_faults.h"
#include "core/submit/read_spec.h"

namespace mpegflow::submit {
namespace {

TEST(Faults, AreAllReportedAtOnceInTheOrderOfTheDocument) {
  EXPECT_EQ(find_faults("nam: film\n"
                        "lane: vodd\n"
                        "priority: high\n"
                        "input: https://a.tv/a.mov\n"
                        "renditions:\n"
                        "- {height: 721, crf: 99}\n"
                        "- height: 720\n"
                        "  maxrate: 5m\n"
                        "audio: {chanels: 2}\n"
                        "limits: {memory: 1}\n"),
            (Lines{"output missing", "nam unknown_key → name", "lane unknown_word → vod",
                   "priority wrong_type", "input unsupported", "renditions[0].height out_of_range",
                   "renditions[0].crf out_of_range", "renditions[1].maxrate malformed",
                   "audio.chanels unknown_key → channels", "limits.memory out_of_range"}));
}

TEST(Faults, SayFileLinePathFoundAndExpected) {
  const auto yaml =
      read_spec("input: a.mov\noutput: out\nrenditions:\n- height: 720\n- height: 360\n  crf: 99\n",
                kContext);
  EXPECT_EQ(to_text(yaml.faults, "spec.yaml"),
            "spec.yaml:6: renditions[1].crf: 99 is out of range; expected a number from 0 to 63\n");
  const auto json = read_spec(
      "{\"input\": \"a.mov\", \"output\": \"out\",\n \"lane\":\n \"vodd\", \"ladder\": "
      "\"hls-h264\"}",
      kContext);
  EXPECT_EQ(to_text(json.faults, "spec.json"),
            "spec.json:2: lane: \"vodd\" is not known; expected one of live, vod, bulk; did you "
            "mean \"vod\"?\n");
}

TEST(Faults, AreRecordsInJson) {
  const std::vector<Fault> faults = {{"a.b", FaultCode::unknown_key, "is odd", "c", 3}};
  EXPECT_EQ(base::to_canonical_json(to_json(faults)),
            R"([{"code":"unknown_key","line":3,"message":"is odd","nearest":"c","path":"a.b"}])");
}

TEST(Faults, NamePlacesAsTheyAreWritten) {
  const std::string rest = "\nladder: hls-h264\noutput: out\n";
  EXPECT_EQ(find_faults("input: s3://b/a" + rest), Lines{"input unsupported"});
  EXPECT_EQ(find_faults("input: {uri: s3://b/a}" + rest), Lines{"input.uri unsupported"});
  EXPECT_EQ(find_faults("inputs: [s3://b/a]" + rest), Lines{"inputs[0] unsupported"});
  EXPECT_EQ(find_faults("inputs: {main: s3://b/a}" + rest), Lines{"inputs.main unsupported"});
  EXPECT_EQ(find_faults("inputs: {main: {uri: s3://b/a}}" + rest),
            Lines{"inputs.main.uri unsupported"});
  EXPECT_EQ(find_faults("inputs: {a b: x}" + rest), Lines{"inputs[\"a b\"] malformed"});
}

// Its bytes say what a file is, not its name: the probe refuses a playlist under any name.
TEST(Faults, LeaveLocalPlaylistsToTheProbe) {
  for (const char* input : {"live.m3u8", "a.MPD", "file:///x.m3u"})
    EXPECT_EQ(find_faults("ladder: hls-h264\noutput: o\ninput: " + std::string(input)), Lines{})
        << input;
  EXPECT_EQ(find_faults("ladder: hls-h264\noutput: o\ninput: http://a.tv/x.m3u8?token=1"),
            Lines{"input unsupported"});
}

TEST(Faults, FindEqualKeys) {
  EXPECT_EQ(find_faults("inputs: [a, b]\noutput: o\ntasks: [{key: t, args: '{output.x}'}]"),
            Lines{"inputs[1] duplicate"});
  EXPECT_EQ(find_faults("input: a\noutput: o\nrenditions: [{height: 720}, {height: 720}]"),
            Lines{"renditions[1].key duplicate"});
  EXPECT_EQ(find_faults("output: o\ntasks:\n- {key: t, args: '{output.x}'}\n"
                        "- {key: t, args: '{output.x}'}\n"),
            Lines{"tasks[1].key duplicate"});
  EXPECT_EQ(find_faults("input: a\nladder: hls-h264\noutput: o\noutput: p"),
            Lines{"output duplicate"});
  EXPECT_EQ(find_faults("{\"input\": \"a\", \"ladder\": \"hls-h264\", \"output\": \"o\",\n"
                        "\"output\": \"p\"}"),
            Lines{"output duplicate"});
}

TEST(Faults, WantOneKindOfWork) {
  EXPECT_EQ(find_faults("input: a\noutput: o"), Lines{" missing"});
  EXPECT_EQ(find_faults("input: a\noutput: o\nladder: hls-h264\ntasks: "
                        "[{key: t, args: '{output.x}'}]"),
            Lines{"tasks conflict"});
  EXPECT_EQ(find_faults("input: a\noutput: o\nladder: hls-h264\nrenditions: [{height: 720}]"),
            Lines{"renditions conflict"});
}

TEST(Faults, WantSpeedAndQualityInTheEncodersOwnWords) {
  const std::string head = "input: a\noutput: o\nrenditions: [{height: 720, ";
  EXPECT_EQ(find_faults(head + "codec: av1}]"), Lines{"renditions[0].preset conflict"});
  EXPECT_EQ(find_faults(head + "codec: hevc, preset: '8'}]"),
            Lines{"renditions[0].preset conflict"});
  EXPECT_EQ(find_faults(head + "codec: hevc, crf: 52}]"), Lines{"renditions[0].crf out_of_range"});
  EXPECT_EQ(find_faults(head + "codec: av1, preset: '8', crf: 52}]"), Lines{});
}

TEST(Faults, WantEncodersOfTheCodecAndAFallbackBesideAnother) {
  const std::string head = "input: a\noutput: o\nrenditions: [{height: 720, ";
  EXPECT_EQ(find_faults(head + "encoder: h264_nvenc, fallback: libx264}]"), Lines{});
  EXPECT_EQ(find_faults(head + "codec: hevc, encoder: hevc_nvenc}]"), Lines{});
  EXPECT_EQ(find_faults(head + "encoder: hevc_nvenc}]"), Lines{"renditions[0].encoder conflict"});
  EXPECT_EQ(find_faults(head + "encoder: h264_nvenc, fallback: libx265}]"),
            Lines{"renditions[0].fallback conflict"});
  EXPECT_EQ(find_faults(head + "fallback: libx264}]"), Lines{"renditions[0].fallback conflict"});
  EXPECT_EQ(find_faults(head + "encoder: libx264, fallback: libx264}]"),
            Lines{"renditions[0].fallback conflict"});
  EXPECT_EQ(find_faults(head + "encoder: h264_nvnec, fallback: libx264}]"),
            Lines{"renditions[0].encoder unknown_word → h264_nvenc"});
}

TEST(Faults, WantNoPlaylistsOfFiles) {
  EXPECT_EQ(find_faults("input: a\noutput: o\nladder: mp4-h264\npackaging: {dash: true}"),
            Lines{"packaging.dash conflict"});
}

TEST(Faults, WantALadderThatThereIs) {
  EXPECT_EQ(find_faults("input: a\noutput: o\nladder: hls-h265"),
            Lines{"ladder unknown_word → hls-h264"});
  EXPECT_EQ(find_faults("input: a\noutput: o\nladder: hls-h264@77"), Lines{"ladder unknown_word"});
  EXPECT_EQ(
      find_faults("input: a\noutput: o\nladder: hls-h264\nladder_sha256: " + std::string(64, 'a')),
      Lines{"ladder_sha256 conflict"});
}

TEST(Faults, WantOneInputForALadder) {
  EXPECT_EQ(find_faults("ladder: hls-h264\noutput: o"), Lines{"inputs missing"});
  EXPECT_EQ(find_faults("inputs: {a: x, b: y}\nladder: hls-h264\noutput: o"),
            Lines{"inputs.b conflict"});
  EXPECT_EQ(find_faults("input: x\ninputs: [y]\nladder: hls-h264\noutput: o"),
            Lines{"input conflict"});
}

TEST(Faults, DoNotLetTheOutputTakeThePlaceOfAnInput) {
  EXPECT_EQ(find_faults("input: a.mp4\noutput: ./a.mp4\nladder: hls-h264"),
            Lines{"output conflict"});
}

TEST(Faults, WantValuesThatAgree) {
  EXPECT_EQ(find_faults("input: a\noutput: o\nrenditions: [{height: 720, bufsize: 1M}]"),
            Lines{"renditions[0].bufsize conflict"});
  EXPECT_EQ(find_faults("input: a\noutput: o\nladder: hls-h264\n"
                        "packaging: {segment_duration: 2, gop_duration: 4}"),
            Lines{"packaging.gop_duration conflict"});
}

TEST(Faults, FindReferencesToNothing) {
  const std::string head = "inputs: {film: f.mkv}\noutput: o\ntasks:\n";
  EXPECT_EQ(find_faults(head + "- {key: t, args: ['{input.filn}', '{output.x}']}"),
            Lines{"tasks[0].args[0] unknown_reference → {input.film}"});
  EXPECT_EQ(find_faults(head + "- {key: t, args: '{input.logo} {output.x}'}"),
            Lines{"tasks[0].args unknown_reference"});
  EXPECT_EQ(find_faults(head + "- {key: t, args: '{inptu.film} {output.x}'}"),
            Lines{"tasks[0].args malformed → {input.film}"});
  EXPECT_EQ(find_faults(head + "- {key: t, args: '{input} {output.x}'}"),
            Lines{"tasks[0].args malformed"});
  EXPECT_EQ(find_faults(head + "- {key: cut, args: '{output.x}'}\n"
                               "- {key: t, needs: [cutt], args: '{output.x}'}"),
            Lines{"tasks[1].needs[0] unknown_reference → cut"});
  EXPECT_EQ(find_faults(head + "- {key: cut, args: '{output.x.mp4}'}\n"
                               "- {key: t, needs: [cut], args: '{task.cut.y.mp4} {output.x}'}"),
            Lines{"tasks[1].args unknown_reference → {task.cut.x.mp4}"});
  EXPECT_EQ(find_faults(head + "- {key: cut, args: '{output.x}'}\n"
                               "- {key: t, args: '{task.cut.x} {output.x}'}"),
            Lines{"tasks[1].args unknown_reference"})
      << "cut is not among its needs";
}

TEST(Faults, WantTextsOfTasksBelowTheirFolder) {
  const auto find = [&](const std::string& texts) {
    return find_faults(
        "inputs: {film: f.mkv}\noutput: o\ntasks:\n- {key: t, args: "
        "'{outputs}/y', files: {in/f: film}, texts: {" +
        texts + "}}");
  };
  EXPECT_EQ(find("in/l.txt: 'file f'"), Lines{});
  EXPECT_EQ(find("out/l.txt: x"), Lines{"tasks[0].texts[\"out/l.txt\"] malformed"});
  EXPECT_EQ(find("in/f: x"), Lines{"tasks[0].texts[\"in/f\"] duplicate"});
}

TEST(Faults, WantFilesOfTasksToBeThereAndBelowTheirFolder) {
  const std::string head =
      "inputs: {film: f.mkv}\noutput: o\ntasks:\n- {key: a, args: '{outputs}/x'}\n";
  const auto find = [&](const std::string& files) {
    return find_faults(head + "- {key: t, needs: [a], args: '{outputs}/y', files: {" + files +
                       "}}");
  };
  EXPECT_EQ(find("in/1/f: film, in/2/x: a/x, 'in/3/l*': 'a/l*'"), Lines{});
  EXPECT_EQ(find("in/f: logo"), Lines{"tasks[1].files[\"in/f\"] unknown_reference"});
  EXPECT_EQ(find("in/f: b/x"), Lines{"tasks[1].files[\"in/f\"] unknown_reference"});
  EXPECT_EQ(find("enc.key: film, k/enc.key: film"), Lines{});
  EXPECT_EQ(find("out/f: film"), Lines{"tasks[1].files[\"out/f\"] malformed"});
  EXPECT_EQ(find("/f: film"), Lines{"tasks[1].files[\"/f\"] malformed"});
  EXPECT_EQ(find("in/../f: film"), Lines{"tasks[1].files[\"in/../f\"] malformed"});
  EXPECT_EQ(find("in: film"), Lines{"tasks[1].files.in malformed"});
  EXPECT_EQ(find("in/1/" + std::string(200, 'f') + ": film"), Lines{}) << "as long as names are";
}

TEST(Faults, WantTasksToLeaveSomethingBehind) {
  EXPECT_EQ(find_faults("output: o\ntasks: [{key: t, args: -i x y.mp4}]"),
            Lines{"tasks[0].args missing"});
  EXPECT_EQ(find_faults("output: o\ntasks: [{key: t, args: 'ffmpeg -i x {output.y}'}]"),
            Lines{"tasks[0].args malformed"});
  EXPECT_EQ(find_faults("output: o\ntasks: [{key: t, args: \"-i 'x {output.y}\"}]"),
            Lines{"tasks[0].args malformed"});
}

TEST(Faults, FindCycles) {
  const auto reading = read_spec(
      "output: o\ntasks:\n"
      "- {key: a, needs: [c], args: '{output.x}'}\n"
      "- {key: b, needs: [a], args: '{output.x}'}\n"
      "- {key: c, needs: [b], args: '{output.x}'}\n"
      "- {key: d, needs: [c], args: '{output.x}'}\n",
      kContext);
  ASSERT_EQ(reading.faults.size(), 1U) << to_text(reading.faults, "spec");
  EXPECT_EQ(reading.faults[0].code, FaultCode::cycle);
  EXPECT_EQ(reading.faults[0].path, "tasks[1].needs[0]");
  EXPECT_NE(reading.faults[0].message.find("a needs c needs b needs a"), std::string::npos);
  EXPECT_EQ(find_faults("output: o\ntasks: [{key: a, needs: [a], args: '{output.x}'}]"),
            Lines{"tasks[0].needs[0] cycle"});
}

TEST(Faults, DoNotBlameWhatOnlyDependsOnAFault) {
  // The input that is meant may be the one that could not be read; args that are no list have no
  // output, and that goes without saying.
  EXPECT_EQ(find_faults("inputs: {film: s3://b/x}\noutput: o\ntasks:\n"
                        "- {key: t, args: '{input.film} {output.x}'}\n"
                        "- {key: u, args: 5}\n"
                        "- {key: v, needs: [u], args: '{task.u.x} {output.x}'}\n"),
            (Lines{"inputs.film unsupported", "tasks[1].args wrong_type"}));
}

TEST(Faults, OfOneDocumentAreLimited) {
  std::string unknown = "output: o\n";
  for (int i = 0; i < 5000; ++i) unknown += "k" + std::to_string(i) + ": 1\n";
  std::string repeated = "output: o\n";
  for (int i = 0; i < 5000; ++i) repeated += "k: 1\n";
  for (const std::string& text : {unknown, repeated}) {
    const auto faults = read_spec(text, kContext).faults;
    ASSERT_EQ(faults.size(), kMostFaults + 1);
    EXPECT_EQ(faults.back().code, FaultCode::too_large);
  }
}

TEST(Faults, OfTextThatIsNoSpec) {
  EXPECT_EQ(find_faults(""), Lines{" missing"});
  EXPECT_EQ(find_faults("  \n"), Lines{" missing"});
  EXPECT_EQ(find_faults("just words"), Lines{" wrong_type"});
  EXPECT_EQ(find_faults("- a\n- b"), Lines{" wrong_type"});
  EXPECT_EQ(find_faults("{\"a\": "), Lines{" syntax"});
  EXPECT_EQ(find_faults("a: [b"), Lines{" syntax"});
  EXPECT_EQ(find_faults("\xff\xfe"), Lines{" syntax"});
}

}  // namespace
}  // namespace mpegflow::submit
