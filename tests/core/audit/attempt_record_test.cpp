#include "core/audit/attempt_record.h"

#include <gtest/gtest.h>

namespace mpegflow::audit {
namespace {

AttemptRecord make_record() {
  AttemptRecord record;
  record.argv = {"ffmpeg", "-i", "in/main.mp4"};
  record.working_folder = "file:///scratch";
  record.encoder_revision = "revision";
  record.sandbox = {"cgroup"};
  record.staged_us = 1, record.started_us = 2, record.exited_us = 3;
  record.verified_us = 4, record.uploaded_us = 5, record.committed_us = 6;
  record.cpu_us = 7, record.wall_us = 8, record.peak_anonymous_bytes = 9;
  record.exit_code = 1;
  record.ended_by = "itself";
  record.stderr_key = "job/log";
  record.stderr_bytes = 10;
  record.finding = retry::make_finding("unrecognised", "rule", {{7, "line of stderr"}});
  record.verification_level = "exact";
  record.checks = {base::json::object{{"name", "duration"}, {"ok", true}}};
  record.inputs = {base::json::object{{"key", "main"}}};
  record.outputs = {{"1080p/0.m4s", 11, "hash"}};
  record.media_seconds = 12.5;
  record.machine = {{"memory", {{"oom_kill", true}}}};
  return record;
}

TEST(AttemptRecord, ComesBackWhole) {
  const AttemptRecord before = make_record();
  const AttemptRecord after = parse_attempt_record(to_json(before));
  EXPECT_EQ(base::to_canonical_json(to_json(after)), base::to_canonical_json(to_json(before)));
  EXPECT_EQ(after.argv, before.argv);
  EXPECT_EQ(after.finding, before.finding);
  EXPECT_EQ(after.outputs, before.outputs);
  EXPECT_EQ(after.committed_us, 6);
  EXPECT_EQ(after.media_seconds, 12.5);
  EXPECT_EQ(after.machine, before.machine);
}

TEST(AttemptRecord, KeepsExitAndSignalApart) {
  AttemptRecord record;
  record.signal = 9;
  const AttemptRecord after = parse_attempt_record(to_json(record));
  EXPECT_EQ(after.exit_code, std::nullopt);
  EXPECT_EQ(after.signal, 9);
  EXPECT_FALSE(after.finding);
}

TEST(AttemptRecord, OfAnEmptyObjectIsEmpty) {
  EXPECT_TRUE(parse_attempt_record({}).argv.empty());
}

}  // namespace
}  // namespace mpegflow::audit
