#include "core/package/dash.h"

#include <gtest/gtest.h>

namespace mpegflow::package {
namespace {

Summary make_video(const std::string& codec, const std::string& range = "") {
  Summary summary;
  summary.codec = {codec, 1280, 720, 0, 0, range};
  summary.timescale = 25;
  summary.segments = {{"seg_00001.m4s", 1000, 0, 50, 0, 50, 50, 1, true},
                      {"seg_00002.m4s", 1000, 50, 50, 50, 50, 50, 1, true},
                      {"seg_00003.m4s", 500, 100, 25, 100, 25, 25, 1, true}};
  return summary;
}

MasterPlan make_plan() {
  MasterPlan plan;
  plan.variants = {{"720p/index.m3u8", make_video("avc1.64001F")}};
  plan.target_duration = 2;
  return plan;
}

TEST(DashManifest, SaysWhatWasWrittenToTheTick) {
  EXPECT_EQ(make_dash_manifest(make_plan()),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" "
            "profiles=\"urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019\" "
            "type=\"static\" mediaPresentationDuration=\"PT5.000000S\" minBufferTime=\"PT2S\">\n"
            "  <Period id=\"0\" start=\"PT0S\">\n"
            "    <AdaptationSet id=\"0\" contentType=\"video\" mimeType=\"video/mp4\" "
            "segmentAlignment=\"true\" startWithSAP=\"1\">\n"
            "      <Representation id=\"720p\" bandwidth=\"4000\" codecs=\"avc1.64001F\" "
            "width=\"1280\" height=\"720\" frameRate=\"25\" sar=\"1:1\">\n"
            "        <SegmentTemplate timescale=\"25\" startNumber=\"1\" "
            "initialization=\"720p/init.mp4\" media=\"720p/seg_$Number%05d$.m4s\">\n"
            "          <SegmentTimeline>\n"
            "            <S t=\"0\" d=\"50\" r=\"1\"/>\n"
            "            <S t=\"100\" d=\"25\"/>\n"
            "          </SegmentTimeline>\n"
            "        </SegmentTemplate>\n"
            "      </Representation>\n"
            "    </AdaptationSet>\n"
            "  </Period>\n</MPD>\n");
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t times = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    ++times;
  return times;
}

TEST(DashManifest, HasASetForEachCodecAndEachAudio) {
  MasterPlan plan = make_plan();
  plan.variants.push_back({"360p/index.m3u8", make_video("avc1.64001E")});
  plan.variants.push_back({"720p-hevc/index.m3u8", make_video("hvc1.2.4.L93.90", "PQ")});
  Summary sound = make_video("mp4a.40.2");
  sound.kind = TrackKind::audio;
  sound.codec = {"mp4a.40.2", 0, 0, 48000, 2, ""};
  plan.audio = {{"audio/index.m3u8", "English", "en", sound},
                {"audio-2/index.m3u8", "Say \"<&\"", "a\"<&", sound, false}};
  const std::string text = make_dash_manifest(plan);
  EXPECT_EQ(count(text, "<AdaptationSet"), 4U) << text;
  EXPECT_EQ(count(text, "<Representation"), 5U) << text;
  EXPECT_EQ(count(text, "TransferCharacteristics\" value=\"16\""), 1U) << text;
  EXPECT_EQ(count(text, "lang=\"en\""), 1U) << text;
  EXPECT_EQ(count(text, "lang=\"a&quot;&lt;&amp;\""), 1U) << text;
  EXPECT_EQ(count(text, "audioSamplingRate=\"48000\""), 2U) << text;
  EXPECT_EQ(count(text, "value=\"main\""), 1U) << text;
}

TEST(DashManifest, HasASetForEachTextThatIsOneFile) {
  MasterPlan plan = make_plan();
  plan.subtitles = {{.uri = "subtitles-en/index.m3u8",
                     .name = "Say \"<&\"",
                     .language = "en",
                     .file_uri = "subtitles-en/subtitles.vtt",
                     .file_bytes = 61},
                    {.uri = "subtitles-1/index.m3u8", .name = "Subtitles", .language = ""},
                    {.uri = "subtitles-de/index.m3u8",
                     .name = "German",
                     .language = "de",
                     .is_forced = true,
                     .file_uri = "subtitles-de/subtitles.vtt"},
                    {.uri = "subtitles-fr/index.m3u8",
                     .name = "French",
                     .language = "fr",
                     .characteristics = "public.accessibility.transcribes-spoken-dialog",
                     .file_uri = "subtitles-fr/subtitles.vtt"}};
  const std::string text = make_dash_manifest(plan);
  EXPECT_NE(
      text.find(
          "    <AdaptationSet id=\"1\" contentType=\"text\" mimeType=\"text/vtt\" lang=\"en\">\n"
          "      <Label>Say &quot;&lt;&amp;&quot;</Label>\n"
          "      <Role schemeIdUri=\"urn:mpeg:dash:role:2011\" value=\"subtitle\"/>\n"
          "      <Representation id=\"subtitles-en\" bandwidth=\"98\">\n"
          "        <BaseURL>subtitles-en/subtitles.vtt</BaseURL>\n"
          "      </Representation>\n"
          "    </AdaptationSet>\n"),
      std::string::npos)
      << text;
  EXPECT_EQ(count(text, "text/vtt"), 3U) << text;
  EXPECT_EQ(count(text, "value=\"forced-subtitle\""), 1U) << text;
  EXPECT_EQ(count(text, "value=\"caption\""), 1U) << text;
}

TEST(DashManifest, NamesCannotBeginAnIdentifierOfTheTemplate) {
  MasterPlan plan = make_plan();
  plan.variants[0].uri = "a$b c/index.m3u8";
  const std::string text = make_dash_manifest(plan);
  EXPECT_NE(text.find("initialization=\"a%24b%20c/init.mp4\""), std::string::npos) << text;
}

}  // namespace
}  // namespace mpegflow::package
