#include <filesystem>
#include <thread>

#include "core/audit/attempt_names.h"
#include "protocol/http/input_cache.h"
#include "protocol/worker_server.h"

namespace mpegflow::protocol {
namespace {

using base::ErrorCode;
using worker::WorkerWorld;

template <class T>
ErrorCode code_of(const base::Result<T>& result) {
  return result ? ErrorCode::internal : result.error().code;
}

class WorkerFilesTest : public testing::Test {
 protected:
  WorkerFilesTest() {
    world_.script_all();
    world_.submit_ladder();
    options_ = server_.files_options();
    files_ = std::make_unique<WorkerFiles>(options_, client_, world_.clock);
    objects_ = std::make_unique<HttpObjectStore>(*files_);
    logs_ = std::make_unique<HttpLogStore>(*files_);
  }

  store::OutputRow announce(const Assignment& assignment, const std::string& key,
                            const std::string& bytes) {
    store::OutputRow row;
    row.object_key = key;
    row.name = "name";
    row.role = "media";
    row.size = static_cast<std::int64_t>(bytes.size());
    row.sha256 = base::Sha256::hex_of(bytes);
    EXPECT_TRUE(world_.protocol->stage({assignment.claim, {row}}));
    return row;
  }
  base::Path write(const std::string& bytes) {
    const base::Path path = world_.folder.path() / "file";
    EXPECT_TRUE(base::write_file_durably(path, bytes));
    return path;
  }

