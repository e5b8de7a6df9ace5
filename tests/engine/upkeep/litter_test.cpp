#include "engine/upkeep/litter.h"

#include "engine/upkeep/upkeep_world.h"

namespace mpegflow::engine {
namespace {

struct Collection : UpkeepWorld {};

/// An object store that runs something before it lists or removes, or fails.
class Interposed final : public objects::ObjectStore {
 public:
  explicit Interposed(objects::ObjectStore& real) : real_(real) {}
  base::Result<void> put_file(std::string_view key, const base::Path& file) override {
    return real_.put_file(key, file);
  }
  base::Result<void> put_bytes(std::string_view key, std::string_view bytes) override {
    return real_.put_bytes(key, bytes);
  }
  base::Result<std::string> get_bytes(std::string_view key) override {
    return real_.get_bytes(key);
  }
  base::Result<void> get_file(std::string_view key, const base::Path& target) override {
    return real_.get_file(key, target);
  }
  base::Result<std::vector<objects::ObjectInfo>> list(std::string_view prefix) override {
    auto found = real_.list(prefix);
    if (after_list) after_list();
    return found;
  }
  base::Result<void> remove(std::string_view key) override {
    if (removals_left-- <= 0) return base::fail(base::ErrorCode::io_failed, "cut");
    return real_.remove(key);
  }
  std::function<void()> after_list;
  int removals_left = 1'000'000;

 private:
  objects::ObjectStore& real_;
};

/// A store that runs something before its next op.
class StoreWithNews final : public store::Store {
 public:
  StoreWithNews(store::Store& real, std::function<void()> before)
      : real_(real), before_(std::move(before)) {}
  base::Result<store::Answer> apply(const store::Op& op) override {
    if (before_) std::exchange(before_, nullptr)();
    return real_.apply(op);
  }
  base::Result<void> read(const std::function<base::Result<void>(store::Session&)>& read) override {
    return real_.read(read);
  }

