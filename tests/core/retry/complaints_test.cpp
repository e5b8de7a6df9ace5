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

}  // namespace
}  // namespace mpegflow::retry