  WorkerWorld world_;
  WorkerServer server_{world_};
  http::CurlClient client_;
  WorkerFilesOptions options_;
  std::unique_ptr<WorkerFiles> files_;
  std::unique_ptr<HttpObjectStore> objects_;
  std::unique_ptr<HttpLogStore> logs_;
};

TEST_F(WorkerFilesTest, CarryTheOutputsOfAWholeJobThroughTheServer) {
  HttpProtocol protocol(server_.protocol_options(), client_, world_.clock);
  world_.other_protocol = &protocol;
  world_.other_objects = objects_.get();
  while (const auto assignment = world_.claim()) {
    // Publishing is for whoever has the output's place.
    if (assignment->kind == queue::TaskKind::deliver) world_.other_objects = nullptr;
    ASSERT_TRUE(world_.run(*assignment));
  }
  EXPECT_EQ(world_.job_state(), "succeeded");
  EXPECT_TRUE(std::filesystem::exists(world_.target / "master.m3u8"));
  EXPECT_TRUE(std::filesystem::is_empty(server_.incoming())) << "nothing is left half way";
}

TEST_F(WorkerFilesTest, StoreWhatWasAnnouncedAndNothingElse) {
  const auto assignment = *world_.claim();
  const std::string large(3'000'000, 'x');
  announce(assignment, "job/probe/1-c/a", large);
  EXPECT_EQ(code_of(objects_->put_file("job/probe/1-c/b", write(large))), ErrorCode::superseded);
  EXPECT_EQ(code_of(objects_->put_bytes("job/probe/1-c/a", "other bytes")),
            ErrorCode::invalid_argument);
  ASSERT_TRUE(objects_->put_file("job/probe/1-c/a", write(large)));
  EXPECT_EQ(world_.objects.get_bytes("job/probe/1-c/a"), large);
}

TEST_F(WorkerFilesTest, RefuseTheOutputsOfAClaimThatWasLost) {
  const auto assignment = *world_.claim();
  announce(assignment, "job/probe/1-c/a", "bytes");
  ASSERT_TRUE(world_.protocol->released({base::RequestId("r"), assignment.claim, "", "{}"}));
  EXPECT_EQ(code_of(objects_->put_bytes("job/probe/1-c/a", "bytes")), ErrorCode::superseded);
  EXPECT_TRUE(world_.objects.list("")->empty());
}

TEST_F(WorkerFilesTest, GiveCommittedObjectsToWhoWorksOnTheirJob) {
  const auto probe = *world_.claim();
  announce(probe, "job/probe/1-c/a", "bytes");
  ASSERT_TRUE(objects_->put_bytes("job/probe/1-c/a", "bytes"));
  const base::Path target = world_.folder.path() / "got" / "a";
  EXPECT_EQ(code_of(objects_->get_file("job/probe/1-c/a", target)), ErrorCode::object_missing)
      << "not committed yet";
  EXPECT_EQ(code_of(objects_->get_file("job/other/a", target)), ErrorCode::object_missing);
  EXPECT_EQ(code_of(objects_->list("")), ErrorCode::invalid_argument);
}

TEST_F(WorkerFilesTest, TakeTheLogOfAnAttemptThatRuns) {
  const auto assignment = *world_.claim();
  const std::string key = audit::stderr_key(assignment.job, assignment.claim.task,
                                            assignment.claim.fence, assignment.claim.id);
  ASSERT_TRUE(logs_->put_bytes(key, "frames"));
  EXPECT_EQ(world_.logs.get_bytes(key), "frames");
  EXPECT_EQ(code_of(logs_->put_bytes("other/" + key.substr(key.find('/') + 1), "x")),
            ErrorCode::superseded);
  EXPECT_EQ(code_of(logs_->put_bytes("../../etc/passwd", "x")), ErrorCode::invalid_argument);
}

TEST_F(WorkerFilesTest, BringTheLogOfARunningAttemptWhileSomebodyAsks) {
  const auto assignment = *world_.claim();
  HttpProtocol protocol(server_.protocol_options(), client_, world_.clock);
  const HeartbeatRequest beat{world_.session, {{assignment.claim, {}}}};
  EXPECT_TRUE(protocol.heartbeat(beat)->wanted_logs.empty());
  EXPECT_EQ(code_of(files_->send_log(assignment.claim, 0, "one\n")), ErrorCode::superseded)
      << "nobody asks";

  ASSERT_TRUE(server_.running_logs().read(assignment.claim));
  const auto wanted = protocol.heartbeat(beat)->wanted_logs;
  ASSERT_EQ(wanted, (std::vector<WantedLog>{{assignment.claim, 0}}));
  EXPECT_EQ(files_->send_log(assignment.claim, 0, "one\n"), 4);
  EXPECT_EQ(files_->send_log(assignment.claim, 4, "two\n"), 8);
  EXPECT_EQ(server_.running_logs().read(assignment.claim), "one\ntwo\n");

  ASSERT_TRUE(protocol.released({base::RequestId("r"), assignment.claim, "", "{}"}));
  ASSERT_TRUE(server_.running_logs().read(assignment.claim));
  EXPECT_EQ(server_.running_logs().read(assignment.claim), "") << "it has ended";
  store::Claim other = assignment.claim;
  other.id = base::ClaimId("other");
  ASSERT_TRUE(server_.running_logs().read(other));
  EXPECT_EQ(code_of(files_->send_log(other, 0, "x")), ErrorCode::superseded)
      << "only who holds the claim can bring it";
}

TEST_F(WorkerFilesTest, BringAnInputOnceAndHashIt) {
  const auto assignment = *world_.claim();
  InputCache cache({world_.folder.path() / "inputs"}, *files_, world_.clock);
  const auto copy = cache.fetch(assignment.inputs.front());
  ASSERT_TRUE(copy) << copy.error().message;
  EXPECT_EQ(base::read_file(copy->path), base::read_file(world_.input));
  EXPECT_EQ(copy->sha256, base::Sha256::hex_of(*base::read_file(world_.input)));
  server_.stop();
  EXPECT_TRUE(cache.fetch(assignment.inputs.front())) << "it is here already";
}

TEST_F(WorkerFilesTest, BringNoInputThatIsNotTheOneThatWasSubmitted) {
  const auto assignment = *world_.claim();
  InputCache cache({world_.folder.path() / "inputs"}, *files_, world_.clock);
  ASSERT_TRUE(base::write_file_durably(world_.input, "another film"));
  EXPECT_EQ(code_of(cache.fetch(assignment.inputs.front())), ErrorCode::input_changed);
}

TEST_F(WorkerFilesTest, BringNoInputFromOutsideTheRoots) {
  const auto assignment = *world_.claim();
  server_.parts().input_roots = {world_.folder.path() / "elsewhere"};
  InputCache cache({world_.folder.path() / "inputs"}, *files_, world_.clock);
  EXPECT_EQ(code_of(cache.fetch(assignment.inputs.front())), ErrorCode::input_forbidden);
}

TEST_F(WorkerFilesTest, BringNothingToWhoHoldsNoTaskOfTheJob) {
  const auto assignment = *world_.claim();
  ASSERT_TRUE(world_.protocol->released({base::RequestId("r"), assignment.claim, "", "{}"}));
  InputCache cache({world_.folder.path() / "inputs"}, *files_, world_.clock);
  EXPECT_EQ(code_of(cache.fetch(assignment.inputs.front())), ErrorCode::superseded);
}

TEST_F(WorkerFilesTest, GoOnWhenTheServerComesBack) {
  const auto assignment = *world_.claim();
  announce(assignment, "job/probe/1-c/a", "bytes");
  const std::uint16_t port = server_.port();
  server_.stop();
  std::thread starter([&] { server_.start(port); });
  EXPECT_TRUE(objects_->put_bytes("job/probe/1-c/a", "bytes"));
  starter.join();
}

}  // namespace
}  // namespace mpegflow::protocol