 private:
  store::Store& real_;
  std::function<void()> before_;
};

TEST_F(Collection, ATidyStateHasNoLitter) {
  succeed("done");
  EXPECT_EQ(list_going(find()), Kinds{});
}

TEST_F(Collection, OutputsOfASupersededAttemptGoAtOnceIfItsWorkerIsDead) {
  submit("job");
  const store::Claim lost = claim("job", "the boot before");
  const base::Path object = stage("job", lost);
  release_dead(lost);
  EXPECT_EQ(list_going(find()), Kinds{"output"});
  const auto litter = collect();
  EXPECT_EQ(litter.front().bytes, 5);
  EXPECT_EQ(litter.front().place, object.native());
  EXPECT_FALSE(exists(object));
  EXPECT_TRUE(store::list_outputs_of_task(*store_, lost.task)->empty());
  EXPECT_EQ(list_going(find()), Kinds{});
}

TEST_F(Collection, OutputsOfASilentWorkerOfAnotherHostWaitForTheGrace) {
  submit("job");
  const store::Claim lost = claim("job", "other boot", "other host");
  const base::Path object = stage("job", lost);
  clock_.advance(std::chrono::hours(1));
  ASSERT_TRUE(store_->execute(store::Sweep{{}, 1000, 3'600'000'000}));
  ASSERT_TRUE(store_->execute(store::Sweep{}));
  EXPECT_FALSE(find().front().judgement.kept_until) << "its holder may still commit it";
  claim("job");
  EXPECT_TRUE(find().front().judgement.kept_until);
  collect();
  EXPECT_TRUE(exists(object));
  clock_.advance(upkeep::kDefaultGrace);
  collect();
  EXPECT_FALSE(exists(object));
}

TEST_F(Collection, ADryRunSaysWhatARealRunDoesAndChangesNothing) {
  publish("over");
  submit("job");
  const store::Claim lost = claim("job", "the boot before");
  stage("job", lost);
  release_dead(lost);
  ASSERT_TRUE(logs_.put_bytes("nobody/knows/this", "x"));
  clock_.advance(3 * kDay);
  const auto planned = find();
  EXPECT_EQ(list_going(planned), (Kinds{"output", "requests", "scratch"}));
  EXPECT_EQ(list_going(find()), list_going(planned)) << "looking changes nothing";
  EXPECT_TRUE(store::list_orphans(*store_)->empty());
  const auto done = collect();
  ASSERT_EQ(done.size(), planned.size());
  for (std::size_t i = 0; i < done.size(); ++i) {
    EXPECT_EQ(done[i].place, planned[i].place);
    EXPECT_EQ(done[i].count, planned[i].count) << done[i].place;
    EXPECT_EQ(done[i].bytes, planned[i].bytes);
    EXPECT_EQ(done[i].judgement, planned[i].judgement);
  }
}

TEST_F(Collection, ACommitBetweenListingAndCollectionKeepsTheOutput) {
  submit("job");
  const store::Claim held = claim("job", "the boot before");  // dead, for all that we can prove
  const base::Path object = stage("job", held);
  std::vector<Litter> litter = find();
  ASSERT_EQ(litter.size(), 1U);
  litter.front().judgement.may_go = true;  // as an older look may have had it
  const store::CommitAttempt commit = make_commit("job", held);
  StoreWithNews store(*store_, [&] { EXPECT_TRUE(store_->execute(commit)); });
  LocalState at{state_path(), {"host", "boot"}, store, logs_, quarantine_, state().open_objects};
  ASSERT_TRUE(collect_litter(at, {}, litter));
  EXPECT_FALSE(litter.front().judgement.may_go);
  EXPECT_TRUE(exists(object));
  EXPECT_EQ(store::list_committed_outputs(*store_, base::JobId("job"))->size(), 1U);
}

TEST_F(Collection, ACommitAfterCollectionHasBegunIsRefused) {
  submit("job");
  const store::Claim lost = claim("job", "the boot before");
  stage("job", lost);
  const store::CommitAttempt commit = make_commit("job", lost);
  release_dead(lost);
  ASSERT_EQ(store_->execute(store::DoomOutputs{})->doomed.size(), 1U);
  const auto refused = store_->execute(commit);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::superseded);
}

TEST_F(Collection, AnObjectThatIsCommittedWhileWeListIsNoOrphan) {
  submit("job");
  const store::Claim held = claim("job");
  const auto keep = hold("job");
  ASSERT_TRUE(base::make_directories(scratch_of("job") / "objects"));
  bool is_committed = false;
  LocalState at = state();
  at.open_objects = [&](const base::Path& path) -> std::unique_ptr<objects::ObjectStore> {
    if (!std::exchange(is_committed, true)) {
      stage("job", held);
      EXPECT_TRUE(store_->execute(make_commit("job", held)));
    }
    return std::make_unique<objects::LocalObjectStore>(path);
  };
  const auto litter = find_litter(at, {});
  ASSERT_TRUE(litter);
  EXPECT_TRUE(is_committed);
  for (const Litter& one : *litter) EXPECT_NE(one.kind, LitterKind::object);
}

TEST_F(Collection, AnOrphanIsReportedAndGoesOnlyAfterTheGrace) {
  const base::Path object = succeed("job");
  ASSERT_TRUE(objects_of("job").put_bytes("stray/object", "12345"));
  ASSERT_TRUE(logs_.put_bytes("nobody/knows/this", "x"));
  clock_.advance(100 * kDay);
  collect();
  collect();
  EXPECT_TRUE(objects_of("job").get_bytes("stray/object"))
      << "not at first sight, whatever its age";
  clock_.advance(upkeep::kDefaultGrace);
  EXPECT_EQ(list_going(collect()), (Kinds{"log", "object"}));
  EXPECT_FALSE(objects_of("job").get_bytes("stray/object"));
  EXPECT_FALSE(logs_.get_bytes("nobody/knows/this"));
  EXPECT_TRUE(exists(object)) << "a committed object is never collected";
}

TEST_F(Collection, TheFolderOfADeliveredJobGoesUnlessAProcessHoldsIt) {
  publish("job");
  {
    const auto held = hold("job");
    EXPECT_EQ(list_going(collect()), Kinds{});
    EXPECT_TRUE(exists(scratch_of("job")));
  }
  EXPECT_EQ(list_going(collect()), Kinds{"scratch"});
  EXPECT_FALSE(exists(scratch_of("job")));
  EXPECT_TRUE(exists(target_of("job") / "file"));
}

TEST_F(Collection, AFolderThatIsTakenUpAfterListingStays) {
  publish("job");
  std::vector<Litter> litter = find();
  ASSERT_EQ(list_going(litter), Kinds{"scratch"});
  const auto held = hold("job");
  ASSERT_TRUE(collect_litter(state(), {}, litter));
  EXPECT_EQ(list_going(litter), Kinds{});
  EXPECT_TRUE(exists(scratch_of("job")));
}

TEST_F(Collection, OnlyAFolderThatIsNamedAfterItsJobIsEverRemoved) {
  EXPECT_FALSE(find_scratch(base::JobId("job"), "file:///srv/jane"));
  EXPECT_FALSE(find_scratch(base::JobId("job"), "file:///out/.x.mpegflow-other"));
  EXPECT_FALSE(find_scratch(base::JobId("job"), ""));
  EXPECT_TRUE(find_scratch(base::JobId("job"), "file:///out/.x.mpegflow-job"));
}

TEST_F(Collection, HistoryIsKeptForEverUnlessRetentionSaysOtherwise) {
  succeed("old");
  clock_.advance(10'000 * kDay);
  EXPECT_EQ(list_going(find()), Kinds{"requests"});
  succeed("young");
  LitterOptions options;
  options.keep_history = 30 * kDay;
  collect(options);
  EXPECT_FALSE(store::find_job(*store_, base::JobId("old")).value());
  EXPECT_FALSE(exists(scratch_of("old")));
  EXPECT_FALSE(exists(state_path() / "logs" / "old"));
  EXPECT_TRUE(store::find_job(*store_, base::JobId("young")).value());
  EXPECT_TRUE(exists(state_path() / "logs" / "young"));
  EXPECT_TRUE(check().faults.empty());
}

TEST_F(Collection, RetentionLeavesAJobThatAProcessHoldsAndOneThatIsNotOver) {
  succeed("held");
  submit("open");
  claim("open");
  clock_.advance(100 * kDay);
  LitterOptions options;
  options.keep_history = options.keep_logs = base::Micros(0);
  const auto held = hold("held");
  const auto open = hold("open");
  EXPECT_EQ(list_going(collect(options)), Kinds{"requests"});
  EXPECT_TRUE(store::find_job(*store_, base::JobId("held")).value());
  EXPECT_TRUE(store::find_job(*store_, base::JobId("open")).value());
}

TEST_F(Collection, ARemovalThatIsCutIsFinishedByTheNext) {
  LitterOptions options;
  options.keep_history = kDay;
  // The logs of two attempts: the cut comes before the first, between them, and never.
  for (int removals = 0; removals <= 2; ++removals) {
    const std::string job = fmt::format("job{}", removals);
    publish(job);
    clock_.advance(2 * kDay);
    Interposed logs(logs_);
    logs.removals_left = removals;
    LocalState at{state_path(), {"host", "boot"}, *store_, logs, quarantine_, state().open_objects};
    std::vector<Litter> litter = find(options);
    ASSERT_TRUE(collect_litter(at, options, litter));
    EXPECT_FALSE(store::find_job(*store_, base::JobId(job)).value());
    const bool is_cut = removals < 2;
    EXPECT_EQ(store::list_open_removals(*store_)->size(), is_cut ? 1U : 0U);
    const CheckReport between = check();
    for (const Fault& fault : between.faults)
      ADD_FAILURE() << to_word(fault.kind) << " " << fault.place << " is no fault: it is going";
    EXPECT_EQ(list_going(collect(options)), is_cut ? Kinds{"removal"} : Kinds{});
    EXPECT_TRUE(store::list_open_removals(*store_)->empty());
    EXPECT_FALSE(exists(state_path() / "logs" / job));
    EXPECT_FALSE(exists(scratch_of(job)));
  }
}

TEST_F(Collection, LogsMayGoBeforeTheHistory) {
  succeed("job");
  clock_.advance(10 * kDay);
  LitterOptions options;
  options.keep_logs = kDay;
  Interposed logs(logs_);
  logs.removals_left = 0;
  LocalState at{state_path(), {"host", "boot"}, *store_, logs, quarantine_, state().open_objects};
  std::vector<Litter> litter = find(options);
  EXPECT_EQ(list_going(litter), (Kinds{"job_logs", "requests"}));
  ASSERT_TRUE(collect_litter(at, options, litter));
  EXPECT_EQ(list_going(collect()), Kinds{"removal"}) << "it was cut";
  EXPECT_FALSE(exists(state_path() / "logs" / "job"));
  EXPECT_TRUE(check().faults.empty()) << "a log that retention removed is no fault";
  EXPECT_EQ(list_going(find(options)), Kinds{});
}

}  // namespace
}  // namespace mpegflow::engine
