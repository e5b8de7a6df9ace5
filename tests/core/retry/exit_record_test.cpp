#include "core/retry/exit_record.h"

#include <csignal>

#include <gtest/gtest.h>

namespace mpegflow::retry {
namespace {

EncoderExit read(std::string_view text) {
  EncoderExit exit;
  read_exit_facts(base::parse_json(text, "facts").value().as_object(), exit);
  return exit;
}

TEST(ExitRecord, ReadsEveryFact) {
  const EncoderExit exit = read(R"({"tool":"ffprobe","ffmpeg_version":"7.1","argv":["ffprobe","x"],
    "pinned_ffmpeg_version":"5.1","cpu_seconds":2,"wall_seconds":1.5,
    "cgroup":{"oom_kill":1,"memory_limit_bytes":10,"memory_peak_bytes":9},
    "disk":{"scratch_free_bytes":3,"scratch_total_bytes":4,"scratch_free_inodes":5},
    "stage_in":{"status":"failed","hash_match":false,"expected_bytes":7,"actual_bytes":6},
    "lease_lost":true,"preempted":true,"cancelled":true,"deadline_exceeded":true,
    "limits":{"cpu_seconds":60,"fsize_bytes":8},"gpu":{"present":true,"driver":"550"},
    "output":{"bytes":1,"duration_s":2.5},"job_scratch_estimate_bytes":11,
    "capabilities":{"encoders":["libx264"]}})");
  EXPECT_EQ(exit.tool, "ffprobe");
  EXPECT_EQ(exit.version, "7.1");
  EXPECT_EQ(exit.pinned_version, "5.1");
  EXPECT_EQ(exit.argv.size(), 2U);
  EXPECT_EQ(exit.cause, ExitCause::deadline);
  ExitFacts facts;
  facts.oom_kill = facts.cancelled = facts.lease_lost = facts.preempted = true;
  facts.memory_limit = 10;
  facts.memory_peak = 9;
  facts.disk_free = 3;
  facts.disk_total = 4;
  facts.disk_free_inodes = 5;
  facts.disk_needed = 11;
  facts.stage_in = StageIn::failed;
  facts.hash_match = false;
  facts.expected_bytes = 7;
  facts.actual_bytes = 6;
  facts.wall_seconds = 1.5;
  facts.cpu_seconds = 2;
  facts.cpu_seconds_limit = 60;
  facts.file_size_limit = 8;
  facts.gpu_present = true;
  facts.gpu_driver = "550";
  facts.output_bytes = 1;
  facts.output_seconds = 2.5;
  facts.capabilities.encoders = {"libx264"};
  EXPECT_EQ(exit.facts, facts);
}

TEST(ExitRecord, PassesOverWhatItDoesNotUnderstand) {
  EncoderExit exit = read(R"({"argv":null,"cgroup":7,"stage_in":{"hash_match":null,"status":3},
    "disk":null,"limits":{"cpu_seconds":"x"},"cancelled":null,"new":[1],"output":{"bytes":1e300}})");
  EXPECT_EQ(exit.facts, ExitFacts{});
  EXPECT_TRUE(exit.argv.empty());
  EXPECT_EQ(exit.tool, "ffmpeg");
}

TEST(ExitRecord, TakesExitStatusAsAnyoneTellsIt) {
  EncoderExit exit;
  read_exit_status(-1, 9, exit);
  EXPECT_EQ(exit.signal, 9);
  EXPECT_EQ(exit.exit_code, std::nullopt);
  read_exit_status(1, 0, exit);
  EXPECT_EQ(exit.signal, std::nullopt);
  EXPECT_EQ(exit.exit_code, 1);
  read_exit_status(-9, std::nullopt, exit);
  EXPECT_EQ(exit.signal, 9);
  read_exit_status(-22, 0, exit);  // as Windows gives AVERROR(EINVAL)
  EXPECT_EQ(exit.exit_code, 234);
  read_exit_status(-1, 0, exit);
  EXPECT_EQ(exit.exit_code, 255);
  read_exit_status(-1094995529, std::nullopt, exit);  // AVERROR_INVALIDDATA, as Windows gives it
  EXPECT_EQ(exit.exit_code, 183);
  read_exit_status(4294967256, std::nullopt, exit);  // the same without a sign
  EXPECT_EQ(exit.exit_code, 216);
  EXPECT_EQ(exit.signal, std::nullopt);
  read_exit_status(-40, std::nullopt, exit);  // no signal has this number
  EXPECT_EQ(exit.exit_code, 216);
  read_exit_status(std::nullopt, std::nullopt, exit);
  EXPECT_EQ(exit.exit_code, std::nullopt);
}

TEST(ExitRecord, TakesACrashAsWindowsTellsIt) {
  EncoderExit exit;
  read_exit_status(3221225477, std::nullopt, exit);  // access violation
  EXPECT_EQ(exit.signal, SIGSEGV);
  EXPECT_EQ(exit.exit_code, std::nullopt);
  read_exit_status(-1073741795, std::nullopt, exit);  // illegal instruction
  EXPECT_EQ(exit.signal, SIGILL);
  read_exit_status(3221225781, std::nullopt, exit);
  EXPECT_EQ(exit.exit_code, kWindowsDllMissing);
  EXPECT_EQ(exit.signal, std::nullopt);
}

TEST(ExitRecord, WritesAFinding) {
  const base::json::object record = to_json(make_finding("disk_full", "no_space", {{3, "full"}}));
  EXPECT_EQ(base::text_or(record, "bucket"), "transient");
  EXPECT_EQ(base::text_or(record, "reason"), "disk_full");
  EXPECT_EQ(base::text_or(record, "status"), "retry");
  EXPECT_TRUE(record.at("action").is_null());
  EXPECT_EQ(base::int_or(base::array_or(record, "evidence").at(0).as_object(), "line"), 3);
  EXPECT_EQ(base::int_or(record, "classifier"), kClassifierVersion);
}

}  // namespace
}  // namespace mpegflow::retry
