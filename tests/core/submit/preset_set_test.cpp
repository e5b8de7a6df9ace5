#include "core/submit/preset_set.h"

#include <gtest/gtest.h>

#include "core/submit/accept.h"
#include "core/submit/read_spec.h"

namespace mpegflow::submit {
namespace {

std::string make_talks(int version, int crf = 28) {
  return "preset: talks\nversion: " + std::to_string(version) +
         "\ndescription: d\nrenditions: [{height: 720, crf: " + std::to_string(crf) + "}]\n";
}

/// A released version is what jobs were made with: this list gets longer, no line of it changes.
TEST(BuiltInPresets, NeverChange) {
  std::string list;
  for (const Preset& preset : built_in_presets())
    list += to_reference(preset) + " " + preset.sha256 + "\n";
  expect_golden("tests/golden/presets.txt", list);
}

TEST(BuiltInPresets, AreTheFilesOfTheirNames) {
  for (const Preset& preset : built_in_presets())
    EXPECT_EQ(
        base::read_file(source_path("presets/" + to_reference(preset) + ".yaml")).value_or(""),
        preset.text);
}

TEST(OwnPresets, AreNamedAfterTheirFiles) {
  const auto own = read_own_presets({{"talks@1.yaml", make_talks(1)},
                                     {"other@1.yaml", make_talks(1)},
                                     {"hls-h264@9.yaml",
                                      "preset: hls-h264\nversion: 9\ndescription: d\n"
                                      "renditions: [{height: 720}]\n"},
                                     {"bad@1.yaml", "preset: bad\n"}});
  ASSERT_EQ(own.size(), 4U);
  EXPECT_EQ(own[0].file, "bad@1.yaml");
  EXPECT_FALSE(own[0].reading.preset);
  EXPECT_FALSE(own[1].reading.preset) << "it takes the name of a built-in one";
  EXPECT_FALSE(own[2].reading.preset) << "the file has another name";
  EXPECT_TRUE(own[3].reading.preset);
}

TEST(FindPreset, TakesTheHighestVersionUnlessOneIsNamed) {
  const auto own = read_own_presets({{"talks@2.yaml", make_talks(2)},
                                     {"talks@10.yaml", make_talks(10)},
                                     {"talks@1.yaml", make_talks(1)},
                                     {"bad@1.yaml", "preset: bad\n"}});
  EXPECT_EQ(to_reference(*find_preset("talks", own).preset), "talks@10");
  EXPECT_EQ(to_reference(*find_preset("talks@1", own).preset), "talks@1");
  EXPECT_EQ(find_preset("talks@3", own).fault.code, FaultCode::unknown_word);
  EXPECT_EQ(find_preset("tolks", own).fault.nearest, "talks");
  EXPECT_NE(find_preset("bad", own).fault.message.find("bad@1.yaml is at fault"),
            std::string::npos);
  EXPECT_EQ(find_preset("a b", own).fault.code, FaultCode::malformed);
}

TEST(OwnPresets, AreExpandedAndPinned) {
  ReadContext context{.working_directory = "/srv"};
  context.own_presets = read_own_presets({{"talks@1.yaml", make_talks(1)}});
  const auto reading = read_spec("input: a\nladder: talks\noutput: o\n", context);
  ASSERT_TRUE(reading.spec) << to_text(reading.faults, "spec");
  EXPECT_EQ(reading.spec->ladder, "talks@1");
  EXPECT_EQ(reading.spec->renditions.at(0).crf, 28);

  const std::string canonical = base::to_canonical_json(to_json(*reading.spec));
  EXPECT_EQ(read_spec(canonical, context).spec, reading.spec);
  context.own_presets = read_own_presets({{"talks@1.yaml", make_talks(1, 30)}});
  const auto changed = read_spec(canonical, context);
  ASSERT_FALSE(changed.faults.empty());
  EXPECT_EQ(changed.faults.front().path, "ladder_sha256");
}

TEST(Ladder, SettingsOfTheSpecWin) {
  ReadContext context{.working_directory = "/srv"};
  context.own_presets =
      read_own_presets({{"talks@1.yaml", make_talks(1) + "audio: {bitrate: 64k, channels: 1}\n"}});
  const auto of = [&](const std::string& more) {
    const auto reading = read_spec("input: a\nladder: talks\noutput: o\n" + more, context);
    EXPECT_TRUE(reading.spec) << to_text(reading.faults, "spec");
    return reading.spec.value_or(JobSpec{});
  };
  EXPECT_EQ(of("").audio.bitrate, 64'000);
  EXPECT_EQ(of("audio: {bitrate: 96k}\n").audio.bitrate, 96'000);
  EXPECT_EQ(of("audio: {bitrate: 96k}\n").audio.channels, 1);
  EXPECT_FALSE(of("audio: false\n").audio.enabled);
}

}  // namespace
}  // namespace mpegflow::submit
