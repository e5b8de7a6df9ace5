#include "worker/devices.h"

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace mpegflow::worker {
namespace {

using process::ShownPlace;

struct Devices : testing::Test {
  void put(const std::string& name) {
    const base::Path path = root.path() / name;
    ASSERT_TRUE(base::make_directories(path.parent_path()));
    ASSERT_TRUE(base::write_file_durably(path, ""));
  }
  test::TemporaryFolder root;
  const std::vector<std::string> on_gpu = {"ffmpeg", "-i", "a", "-c:v", "h264_nvenc", "b"};
};

TEST_F(Devices, AreTheNodesThatAreThereAndWhatDriversRead) {
  for (const char* name : {"dev/nvidia0", "dev/nvidiactl", "dev/nvidia-uvm", "dev/dri/renderD128",
                           "dev/sda", "dev/video0", "dev/nvidia-x", "sys/devices/pci/vendor"})
    put(name);
  const process::Devices found = list_devices(root.path());
  const auto at = [&](const std::string& name) {
    return ShownPlace{root.path() / name, base::Path("/") / name};
  };
  EXPECT_EQ(found.nodes, (std::vector<ShownPlace>{at("dev/dri"), at("dev/nvidia-uvm"),
                                                  at("dev/nvidia0"), at("dev/nvidiactl")}));
  EXPECT_EQ(found.facts, std::vector<ShownPlace>{at("sys/devices")});
}

TEST_F(Devices, AreNoneWhereThereIsNoNode) {
  put("sys/devices/pci/vendor");
  EXPECT_EQ(list_devices(root.path()), process::Devices{});
  EXPECT_EQ(list_devices(root.path() / "nowhere"), process::Devices{});
}

TEST_F(Devices, AreForCommandsThatNeedThemAlone) {
  put("dev/nvidia0");
  EXPECT_EQ(list_devices_for(on_gpu, root.path()).nodes.size(), 1U);
  EXPECT_EQ(list_devices_for({"ffmpeg", "-i", "a", "-c:v", "libx264", "b"}, root.path()),
            process::Devices{});
}

}  // namespace
}  // namespace mpegflow::worker
