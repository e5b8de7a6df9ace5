#include <map>
#include <set>

#include "engine/collect.h"
#include "engine/recover_attempts.h"
#include "support/protocol_wrapper.h"
#include "worker/worker_world.h"

namespace mpegflow::worker {
namespace {

/// Counts the calls that leave the worker. From the one numbered `last` on the process is as good
/// as dead: that call is carried out or not, and neither it nor any later one is answered.
struct Cut {
  int last = 0;
  bool is_carried_out = false;
  int calls = 0;

  template <class Call>
  auto through(const Call& call) -> decltype(call()) {
    ++calls;
    const base::Error dead{base::ErrorCode::store_failed, "cut"};
    if (calls > last) return tl::unexpected(dead);
    if (calls < last) return call();
    if (is_carried_out) (void)call();
    return tl::unexpected(dead);
  }
};

class CutProtocol final : public test::ProtocolWrapper {
 public:
  CutProtocol(protocol::WorkerProtocol& inner, Cut& cut) : ProtocolWrapper(inner), cut_(cut) {}
  base::Result<std::vector<protocol::Assignment>> claim(
      const protocol::ClaimRequest& request) override {
    return cut_.through([&] { return inner_.claim(request); });
  }
  base::Result<protocol::HeartbeatAnswer> heartbeat(
      const protocol::HeartbeatRequest& request) override {
    return cut_.through([&] { return inner_.heartbeat(request); });
  }
  base::Result<void> stage(const protocol::StageRequest& request) override {
    return cut_.through([&] { return inner_.stage(request); });
  }
  base::Result<protocol::TaskAnswer> commit(const protocol::CommitRequest& request) override {
    return cut_.through([&] { return inner_.commit(request); });
  }
  base::Result<protocol::TaskAnswer> report(const protocol::ReportRequest& request) override {
    return cut_.through([&] { return inner_.report(request); });
  }
  base::Result<protocol::TaskAnswer> released(const protocol::ReleaseRequest& request) override {
    return cut_.through([&] { return inner_.released(request); });
  }

 private:
  Cut& cut_;
};

class CutObjects final : public objects::ObjectStore {
 public:
  CutObjects(objects::ObjectStore& inner, Cut& cut) : inner_(inner), cut_(cut) {}
  base::Result<void> put_file(std::string_view key, const base::Path& file) override {
    return cut_.through([&] { return inner_.put_file(key, file); });
  }
  base::Result<void> put_bytes(std::string_view key, std::string_view bytes) override {
    return cut_.through([&] { return inner_.put_bytes(key, bytes); });
  }
  base::Result<std::string> get_bytes(std::string_view key) override {
    return inner_.get_bytes(key);
  }
  base::Result<void> get_file(std::string_view key, const base::Path& target) override {
    return cut_.through([&] { return inner_.get_file(key, target); });
  }
  base::Result<std::vector<objects::ObjectInfo>> list(std::string_view prefix) override {
    return inner_.list(prefix);
  }
  base::Result<void> remove(std::string_view key) override { return inner_.remove(key); }

 private:
  objects::ObjectStore& inner_;
  Cut& cut_;
};

std::map<std::string, std::string> read_target(const WorkerWorld& world) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(world.target))
    if (entry.is_regular_file())
      files[entry.path().lexically_relative(world.target).native()] =
          base::Sha256::hex_of(*base::read_file(entry.path()));
  return files;
}

/// A second process takes the job over, as `mpegflow run` does, and brings it to its end.
void take_over(WorkerWorld& world) {
  world.other_protocol = nullptr;
  world.other_objects = nullptr;
  const engine::Recovery recovery{world.job, "the next boot", world.scratch(), ""};
  ASSERT_TRUE(engine::recover_attempts(*world.store, world.logs, recovery));
  ASSERT_TRUE(engine::collect_garbage(*world.store, world.objects, world.job));
  world.open_session("second");
  ASSERT_TRUE(world.run_all());
}

void expect_no_debris(WorkerWorld& world) {
  std::set<std::string> committed;
  const auto outputs = store::list_committed_outputs(*world.store, world.job);
  for (const store::OutputRow& output : *outputs) committed.insert(output.object_key);
  const auto objects = world.objects.list("");
  for (const objects::ObjectInfo& object : *objects)
    EXPECT_TRUE(committed.contains(object.key)) << object.key << " is debris";
  EXPECT_EQ(objects->size(), committed.size());
  EXPECT_TRUE(world.left_no_folder());
  EXPECT_FALSE(std::filesystem::exists(world.folder.path() / "publish"));
}

TEST(CrashCut, AtEverySeamTheNextProcessEndsWithTheSameResult) {
  std::map<std::string, std::string> whole;
  int seams = 1;
  {
    WorkerWorld world;
    world.script_all();
    world.submit_ladder();
    Cut cut{1 << 30};
    CutProtocol protocol(*world.protocol, cut);
    CutObjects objects(world.objects, cut);
    world.other_protocol = &protocol;
    world.other_objects = &objects;
    ASSERT_TRUE(world.run_all());
    ASSERT_EQ(world.job_state(), "succeeded");
    whole = read_target(world);
    seams = cut.calls;
  }
  ASSERT_GT(seams, 30);
  for (const bool is_carried_out : {false, true}) {
    for (int last = 1; last <= seams; ++last) {
      SCOPED_TRACE(fmt::format("cut at call {}, {}", last, is_carried_out ? "done" : "not done"));
      WorkerWorld world;
      world.script_all();
      world.submit_ladder();
      Cut cut{last, is_carried_out};
      CutProtocol protocol(*world.protocol, cut);
      CutObjects objects(world.objects, cut);
      world.other_protocol = &protocol;
      world.other_objects = &objects;
      (void)world.run_all();
      take_over(world);
      EXPECT_EQ(world.job_state(), "succeeded");
      EXPECT_EQ(read_target(world), whole);
      expect_no_debris(world);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace mpegflow::worker
