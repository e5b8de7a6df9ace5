#include <algorithm>

#include "base/text.h"
#include "engine/upkeep/job_litter.h"
#include "engine/upkeep/litter.h"
#include "store/reads.h"

namespace mpegflow::engine {
namespace {

constexpr std::int64_t kRequestsAtOnce = 1000;

void take_back(Litter& litter, std::string why) {
  litter.judgement = {false, std::move(why), {}};
}

bool is_orphan(LitterKind kind) {
  return kind == LitterKind::object || kind == LitterKind::log || kind == LitterKind::quarantine;
}

/// Goes through what was found; each thing is on its own, so that one that cannot be removed keeps
/// no other one.
class Collection {
 public:
  Collection(const LocalState& state, const LitterOptions& options)
      : state_(state), options_(options) {}

  base::Result<void> run(std::vector<Litter>& litter) {
    RETURN_IF_ERROR(note_orphans(litter));
    RETURN_IF_ERROR(doom_outputs());
    for (Litter& one : litter) {
      if (!one.judgement.may_go) continue;
      if (const auto done = collect(one); !done) one.problem = done.error().message;
    }
    return {};
  }

 private:
  /// From now on the clock of those runs that were not seen before.
  base::Result<void> note_orphans(const std::vector<Litter>& litter) {
    store::NoteOrphans op;
    for (const Litter& one : litter)
      if (is_orphan(one.kind)) op.places.push_back(base::to_file_uri(one.place));
    return state_.store.execute(std::move(op)).map([](const auto&) {});
  }

  base::Result<void> doom_outputs() {
    ASSIGN_OR_RETURN(const OpenOutputs open, list_open_outputs(state_));
    scratch_ = open.scratch;
    ASSIGN_OR_RETURN(const auto answer, state_.store.execute(store::DoomOutputs{
                                            {}, options_.grace.count(), open.dead_sessions}));
    for (const store::OutputRow& output : answer.doomed) doomed_.insert(output.object_key);
    return {};
  }

  base::Result<void> collect(Litter& litter) {
    switch (litter.kind) {
      case LitterKind::output: return collect_output(litter);
      case LitterKind::object: return collect_object(litter);
      case LitterKind::log: return state_.logs.remove(litter.key);
      case LitterKind::quarantine: return state_.quarantine.remove(litter.key);
      case LitterKind::scratch: return collect_scratch(state_, litter);
      case LitterKind::requests: return prune_requests(litter);
      case LitterKind::job: return collect_job(litter);
      case LitterKind::job_logs: return collect_logs(litter);
      case LitterKind::removal: return finish(litter.job, litter.key);
    }
    return {};
  }

  /// Row to doomed, object away, row away. A commit that came first has made the row committed, and
  /// it is not among the doomed; one that comes later finds nothing staged.
  base::Result<void> collect_output(Litter& litter) {
    if (!doomed_.contains(litter.key)) {
      take_back(litter, "it was taken up again meanwhile");
      return {};
    }
    if (const auto scratch = scratch_.find(litter.job); scratch != scratch_.end())
      RETURN_IF_ERROR(state_.open_objects(objects_in(scratch->second))->remove(litter.key));
    return state_.store.execute(store::ForgetOutput{litter.key}).map([](const auto&) {});
  }

  base::Result<void> collect_object(Litter& litter) {
    const std::size_t folder = litter.place.size() - litter.key.size();
    return state_.open_objects(base::Path(litter.place.substr(0, folder)))->remove(litter.key);
  }

  base::Result<void> prune_requests(Litter& litter) {
    litter.count = 0;
    for (;;) {
      ASSIGN_OR_RETURN(const auto answer, state_.store.execute(store::PruneRequests{
                                              options_.grace.count(), kRequestsAtOnce}));
      litter.count += answer.removed;
      if (answer.removed < kRequestsAtOnce) return {};
    }
  }

  base::Result<std::optional<JobHold>> take(Litter& litter) {
    ASSIGN_OR_RETURN(const auto job, store::find_job(state_.store, litter.job));
    if (!job) return std::optional<JobHold>();
    ASSIGN_OR_RETURN(auto hold, take_job(state_, *job));
    if (!hold) take_back(litter, "a live process holds it");
    return hold;
  }

  /// Rows first, all in one transaction with the record that says which files are to follow: a cut
  /// after it is finished by whoever collects next, a cut before it has changed nothing.
  base::Result<void> collect_job(Litter& litter) {
    ASSIGN_OR_RETURN(const auto hold, take(litter));
    if (!hold) return {};
    ASSIGN_OR_RETURN(const auto answer, state_.store.execute(store::RemoveJob{
                                            litter.job, options_.keep_history->count()}));
    if (!answer.is_removed) {
      take_back(litter, answer.why);
      return {};
    }
    return finish(litter.job, "job");
  }

  base::Result<void> collect_logs(Litter& litter) {
    ASSIGN_OR_RETURN(const auto hold, take(litter));
    if (!hold) return {};
    ASSIGN_OR_RETURN(const auto answer, state_.store.execute(store::RemoveLogs{
                                            litter.job, options_.keep_logs->count()}));
    if (!answer.is_removed) {
      take_back(litter, "its job was taken up again meanwhile");
      return {};
    }
    return finish(litter.job, "logs");
  }

  /// The files of a removal whose rows are gone.
  base::Result<void> finish(const base::JobId& job, const std::string& what) {
    ASSIGN_OR_RETURN(const auto removal, store::find_removal(state_.store, job, what));
    if (!removal) return {};
    ASSIGN_OR_RETURN(const auto keys, list_logs_to_remove(*removal));
    for (const std::string& key : keys) RETURN_IF_ERROR(state_.logs.remove(key));
    if (const auto scratch = find_scratch_of_removal(*removal); scratch && what == "job")
      RETURN_IF_ERROR(base::remove_tree(*scratch));
    return state_.store.execute(store::FinishRemoval{job, what}).map([](const auto&) {});
  }

  base::Result<std::set<std::string>> list_logs_to_remove(const store::RemovalRow& removal) {
    if (removal.what == "logs") return list_logs_until(state_, removal.job, removal.removed);
    std::set<std::string> keys;
    ASSIGN_OR_RETURN(const auto logs, state_.logs.list(removal.job.value + "/"));
    for (const objects::ObjectInfo& log : logs) keys.insert(log.key);
    return keys;
  }

  const LocalState& state_;
  const LitterOptions& options_;
  std::set<std::string> doomed_;
  std::map<base::JobId, base::Path> scratch_;
};

}  // namespace

base::Result<void> collect_scratch(const LocalState& state, Litter& litter) {
  ASSIGN_OR_RETURN(const auto job, store::find_job(state.store, litter.job));
  if (!job) return {};
  ASSIGN_OR_RETURN(const auto hold, take_job(state, *job));
  ASSIGN_OR_RETURN(const auto need, find_need(state, litter.job, !hold.has_value()));
  const auto scratch = find_scratch(job->id, job->scratch_uri);
  if (!need || !scratch) return {};
  const auto unneeded = list_unneeded(*scratch, *need);
  if (std::ranges::find(unneeded, base::Path(litter.place)) == unneeded.end()) {
    take_back(litter, "its job was taken up again meanwhile");
    return {};
  }
  return base::remove_tree(litter.place);
}

base::Result<void> collect_litter(const LocalState& state, const LitterOptions& options,
                                  std::vector<Litter>& litter) {
  return Collection(state, options).run(litter);
}

}  // namespace mpegflow::engine
