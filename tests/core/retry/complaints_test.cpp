#include "core/retry/complaints.h"

#include <gtest/gtest.h>

#include "exits.h"

namespace mpegflow::retry {
namespace {

TEST(Complaints, WhoComplainsTellsWhatNoRuleKnows) {
  EXPECT_EQ(reason_of(failed("Stream mapping:\n[h264_amf @ 0x1] Something new failed\n")),
            "gpu_unavailable");
  EXPECT_EQ(reason_of(failed("Stream mapping:\n[Parsed_new_0 @ 0x1] This cannot be\n")),
            "filtergraph_invalid");
}

TEST(Complaints, AnErrnoCountsForWhoeverItIsSaidTo) {
  EXPECT_EQ(reason_of(failed("[out#0/mp4 @ 0x1] Cannot reach /srv/x/out.mp4: Not a directory\n")),
            "output_path_invalid");
  EXPECT_EQ(reason_of(failed("[in#1 @ 0x1] Cannot reach /srv/x/in.mp4: Symbolic link loop\n")),
            "input_not_found");
  EXPECT_EQ(reason_of(failed("Stream mapping:\n[x @ 0x1] write: Stale file handle\n")), "io_error");
}

TEST(Complaints, TheLoaderSpeaksWithTheProgramsName) {
  EXPECT_EQ(reason_of(failed("/opt/ffmpeg: /lib/libavcodec.so.9: new symbol is not there\n")),
            "shared_library_missing");
}

TEST(Complaints, WhatTheToolRefusesBeforeItBeginsItAlwaysRefuses) {
  EXPECT_EQ(reason_of(failed("This option cannot be combined with that one.\n")), "invalid_option");
  EXPECT_EQ(reason_of(failed("Stream map with a new syntax error\n")), "map_invalid");
  EXPECT_EQ(reason_of(failed("Stream mapping:\nThis option cannot be combined.\n")), "unrecognised")
      << "by then the command was read";
  EXPECT_EQ(reason_of(failed("Something happened\n")), "unrecognised");
}

TEST(Complaints, WhatCameOverABrokenConnectionIsNotDamaged) {
  const std::string cut = "[https @ 0x1] The peer closed it too early, failed\n";
  const std::string moov = "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x1] moov atom not found\n";
  EXPECT_EQ(reason_of(failed(cut + moov)), "network_reset");
  EXPECT_EQ(reason_of(failed(moov)), "moov_missing");
}

}  // namespace
}  // namespace mpegflow::retry
