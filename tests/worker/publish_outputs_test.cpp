#include <cerrno>
#include <set>

#include <sys/stat.h>
#include <sys/xattr.h>

#include "support/protocol_wrapper.h"
#include "worker/worker_world.h"

namespace mpegflow::worker {
namespace {

struct PublishOutputs : testing::Test {
  PublishOutputs() { world.script_all(); }

  void publish() {
    world.submit_command();
    ASSERT_TRUE(world.run_all());
  }
  void set_output(const base::Path& path) {
    world.target = path;
    world.spec.output_uri = base::to_file_uri(path.native());
  }
  std::string reason() {
    const auto record = world.record("publish");
    return record.finding ? record.finding->reason : "";
  }
  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(world.target))
      found.insert(entry.path().filename().native());
    return found;
  }
  static std::string film() { return good_video().output.front(); }

  WorkerWorld world;
};

TEST_F(PublishOutputs, MakesTheFolderAndItsParents) {
  set_output(world.folder.path() / "a" / "b" / "out");
  publish();
  EXPECT_EQ(names(), std::set<std::string>{"copy.mp4"});
}

TEST_F(PublishOutputs, TakesASlashAtTheEndForAFolder) {
  set_output(world.folder.path() / "film.mp4" / "");
  publish();
  EXPECT_EQ(base::read_file(world.target / "copy.mp4"), film());
}

TEST_F(PublishOutputs, WritesTheOneFileThatTheTargetNames) {
  set_output(world.folder.path() / "film.mp4");
  publish();
  EXPECT_EQ(base::read_file(world.target), film());
}

TEST_F(PublishOutputs, ReplacesTheFileThatTheTargetNames) {
  set_output(world.folder.path() / "film.mp4");
  ASSERT_TRUE(base::write_file_durably(world.target, "old"));
  publish();
  EXPECT_EQ(base::read_file(world.target), film());
}

TEST_F(PublishOutputs, LeavesStrangersInTheFolder) {
  ASSERT_TRUE(base::make_directories(world.target));
  ASSERT_TRUE(base::write_file_durably(world.target / "diary.txt", "mine"));
  ASSERT_TRUE(base::write_file_durably(world.target / "copy.mp4", "old"));
  publish();
  EXPECT_EQ(names(), (std::set<std::string>{"copy.mp4", "diary.txt"}));
  EXPECT_EQ(base::read_file(world.target / "diary.txt"), "mine");
  EXPECT_EQ(base::read_file(world.target / "copy.mp4"), film());
}

TEST_F(PublishOutputs, TakesAwayWhatTheLastJobPublishedThere) {
  publish();
  ASSERT_EQ(world.job_state(), "succeeded");
  ASSERT_EQ(names(), std::set<std::string>{"copy.mp4"});
  world.job = base::JobId("second");
  world.spec.tasks.clear();
  world.submit_ladder();
  ASSERT_TRUE(world.run_all());
  EXPECT_EQ(world.job_state(), "succeeded");
  EXPECT_EQ(names(), (std::set<std::string>{"64p", "audio", "master.m3u8"}));
}

TEST_F(PublishOutputs, FollowsALinkToAFolder) {
  const base::Path real = world.folder.path() / "real";
  ASSERT_TRUE(base::make_directories(real));
  std::filesystem::create_directory_symlink(real, world.target);
  publish();
  EXPECT_TRUE(std::filesystem::is_symlink(world.target));
  EXPECT_EQ(base::read_file(real / "copy.mp4"), film());
}

TEST_F(PublishOutputs, CopiesToAnotherFileSystem) {
  base::Path other = "/dev/shm/mpegflow-test-XXXXXX";
  std::string pattern = other.native();
  if (mkdtemp(pattern.data()) == nullptr) GTEST_SKIP() << "there is no other file system";
  std::filesystem::create_directory_symlink(pattern, world.target);
  publish();
  EXPECT_EQ(world.job_state(), "succeeded");
  EXPECT_EQ(names(), std::set<std::string>{"copy.mp4"});
  EXPECT_EQ(base::read_file(base::Path(pattern) / "copy.mp4"), film());
  EXPECT_TRUE(base::remove_tree(pattern));
}

TEST_F(PublishOutputs, RefusesAFileWhereAFolderIsToBe) {
  ASSERT_TRUE(base::write_file_durably(world.target, "a file"));
  publish();
  EXPECT_EQ(reason(), "output_unwritable");
  EXPECT_EQ(base::read_file(world.target), "a file");
}

