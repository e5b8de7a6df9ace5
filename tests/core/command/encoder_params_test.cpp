#include "core/command/encoder_params.h"

#include <gtest/gtest.h>

namespace mpegflow::command {
namespace {

std::string find_in_params(const std::string& option, const std::string& value,
                           const std::string& pass = "") {
  FileList files;
  const auto found = find_param_files({option, MarkedText(value), 1, pass}, files);
  if (!found) return std::string(to_word(found.error().code));
  std::string text = *found == OwnLog::named ? "own " : "";
  for (const FileUse& file : files.files)
    text += (file.role == Role::read ? "r:" : "w:") + file.path + " ";
  return text;
}

TEST(EncoderParams, LogOfAPassIsWrittenByTheFirstAndReadByTheSecond) {
  EXPECT_EQ(find_in_params("x264-params", "pass=1:stats=a.log"), "own w:a.log w:a.log.mbtree ");
  EXPECT_EQ(find_in_params("x264-params", "stats=a.log", "2"), "own r:a.log r:a.log.mbtree ");
  EXPECT_EQ(find_in_params("x264-params", "stats=a.log"), "");
  EXPECT_EQ(find_in_params("x265-params", "pass=1"), "w:x265_2pass.log w:x265_2pass.log.cutree ");
  EXPECT_EQ(find_in_params("vvenc-params", "pass=2:rcstatsfile=v.json"), "own r:v.json ");
}

TEST(EncoderParams, FilesHaveTheRolesTheEncoderGivesThem) {
  EXPECT_EQ(find_in_params("x264-params", "keyint=50:qpfile='a b.qp'"), "r:a b.qp ");
  EXPECT_EQ(find_in_params("x265-params", "csv=a.csv:zonefile=z.txt"), "w:a.csv r:z.txt ");
  EXPECT_EQ(find_in_params("svtav1-params", "tune=0:fgs-table=g.tbl"), "r:g.tbl ");
}

TEST(EncoderParams, AWordIsNoFile) {
  EXPECT_EQ(find_in_params("x264-params", "cqm=jvt"), "");
  EXPECT_EQ(find_in_params("x265-params", "scaling-list=default"), "");
  EXPECT_EQ(find_in_params("x265-params", "scaling-list=own.txt"), "r:own.txt ");
}

TEST(EncoderParams, WhatMayBeAFileIsNotGuessedAt) {
  EXPECT_EQ(find_in_params("kvazaar-params", "qp=30,roi=map.txt"), "unclear_file");
  EXPECT_EQ(find_in_params("x264-params", "profile=high"), "");
}

}  // namespace
}  // namespace mpegflow::command
