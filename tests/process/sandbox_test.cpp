#include "process/local/sandbox.h"

#include <filesystem>
#include <fstream>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "process/run_fixture.h"

namespace mpegflow::process {
namespace {

using base::ErrorCode;

class Sandbox : public RunFixture {
 protected:
  void SetUp() override {
    RunFixture::SetUp();
    if (!is_layer_on(runner_, "bubblewrap")) GTEST_SKIP() << "bubblewrap does not work here";
  }

  LocalProcessRunner runner_{make_options(Isolation::sandbox)};
  LocalProcessRunner bare_{make_options(Isolation::bare)};
  StopSignal stop_;
};

TEST_F(Sandbox, HidesEveryOtherFile) {
  std::ofstream(folder_ / "secret") << "key";
  const ProcessSpec spec = make_spec({"/bin/cat", folder_ / "secret"});
  const auto seen = bare_.run(spec, {}, stop_);
  ASSERT_TRUE(seen);
  ASSERT_EQ(seen->stdout_text, "key");
  const auto hidden = runner_.run(spec, {}, stop_);
  ASSERT_TRUE(hidden);
  EXPECT_EQ(hidden->stdout_text, "");
  EXPECT_EQ(hidden->exit_code, 1);
  for (const std::string folder :
       {"/root", "/home", "/etc/passwd", "/sys/class", "/sys/block", "/var/log"}) {
    const auto result = runner_.run(make_spec({"/bin/ls", folder}), {}, stop_);
    ASSERT_TRUE(result);
    EXPECT_NE(result->exit_code, 0) << folder;
  }
}

TEST_F(Sandbox, IsHeldToByWhoHasItAlone) {
  EXPECT_TRUE(runner_.hold_to_sandbox());
  EXPECT_FALSE(bare_.hold_to_sandbox());
  const ProcessSpec spec = make_spec({"/bin/cat", "/etc/passwd"});
  const auto hidden = runner_.run(spec, {}, stop_);
  ASSERT_TRUE(hidden);
  EXPECT_NE(hidden->exit_code, 0);
  EXPECT_EQ(bare_.run(spec, {}, stop_)->exit_code, 0) << "nobody held this one to it";
}

/// What was remembered of an earlier process is tried before anybody is told of it.
TEST_F(Sandbox, IsTriedBeforeItIsHeldTo) {
  LocalProcessOptions options = make_options(Isolation::sandbox);
  options.memory = folder_ / "memory";
  EXPECT_TRUE(is_layer_on(LocalProcessRunner(options), "bubblewrap"));
  ASSERT_TRUE(std::filesystem::exists(options.memory)) << "it is remembered";
  LocalProcessRunner later(options);
  EXPECT_TRUE(is_layer_on(later, "bubblewrap"));
  std::filesystem::remove(options.memory);
  EXPECT_TRUE(later.hold_to_sandbox());
  EXPECT_TRUE(std::filesystem::exists(options.memory)) << "a trial remembers it anew";
}

TEST_F(Sandbox, InputsAndSystemAreReadOnly) {
  std::ofstream(folder_ / "source") << "original";
  ProcessSpec spec =
      make_shell("(echo x > in/main) || (echo x > /usr/x) || (echo x > /x) || exit 5");
  spec.inputs = {{folder_ / "source", "in/main"}};
  const auto result = runner_.run(spec, {}, stop_);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 5);
  EXPECT_EQ(base::read_file(folder_ / "source").value_or(""), "original");
}

TEST_F(Sandbox, RootReadsWhatOnlyItsOwnerMay) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  const base::Path home = folder_ / "home";
  ASSERT_TRUE(base::make_directories(home));
  std::ofstream(home / "film") << "frames";
  ASSERT_EQ(::chmod((home / "film").c_str(), 0600), 0);
  ASSERT_EQ(::chmod(home.c_str(), 0700), 0);
  ASSERT_EQ(::chown((home / "film").c_str(), 1234, 1234), 0);
  ASSERT_EQ(::chown(home.c_str(), 1234, 1234), 0);
  ProcessSpec spec = make_spec({"/bin/cat", "in/film"});
  spec.inputs = {{home / "film", "in/film"}};
  const auto result = runner_.run(spec, {}, stop_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->stdout_text, "frames") << stderr_text();
}