TEST_F(PublishOutputs, SaysThatAParentIsAFile) {
  ASSERT_TRUE(base::write_file_durably(world.folder.path() / "file", "a file"));
  set_output(world.folder.path() / "file" / "out");
  publish();
  EXPECT_EQ(reason(), "output_unwritable");
}

TEST_F(PublishOutputs, TellsAForbiddenPlaceFromAReadOnlyOne) {
  EXPECT_EQ(base::make_output_error(EACCES, "publish", "x").code,
            base::ErrorCode::output_forbidden);
  EXPECT_EQ(base::make_output_error(EPERM, "publish", "x").code, base::ErrorCode::output_forbidden);
  EXPECT_EQ(base::make_output_error(EROFS, "publish", "x").code, base::ErrorCode::output_readonly);
  EXPECT_EQ(base::make_output_error(ENOSPC, "publish", "x").code, base::ErrorCode::disk_full);
}

TEST_F(PublishOutputs, KeepsWhoMayEnterTheFolderThatItReplaces) {
  publish();
  ASSERT_EQ(world.job_state(), "succeeded");
  ASSERT_EQ(chmod(world.target.c_str(), 02751), 0);
  const bool has_attributes = setxattr(world.target.c_str(), "user.owner", "me", 2, 0) == 0;
  world.job = base::JobId("second");
  publish();
  EXPECT_EQ(world.job_state(), "succeeded");
  struct stat info {};
  ASSERT_EQ(stat(world.target.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 02751U);
  char value[8];
  if (has_attributes) {
    EXPECT_EQ(getxattr(world.target.c_str(), "user.owner", value, sizeof value), 2);
  }
}

/// The last word of the delivery never comes through: the process died before it.
struct DeadBeforeCommit final : test::ProtocolWrapper {
  using ProtocolWrapper::ProtocolWrapper;
  base::Result<protocol::TaskAnswer> commit(const protocol::CommitRequest& request) override {
    if (request.published) return base::fail(base::ErrorCode::store_failed, "gone");
    return ProtocolWrapper::commit(request);
  }
};

TEST_F(PublishOutputs, KnowsItsTreeAfterADeathBetweenExchangeAndCommit) {
  DeadBeforeCommit dead(*world.protocol);
  world.other_protocol = &dead;
  world.submit_ladder();
  EXPECT_FALSE(world.run_all());
  ASSERT_EQ(names(), (std::set<std::string>{"64p", "audio", "master.m3u8"}));
  world.other_protocol = nullptr;
  ASSERT_TRUE(world.store->execute(store::ReleaseDeadSession{world.session, "dead", {}}));
  world.open_session("next");
  world.job = base::JobId("second");
  world.spec.renditions.clear();
  world.submit_command();
  while (const auto assignment = world.claim_of("second")) ASSERT_TRUE(world.run(*assignment));
  EXPECT_EQ(world.job_state(), "succeeded");
  EXPECT_EQ(names(), std::set<std::string>{"copy.mp4"}) << "nothing of the first job stays";
  EXPECT_TRUE(store::list_publishing(*world.store, world.spec.output_uri)->empty());
}

TEST_F(PublishOutputs, LeavesATreeThatSomebodyTouchedAfterTheDeath) {
  DeadBeforeCommit dead(*world.protocol);
  world.other_protocol = &dead;
  world.submit_ladder();
  EXPECT_FALSE(world.run_all());
  ASSERT_TRUE(base::write_file_durably(world.target / "master.m3u8", "mine"));
  world.other_protocol = nullptr;
  ASSERT_TRUE(world.store->execute(store::ReleaseDeadSession{world.session, "dead", {}}));
  world.open_session("next");
  world.job = base::JobId("second");
  world.spec.renditions.clear();
  world.submit_command();
  while (const auto assignment = world.claim_of("second")) ASSERT_TRUE(world.run(*assignment));
  EXPECT_EQ(base::read_file(world.target / "master.m3u8"), "mine");
}

TEST_F(PublishOutputs, RemembersWhatItPublished) {
  publish();
  const auto published = store::list_published(*world.store, world.spec.output_uri);
  ASSERT_EQ(published->size(), 1U);
  EXPECT_EQ(published->front().name, "copy.mp4");
  EXPECT_EQ(published->front().sha256, base::Sha256::hex_of(film()));
  EXPECT_EQ(published->front().mtime_ns, base::identify_file(world.target / "copy.mp4")->mtime_ns);
}

}  // namespace
}  // namespace mpegflow::worker
