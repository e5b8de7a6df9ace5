#include "records/host_picture.h"

#include <gtest/gtest.h>

namespace mpegflow::records {
namespace {

using queue::Pause;

constexpr base::WallTime kNow{1'000'000};

HostPicture make_host(
    const std::vector<std::tuple<std::string, Pause, std::vector<std::string>>>& workers) {
  HostPicture host;
  for (const auto& [id, pause, pools] : workers) {
    store::SessionRow session;
    session.id = base::SessionId(id);
    session.pause = pause;
    host.sessions.push_back(session);
    host.pools_of[id] = pools;
  }
  return host;
}

TEST(HostPicture, IsIdleForAFullDiskWhereNoOtherWorkerTakesTheTasks) {
  EXPECT_EQ(find_idle_reason(make_host({{"a", Pause::none, {"cpu"}}}), kNow), "");
  EXPECT_EQ(find_idle_reason(make_host({{"a", Pause::disk_full, {"cpu"}}}), kNow), "disk_full");
  EXPECT_EQ(find_idle_reason(
                make_host({{"a", Pause::disk_full, {"cpu"}}, {"b", Pause::none, {"cpu"}}}), kNow),
            "");
  EXPECT_EQ(find_idle_reason(make_host({{"a", Pause::disk_full, {"cpu"}},
                                        {"publisher", Pause::none, {"deliver"}}}),
                             kNow),
            "disk_full");
}

TEST(HostPicture, IsDrainingWhenItsWorkersAreOrAServerWasAsked) {
  HostPicture host = make_host({{"a", Pause::draining, {"cpu"}}, {"b", Pause::draining, {"cpu"}}});
  EXPECT_EQ(find_idle_reason(host, kNow), "draining");
  host = make_host({{"a", Pause::none, {"cpu"}}});
  host.is_draining = true;
  EXPECT_EQ(find_idle_reason(host, kNow), "draining");
}

}  // namespace
}  // namespace mpegflow::records
