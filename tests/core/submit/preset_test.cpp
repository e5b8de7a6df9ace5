#include "core/submit/preset.h"

#include <gtest/gtest.h>

#include "core/submit/read_spec.h"

namespace mpegflow::submit {
namespace {

constexpr const char* kTalks =
    "preset: talks\nversion: 2\ndescription: Slides and a voice\n"
    "renditions: [{height: 720, crf: 28}]\naudio: {channels: 1}\n";

std::vector<std::string> find_preset_faults(std::string_view text) {
  std::vector<std::string> lines;
  for (const Fault& fault : read_preset(text).faults)
    lines.push_back(fault.path + " " + std::string(to_word(fault.code)));
  return lines;
}

TEST(Preset, IsAPartOfASpecWithAName) {
  const auto reading = read_preset(kTalks);
  ASSERT_TRUE(reading.preset) << to_text(reading.faults, "talks");
  EXPECT_EQ(to_reference(*reading.preset), "talks@2");
  EXPECT_EQ(reading.preset->description, "Slides and a voice");
  EXPECT_EQ(reading.preset->text, kTalks);
  const JobSpec spec = parse_job_spec(reading.preset->settings);
  ASSERT_EQ(spec.renditions.size(), 1U);
  EXPECT_EQ(spec.renditions[0].key, "720p");
  EXPECT_EQ(spec.audio.channels, 1);
  EXPECT_EQ(spec.packaging, PackagingSpec{});
}

TEST(Preset, HasAnotherHashWithEveryChange) {
  EXPECT_NE(read_preset(kTalks).preset->sha256,
            read_preset(std::string(kTalks) + "# a comment\n").preset->sha256);
}

TEST(Preset, IsRefusedWithEveryFault) {
  EXPECT_EQ(find_preset_faults("[]"), (std::vector<std::string>{" wrong_type"}));
  EXPECT_EQ(
      find_preset_faults("preset: a b\nversion: 0\ninput: x\nrenditions: [{height: 721}]\n"),
      (std::vector<std::string>{"description missing", "preset malformed", "version out_of_range",
                                "input unknown_key", "renditions[0].height out_of_range"}));
  EXPECT_EQ(find_preset_faults("preset: a\nversion: 1\ndescription: d\naudio: false\n"),
            (std::vector<std::string>{" missing"}));
  EXPECT_EQ(find_preset_faults("preset: a\nversion: 1\ndescription: d\n"
                               "renditions: [{height: 720}, {height: 720}]\n"),
            (std::vector<std::string>{"renditions[1].key duplicate"}));
}

TEST(PresetReference, IsANameAndPerhapsAVersion) {
  EXPECT_EQ(parse_preset_reference("hls-h264"), (PresetReference{"hls-h264", std::nullopt}));
  EXPECT_EQ(parse_preset_reference("hls-h264@12"), (PresetReference{"hls-h264", 12}));
  for (const char* text :
       {"", "@1", "a@", "a@0", "a@01", "a@-1", "a@1x", "a@1@2", "a b", "../a", "a@1000000"})
    EXPECT_FALSE(parse_preset_reference(text)) << text;
}

}  // namespace
}  // namespace mpegflow::submit
