#include "core/encode/progress_reader.h"

#include <gtest/gtest.h>

namespace mpegflow::encode {
namespace {

TEST(ProgressReader, GivesAReportAtItsLastLine) {
  ProgressReader reader;
  for (const char* line : {"frame=50", "fps=12.50", "total_size=9184", "out_time_us=1880078",
                           "dup_frames=3", "drop_frames=1", "speed=96.8x"})
    EXPECT_FALSE(reader.take(line).has_value());
  const auto report = reader.take("progress=end");
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->frame, 50);
  EXPECT_EQ(report->fps, 12.5);
  EXPECT_EQ(report->total_size, 9184);
  EXPECT_EQ(report->out_time_us, 1880078);
  EXPECT_EQ(report->speed, 96.8);
  EXPECT_EQ(report->dup, 3);
  EXPECT_EQ(report->drop, 1);
  EXPECT_TRUE(report->end);
}

TEST(ProgressReader, LeavesOutWhatIsNotKnown) {
  ProgressReader reader;
  for (const char* line : {"total_size=N/A", "out_time_us=N/A", "speed=N/A", "bitrate=N/A"})
    reader.take(line);
  EXPECT_EQ(reader.take("progress=continue"), Progress{});
}

TEST(ProgressReader, ReadsPaddedValues) {
  ProgressReader reader;
  reader.take("speed=   0x");
  reader.take("frame=  7 ");
  const auto report = reader.take("progress=continue");
  EXPECT_EQ(report->speed, 0);
  EXPECT_EQ(report->frame, 7);
}

TEST(ProgressReader, ForgetsTheReportBefore) {
  ProgressReader reader;
  reader.take("frame=7");
  reader.take("progress=continue");
  EXPECT_FALSE(reader.take("progress=continue")->frame.has_value());
}

TEST(ProgressReader, IgnoresWhatIsNoPair) {
  ProgressReader reader;
  EXPECT_FALSE(reader.take("").has_value());
  EXPECT_FALSE(reader.take("garbage").has_value());
}

}  // namespace
}  // namespace mpegflow::encode