TEST_F(Sandbox, LeavesNoPowerButToReadFiles) {
  const auto result = runner_.run(make_spec({"/bin/grep", "Cap", "/proc/self/status"}), {}, stop_);
  ASSERT_TRUE(result);
  const std::string read_search = "0000000000000004";
  const std::string effective = ::geteuid() == 0 ? read_search : "0000000000000000";
  EXPECT_NE(result->stdout_text.find("CapEff:\t" + effective), std::string::npos)
      << result->stdout_text;
}

TEST_F(Sandbox, HasNoNetwork) {
  const base::UniqueFd server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(server.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(server.get(), 4), 0);
  ASSERT_EQ(::getsockname(server.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const ProcessSpec spec = make_spec(
      {"/bin/bash", "-c", "exec 9<>/dev/tcp/127.0.0.1/" + std::to_string(ntohs(address.sin_port))});
  const auto reached = bare_.run(spec, {}, stop_);
  ASSERT_TRUE(reached);
  ASSERT_EQ(reached->exit_code, 0) << "the server can be reached without a sandbox";
  const auto refused = runner_.run(spec, {}, stop_);
  ASSERT_TRUE(refused);
  EXPECT_NE(refused->exit_code, 0);
}

/// The null device stands in for one of a GPU: who may open it where it was put may open that too.
TEST_F(Sandbox, ShowsDevicesThatCanBeOpened) {
  ASSERT_TRUE(base::make_directories(folder_ / "facts"));
  std::ofstream(folder_ / "facts" / "vendor") << "stand-in";
  const std::string look =
      "test -c /dev/nvidia0 && echo x > /dev/nvidia0 && cat /sys/dev/char/vendor";
  ProcessSpec spec = make_shell(look);
  const auto without = runner_.run(spec, {}, stop_);
  ASSERT_TRUE(without);
  EXPECT_NE(without->exit_code, 0);
  spec.devices = {{{"/dev/null", "/dev/nvidia0"}}, {{folder_ / "facts", "/sys/dev/char"}}};
  const auto with = runner_.run(spec, {}, stop_);
  ASSERT_TRUE(with);
  EXPECT_EQ(with->exit_code, 0) << stderr_text();
  EXPECT_EQ(with->stdout_text, "stand-in");
}

TEST_F(Sandbox, KeepsWhatIsToldOfDevicesReadOnly) {
  ASSERT_TRUE(base::make_directories(folder_ / "facts"));
  ProcessSpec spec = make_shell("echo x > /sys/dev/char/vendor || exit 5");
  spec.devices = {{{"/dev/null", "/dev/nvidia0"}}, {{folder_ / "facts", "/sys/dev/char"}}};
  const auto result = runner_.run(spec, {}, stop_);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_code, 5);
}

TEST_F(Sandbox, RunsWithoutADeviceThatIsGone) {
  ProcessSpec spec = make_shell("true");
  spec.devices = {{{folder_ / "gone", "/dev/nvidia0"}}, {{folder_ / "gone", "/sys/dev/char"}}};
  const auto result = runner_.run(spec, {}, stop_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->exit_code, 0);
}

TEST_F(Sandbox, ShowsNoOtherProcess) {
  const auto result = runner_.run(make_shell("ls -d /proc/[0-9]* | wc -l"), {}, stop_);
  ASSERT_TRUE(result);
  EXPECT_LE(std::atoi(result->stdout_text.c_str()), 4);
}

TEST(SandboxReport, NamesEveryLayerWithAReason) {
  const LocalProcessRunner runner(make_options(Isolation::bare));
  const SandboxReport report = runner.report();
  std::vector<std::string> names;
  for (const auto& layer : report.layers) {
    names.push_back(layer.name);
    EXPECT_FALSE(layer.detail.empty()) << layer.name;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"bubblewrap", "namespaces", "no_network", "cgroup",
                                             "rlimit", "parent_death"}));
  EXPECT_FALSE(is_layer_on(runner, "bubblewrap"));
  EXPECT_TRUE(is_layer_on(runner, "rlimit"));
}

TEST(SandboxReport, RequiredSandboxThatIsOffFailsTheRun) {
  LocalProcessOptions options = make_options(Isolation::sandbox);
  options.guard_executable = "/bin/false";  // not a program with a guard
  LocalProcessRunner runner(options);
  ProcessSpec spec;
  spec.argv = {"/bin/true"};
  spec.working_folder = "/tmp";
  const auto result = runner.run(spec, {}, StopSignal());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::process_failed);
}

}  // namespace
}  // namespace mpegflow::process
