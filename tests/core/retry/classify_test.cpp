#include "core/retry/classify.h"

#include <csignal>

#include <gtest/gtest.h>

#include "exits.h"

namespace mpegflow::retry {
namespace {

EncoderExit killed(int signal) {
  EncoderExit exit;
  exit.signal = signal;
  return exit;
}

TEST(Classify, FactsTellKillsApart) {
  EncoderExit exit = killed(SIGKILL);
  EXPECT_EQ(reason_of(exit), "killed_unknown");
  exit.facts.oom_kill = true;
  EXPECT_EQ(reason_of(exit), "oom_killed");
  exit = killed(SIGKILL);
  exit.facts.cancelled = true;
  EXPECT_EQ(reason_of(exit), "cancelled_by_user");
  exit = killed(SIGKILL);
  exit.facts.preempted = true;
  EXPECT_EQ(reason_of(exit), "worker_preempted");
  exit = killed(SIGKILL);
  exit.cause = ExitCause::deadline;
  EXPECT_EQ(reason_of(exit), "job_timeout");
  exit.cause = ExitCause::no_progress;
  EXPECT_EQ(reason_of(exit), "no_progress");
  exit.cause = ExitCause::output_limit;
  EXPECT_EQ(reason_of(exit), "output_size_limit");
}

TEST(Classify, CanBeAskedAsIfARuleWereNotThere) {
  const EncoderExit exit = failed("in/main: Invalid data found when processing input\n");
  const Finding with = classify(exit);
  EXPECT_EQ(classify_without(exit, {}), with);
  EXPECT_EQ(classify_without(exit, {"another"}), with);
  EXPECT_NE(classify_without(exit, {with.rule}).rule, with.rule);
}

TEST(Classify, SignalOutranksStderrText) {
  EncoderExit exit = killed(SIGSEGV);
  exit.stderr_text = "in/main: Invalid data found when processing input\n";
  EXPECT_EQ(reason_of(exit), "crashed");
}

TEST(Classify, CauseOutranksTheWrappersAroundIt) {
  EXPECT_EQ(reason_of(failed("[libx264 @ 0x1] width not divisible by 2 (321x181)\n"
                             "Error initializing output stream 0:0 -- Error while opening encoder "
                             "for output stream #0:0 - maybe incorrect parameters\n"
                             "Conversion failed!\n")),
            "dimensions_invalid");
}

TEST(Classify, DamageIsNotTheCauseOfAFullDisk) {
  EXPECT_EQ(reason_of(failed("[h264 @ 0x1] error while decoding MB 1 1\n"
                             "Error while decoding stream #0:0: Invalid data found\n"
                             "av_interleaved_write_frame(): No space left on device\n")),
            "disk_full");
}

TEST(Classify, AReadersComplaintIsAboutWhatItReads) {
  EXPECT_EQ(reason_of(failed("[cook @ 0x1] Unsupported sample rate 7\n"
                             "in/main: Invalid data found when processing input\n")),
            "input_parameters_invalid");
  EXPECT_EQ(reason_of(failed("[aac @ 0x1] Specified sample rate 96001 is not supported\n")),
            "sample_rate_unsupported");
}

TEST(Classify, WhatWasSurvivedCountsLast) {
  EXPECT_EQ(reason_of(failed("[https @ 0x1] HTTP error 503 Service Unavailable\nStream mapping:\n"
                             "[libx264 @ 0x2] width not divisible by 2 (321x181)\n")),
            "dimensions_invalid");
}

TEST(Classify, NeverReadsTheBanner) {
  EXPECT_EQ(reason_of(failed("ffmpeg version 5.1 Copyright (c) 2000-2022 the FFmpeg developers\n"
                             "  configuration: --enable-nvenc --cc='no space left on device'\n"
                             "Unrecognized option 'crff'.\n")),
            "invalid_option");
}

TEST(Classify, VerboseChatterIsNoFault) {
  EXPECT_EQ(reason_of(failed("[mp4 @ 0x1] Empty MOOV enabled; disabling automatic bitstream "
                             "filtering\n[AVIOContext @ 0x2] Statistics: 9 bytes read, 0 seeks\n",
                             0)),
            "ok");
}

TEST(Classify, TellsMissingComponentsFromSlips) {
  EXPECT_EQ(reason_of(failed("Unknown encoder 'h264_nvenc'\n")), "encoder_unavailable");
  EXPECT_EQ(reason_of(failed("[vost#0:0 @ 0x1] Unknown encoder 'libx264x'\n", 8)),
            "encoder_unknown");
  EXPECT_EQ(reason_of(failed("[AVFilterGraph @ 0x1] No such filter: 'drawtext'\n", 8)),
            "filter_unavailable");
  EXPECT_EQ(reason_of(failed("[AVFilterGraph @ 0x1] No such filter: 'scael'\n", 8)),
            "filter_unknown");
  EXPECT_EQ(reason_of(failed("Unrecognized option 'hls_time'.\n", 8)), "muxer_unavailable");
}

TEST(Classify, AnotherVersionMayKnowTheOption) {
  EncoderExit exit = failed("Unrecognized option 'enc_stats_pre'.\n");
  exit.version = "5.1";
  exit.pinned_version = "7.1";
  EXPECT_EQ(reason_of(exit), "version_mismatch");
}

TEST(Classify, ADamagedCopyIsFetchedAgain) {
  EncoderExit exit = failed(
      "[mov @ 0x1] moov atom not found\n"
      "in/main: Invalid data found when processing input\n");
  EXPECT_EQ(reason_of(exit), "moov_missing");
  exit.facts.hash_match = false;
  EXPECT_EQ(reason_of(exit), "stage_in_corrupt");
  EXPECT_EQ(classify(exit).action, "restage");
}

TEST(Classify, AMissingInputDependsOnItsStaging) {
  EncoderExit exit = failed("in/main: No such file or directory\n");
  EXPECT_EQ(reason_of(exit), "input_not_found");
  exit.facts.stage_in = StageIn::failed;
  EXPECT_EQ(reason_of(exit), "stage_in_missing");
  exit.stderr_text = "[in#0 @ 0x1] Error opening input: No such file or directory\n";
  EXPECT_EQ(reason_of(exit), "stage_in_missing") << "as newer versions say it";
}

TEST(Classify, AnInputThatChangedOutranksEverything) {
  EncoderExit exit = failed("", 0);
  exit.facts.input_changed = true;
  EXPECT_EQ(reason_of(exit), "input_changed");
}

TEST(Classify, GpuFailuresHideBehindOtherWords) {
  EXPECT_EQ(reason_of(failed("[h264_nvenc @ 0x1] Cannot load libcuda.so.1\n"
                             "Error while opening encoder: Operation not permitted\n",
                             255)),
            "gpu_unavailable");
  EXPECT_EQ(reason_of(failed("Device creation failed: -12.\nFailed to set value 'vaapi' for option "
                             "'init_hw_device': Cannot allocate memory\n",
                             244)),
            "gpu_unavailable");
}

TEST(Classify, ADeviceFailsInTheWordsOfOtherThings) {
  EXPECT_EQ(reason_of(failed("Encoder device setup failed: Cannot allocate memory\n")),
            "gpu_unavailable");
  EXPECT_EQ(reason_of(failed("Failed to set value 'x' for option 'vaapi_device': No such file or "
                             "directory\n")),
            "gpu_unavailable");
}

TEST(Classify, AnErrnoOfTheMachineOutranksWhatItBroke) {
  EXPECT_EQ(reason_of(failed("[AVFilterGraph @ 0x1] Query format failed for 'x': Out of memory\n")),
            "oom_alloc");
  EXPECT_EQ(reason_of(failed("[AVFilterGraph @ 0x1] Query format failed for 'x': Invalid data\n")),
            "filtergraph_invalid");
}

TEST(Classify, AConnectionOfTheOutputAloneIsAnUpload) {
  EncoderExit exit = failed("Stream mapping:\n[tls @ 0x1] Connection reset by peer\n");
  EXPECT_EQ(reason_of(exit), "network_reset");
  exit.argv = {"ffmpeg", "-i", "in/main", "rtmps://h/live"};
  EXPECT_EQ(reason_of(exit), "upload_failed");
  exit.argv = {"ffmpeg", "-i", "https://h/a.mp4", "rtmps://h/live"};
  EXPECT_EQ(reason_of(exit), "network_reset");
}

TEST(Classify, TheProgramItselfMayBeMissing) {
  EXPECT_EQ(
      reason_of(failed("ffmpeg: error while loading shared libraries: libavcodec.so.59\n", 127)),
      "shared_library_missing");
  EXPECT_EQ(reason_of(failed("", 127)), "binary_missing");
}

TEST(Classify, ShowsTheLineItFiredOn) {
  const Finding finding =
      classify(failed("first\n[mov @ 0x1] moov atom not found\n"
                      "in/main: Invalid data found when processing input\n"));
  ASSERT_EQ(finding.evidence.size(), 1U);
  EXPECT_EQ(finding.evidence[0].line, 2);
  EXPECT_EQ(finding.evidence[0].text, "[mov @ 0x1] moov atom not found");
}

TEST(Classify, AdmitsWhatItDoesNotKnow) {
  const Finding finding = classify(failed("something no one has seen\n", 1));
  EXPECT_EQ(finding.reason, "unrecognised");
  EXPECT_EQ(finding.bucket, Bucket::transient);
}

}  // namespace
}  // namespace mpegflow::retry
