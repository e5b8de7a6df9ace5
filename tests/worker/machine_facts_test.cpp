#include "worker/machine_facts.h"

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace mpegflow::worker {
namespace {

void put(const base::Path& path, const std::string& text) {
  ASSERT_TRUE(base::make_directories(path.parent_path()));
  ASSERT_TRUE(base::write_file_durably(path, text));
}

TEST(Gpu, IsNotThereWithoutItsNodes) {
  const test::TemporaryFolder root;
  EXPECT_EQ(find_gpu(root.path()), Gpu{});
}

TEST(Gpu, IsKnownByItsNodesAndDriver) {
  const test::TemporaryFolder root;
  put(root.path() / "dev/nvidia0", "");
  put(root.path() / "proc/driver/nvidia/version",
      "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12\n");
  EXPECT_EQ(find_gpu(root.path()), (Gpu{true, "535.183.01"}));
}

TEST(Gpu, MayBeARenderNodeAlone) {
  const test::TemporaryFolder root;
  put(root.path() / "dev/dri/renderD128", "");
  EXPECT_EQ(find_gpu(root.path()), (Gpu{true, ""}));
}

TEST(MachineFacts, SayWhatIsKnown) {
  MachineFacts facts;
  facts.before = base::Room{1000, 5000, 7};
  facts.after = base::Room{0, 5000, std::nullopt};
  facts.memory_limit = 99;
  process::ProcessResult result;
  result.oom_kill = true;
  const auto record = to_json(facts, result);
  const auto disk = base::object_or(record, "disk");
  EXPECT_EQ(base::int_or(base::object_or(disk, "before"), "free_inodes"), 7);
  EXPECT_EQ(base::int_or(base::object_or(disk, "after"), "free_bytes", -1), 0);
  EXPECT_FALSE(base::object_or(disk, "after").contains("free_inodes"));
  EXPECT_TRUE(base::bool_or(base::object_or(record, "memory"), "oom_kill", false));
  EXPECT_EQ(base::int_or(base::object_or(record, "memory"), "limit_bytes"), 99);
}

}  // namespace
}  // namespace mpegflow::worker
