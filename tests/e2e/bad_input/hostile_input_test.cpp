#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <gtest/gtest.h>
#include <netinet/in.h>

#include "e2e/support/media.h"
#include "e2e/support/workspace.h"

namespace mpegflow::e2e {
namespace {

using Words = std::vector<std::string>;

/// Somebody else's film next to the input, under the names that the hostile files use.
class HostileInput : public testing::Test {
 protected:
  void SetUp() override {
    const std::string film = read_bytes(make_clip("ts"));
    ASSERT_TRUE(base::make_directories(place_.path() / "canary"));
    ASSERT_TRUE(base::write_file_durably(place_.path() / "canary/private.ts", film));
    ASSERT_TRUE(base::write_file_durably(place_.in("private.ts"), film));
  }

  void expect_refusal(const std::string& name, const std::string& bytes) {
    const CommandResult run = place_.run_ladder(place_.write_input(name, bytes), place_.out("o"));
    EXPECT_EQ(run.exit_code, 65) << run.out << run.err;
    EXPECT_EQ(place_.reasons_of_last_job(), Words{"input_protocol_blocked"});
    EXPECT_TRUE(place_.leftovers().empty()) << testing::PrintToString(place_.leftovers());
  }

  Workspace place_;
};

TEST_F(HostileInput, APlaylistNamedMp4ReadsNoNeighbour) {
  expect_refusal("a.mp4",
                 "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n../canary/private.ts\n"
                 "#EXT-X-ENDLIST\n");
}

TEST_F(HostileInput, AConcatScriptNamedMkvReadsNoNeighbour) {
  expect_refusal("a.mkv", "ffconcat version 1.0\nfile 'private.ts'\n");
}

TEST_F(HostileInput, APlaylistThatNamesItselfEnds) {
  expect_refusal("self.m3u8", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\nself.m3u8\n");
}

TEST_F(HostileInput, NothingIsAskedOfTheNetwork) {
  const base::UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(listener.get(), generic, size), 0);
  ASSERT_EQ(::listen(listener.get(), 4), 0);
  ASSERT_EQ(::getsockname(listener.get(), generic, &size), 0);
  expect_refusal("a.mov", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\nhttp://127.0.0.1:" +
                              std::to_string(ntohs(address.sin_port)) + "/variant.m3u8\n");
  pollfd asked{listener.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&asked, 1, 0), 0) << "somebody connected";
}

TEST_F(HostileInput, TwoFramesAndThirtyHoursAreNoFilm) {
  const base::Path gap = place_.in("gap.mkv");
  run_ffmpeg({"-f", "lavfi", "-i", "color=s=64x48:r=1:d=2", "-vf",
              "setpts='if(eq(N,0),0,108000/TB)'", "-vsync", "0", "-c:v", "libx264", gap.native()});
  const CommandResult run = place_.run_ladder(gap, place_.out("o"));
  EXPECT_EQ(run.exit_code, 65) << run.out << run.err;
  EXPECT_EQ(place_.reasons_of_last_job(), Words{"input_timestamps_broken"});
  EXPECT_TRUE(place_.leftovers().empty());
}

}  // namespace
}  // namespace mpegflow::e2e
