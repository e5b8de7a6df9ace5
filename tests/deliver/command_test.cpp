#include "deliver/command.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "base/file.h"
#include "support/temporary_folder.h"

namespace mpegflow::deliver {
namespace {

constexpr base::Micros kLong = std::chrono::seconds(30);

TEST(AlertCommand, GetsTheBodyOnStandardInputAndTheIdInItsEnvironment) {
  const test::TemporaryFolder folder;
  const base::Path file = folder.path() / "heard";
  const std::string script =
      "cat > '" + file.native() + "'; echo \" $ID\" >> '" + file.native() + "'";
  ASSERT_TRUE(run_alert_command({"sh", "-c", script}, "body", {"ID=42"}, kLong));
  EXPECT_EQ(base::read_file(file), "body 42\n");
}

TEST(AlertCommand, TakesABodyThatNobodyReads) {
  EXPECT_TRUE(run_alert_command({"true"}, std::string(5'000'000, 'x'), {}, kLong));
}

TEST(AlertCommand, SaysHowItFailed) {
  const auto message = [](const std::vector<std::string>& argv) {
    const auto done = run_alert_command(argv, "", {}, kLong);
    return done ? "" : done.error().message;
  };
  EXPECT_EQ(message({"sh", "-c", "exit 3"}), "sh ended with 3");
  EXPECT_EQ(message({"sh", "-c", "kill -9 $$"}), "sh was ended by signal 9");
  EXPECT_NE(message({"/no/such/program"}), "");
  EXPECT_NE(message({}), "");
}

TEST(Command, GivesItsExitCode) {
  EXPECT_EQ(run_command({"sh", "-c", "exit 3"}, "", {}, kLong), 3);
  EXPECT_EQ(run_command({"true"}, "", {}, kLong), 0);
  EXPECT_FALSE(run_command({"/no/such/program"}, "", {}, kLong));
  EXPECT_FALSE(run_command({"sh", "-c", "kill -9 $$"}, "", {}, kLong));
}

TEST(AlertCommand, IsKilledWithAllItStartedWhenItsTimeIsOver) {
  const test::TemporaryFolder folder;
  const base::Path file = folder.path() / "pid";
  const std::string script = "sleep 1000 & echo $! > '" + file.native() + "'; wait";
  const auto done = run_alert_command({"sh", "-c", script}, "", {}, std::chrono::seconds(1));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, base::ErrorCode::process_failed);
  const auto pid = base::read_file(file);
  ASSERT_TRUE(pid);
  // Killed and not yet collected by whoever takes in orphans is dead as well. The signal is sent by
  // then; on a full machine it takes a moment to be acted on.
  const std::string place = "/proc/" + pid->substr(0, pid->find('\n')) + "/stat";
  const auto is_dead = [&] {
    const auto state = base::read_file(place);
    return !state || state->find(") Z") != std::string::npos;
  };
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!is_dead() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_TRUE(is_dead()) << base::read_file(place).value_or("");
}

}  // namespace
}  // namespace mpegflow::deliver
