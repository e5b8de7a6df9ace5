#include "worker/waiting_process.h"

#include "worker/worker_world.h"

namespace mpegflow::worker {
namespace {

/// A run of which nothing is asked but to start processes.
class Waiting : public testing::Test {
 protected:
  std::unique_ptr<WaitingProcess> start() {
    EncoderCommand command;
    command.argv = {"ffprobe", "-o", "file:gate"};
    command.is_main = false;
    return std::make_unique<WaitingProcess>(run_, command, "gate", world_.folder.path() / "log");
  }

  WorkerWorld world_;
  const Services services_ = world_.services();
  protocol::Assignment assignment_;
  InputFiles inputs_;
  TaskRun run_{services_, assignment_, world_.stop, inputs_, world_.folder.path(), {}, {}};
};

TEST_F(Waiting, ComesThroughItsGateWhenItIsLetGo) {
  ScriptedProcess look;
  look.files = {{"gate", "{\"streams\": []}"}};  // stands still here until somebody reads
  look.stderr_text = "a word";
  world_.processes.enqueue(look);
  const auto waiting = start();
  const auto done = waiting->let_go();
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(done->process.stdout_text, "{\"streams\": []}");
  EXPECT_EQ(done->stderr_text, "a word");
  EXPECT_FALSE(waiting->let_go().has_value()) << "only once";
}

TEST_F(Waiting, SaysNothingIfItNeverCameToItsGate) {
  world_.processes.enqueue(fail_with_text(1, "Unrecognized option 'o'.\n"));
  EXPECT_FALSE(start()->let_go().has_value());
}

TEST_F(Waiting, SaysNothingOnceTheAttemptIsStopped) {
  ScriptedProcess stands;
  stands.runs_until_stopped = true;
  world_.processes.enqueue(stands);
  const auto waiting = start();
  world_.stop.trigger();
  EXPECT_FALSE(waiting->let_go().has_value());
}

TEST_F(Waiting, EndsWithWhoeverStartedIt) {
  ScriptedProcess stands;
  stands.runs_until_stopped = true;
  world_.processes.enqueue(stands);
  start().reset();
  EXPECT_EQ(world_.processes.specs().size(), 1U);
}

}  // namespace
}  // namespace mpegflow::worker
