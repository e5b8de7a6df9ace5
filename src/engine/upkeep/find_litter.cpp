#include <algorithm>
#include <set>

#include "base/json.h"
#include "base/text.h"
#include "core/audit/attempt_names.h"
#include "engine/upkeep/job_litter.h"
#include "engine/upkeep/litter.h"
#include "store/reads.h"
#include "store/upkeep_reads.h"

namespace mpegflow::engine {
namespace {

constexpr std::int64_t kJobsPerLook = 500;

/// One look at everything.
class Search {
 public:
  Search(const LocalState& state, const LitterOptions& options)
      : state_(state), options_(options) {}

  base::Result<std::vector<Litter>> run() {
    ASSIGN_OR_RETURN(now_, store::read_now(state_.store));
    ASSIGN_OR_RETURN(first_seen_, store::list_orphans(state_.store));
    // Files before rows: a row is there before its object, so what has none now has none.
    ASSIGN_OR_RETURN(const auto logs, state_.logs.list(""));
    for (const objects::ObjectInfo& log : logs)
      logs_[base::JobId(log.key.substr(0, log.key.find('/')))].push_back(log);
    RETURN_IF_ERROR(find_cut_removals());
    RETURN_IF_ERROR(find_outputs());
    RETURN_IF_ERROR(find_in_jobs());
    for (const auto& [job, left] : logs_)  // of jobs that do not exist
      for (const objects::ObjectInfo& log : left) add_orphan(LitterKind::log, {}, log);
    RETURN_IF_ERROR(find_quarantined());
    RETURN_IF_ERROR(find_requests());
    return std::move(litter_);
  }

 private:
  void add_orphan(LitterKind kind, const base::Path& folder, const objects::ObjectInfo& object) {
    const base::Path path = kind == LitterKind::log          ? state_.log_path(object.key)
                            : kind == LitterKind::quarantine ? state_.quarantine_path(object.key)
                                                             : folder / object.key;
    const auto seen = first_seen_.find(base::to_file_uri(path.native()));
    const auto since = seen == first_seen_.end() ? std::nullopt : std::optional(seen->second);
    litter_.push_back({kind,
                       path.native(),
                       1,
                       object.size,
                       upkeep::judge_orphan(since, now_, options_.grace),
                       {},
                       object.key});
  }

  base::Result<void> find_cut_removals() {
    ASSIGN_OR_RETURN(const auto removals, store::list_open_removals(state_.store));
    for (const store::RemovalRow& removal : removals) {
      std::int64_t bytes = 0;
      if (removal.what == "job") {
        for (const objects::ObjectInfo& log : logs_[removal.job]) bytes += log.size;
        if (const auto scratch = find_scratch_of_removal(removal)) bytes += measure_tree(*scratch);
        logs_.erase(removal.job);
      } else {
        ASSIGN_OR_RETURN(bytes, measure_logs(logs_[removal.job], removal));
        removed_logs_.insert(removal.job);
      }
      litter_.push_back({LitterKind::removal,
                         removal.what + " " + removal.job.value,
                         1,
                         bytes,
                         {true, "its removal was begun and not finished", {}},
                         removal.job,
                         removal.what});
    }
    return {};
  }

  base::Result<std::int64_t> measure_logs(const std::vector<objects::ObjectInfo>& logs,
                                          const store::RemovalRow& removal) {
    ASSIGN_OR_RETURN(const auto keys, list_logs_until(state_, removal.job, removal.removed));
    std::int64_t bytes = 0;
    for (const objects::ObjectInfo& log : logs)
      if (keys.contains(log.key)) bytes += log.size;
    return bytes;
  }

  base::Result<void> find_outputs() {
    ASSIGN_OR_RETURN(const auto outputs, list_open_outputs(state_));
    for (const JudgedOutput& one : judge_outputs(outputs, now_, options_.grace))
      litter_.push_back({LitterKind::output, one.place, 1, measure_tree(one.place), one.judgement,
                         one.output->job, one.output->row.object_key});
    return {};
  }

  base::Result<void> find_in_jobs() {
    std::optional<store::JobRow> last;
    for (;;) {
      ASSIGN_OR_RETURN(const auto jobs, store::list_jobs(state_.store, kJobsPerLook, last));
      for (const store::JobRow& job : jobs) RETURN_IF_ERROR(find_in_job(job));
      if (static_cast<std::int64_t>(jobs.size()) < kJobsPerLook) return {};
      last = jobs.back();
    }
  }

  base::Result<void> find_in_job(const store::JobRow& job) {
    const auto logs = logs_.extract(job.id);
    const std::vector<objects::ObjectInfo> none;
    const std::vector<objects::ObjectInfo>& of_job = logs.empty() ? none : logs.mapped();
    const auto scratch = find_scratch(job.id, job.scratch_uri);
    std::error_code ignored;
    const bool has_scratch = scratch && std::filesystem::exists(*scratch, ignored);
    ASSIGN_OR_RETURN(const bool is_forgotten, find_history(job, of_job, has_scratch));
    if (is_forgotten) return {};
    RETURN_IF_ERROR(find_logs(job, of_job));
    if (has_scratch) RETURN_IF_ERROR(find_in_scratch(job, *scratch));
    return {};
  }

  base::Result<upkeep::HistoryFacts> read_history(const store::JobRow& job) {
    upkeep::HistoryFacts facts;
    RETURN_IF_ERROR(state_.store.read([&](store::Session& session) -> base::Result<void> {
      ASSIGN_OR_RETURN(const auto standing, store::read_job_standing(session, job));
      facts = standing.facts;
      return {};
    }));
    return facts;
  }

  upkeep::Judgement judge_history(const store::JobRow& job, const upkeep::HistoryFacts& facts,
                                  upkeep::Keep keep) {
    upkeep::Judgement judgement = upkeep::judge_history(facts, now_, keep);
    if (judgement.may_go && is_job_held(state_, job)) return {false, "a live process holds it", {}};
    return judgement;
  }

  /// Whether the job goes as a whole.
  base::Result<bool> find_history(const store::JobRow& job,
                                  const std::vector<objects::ObjectInfo>& logs, bool has_scratch) {
    if (!options_.keep_history || !job.finished || now_ - *job.finished < *options_.keep_history)
      return false;
    ASSIGN_OR_RETURN(const upkeep::HistoryFacts facts, read_history(job));
    upkeep::Judgement judgement = judge_history(job, facts, options_.keep_history);
    std::int64_t bytes = 0;
    for (const objects::ObjectInfo& log : logs) bytes += log.size;
    if (has_scratch) bytes += measure_tree(*find_scratch(job.id, job.scratch_uri));
    const bool goes = judgement.may_go;
    litter_.push_back(
        {LitterKind::job, "job " + job.id.value, 1, bytes, std::move(judgement), job.id});
    return goes;
  }

  base::Result<void> find_logs(const store::JobRow& job,
                               const std::vector<objects::ObjectInfo>& logs) {
    if (logs.empty()) return {};
    ASSIGN_OR_RETURN(const auto known, list_log_keys(state_, job.id));
    Litter expired{LitterKind::job_logs, "logs of job " + job.id.value, 0, 0, {}, job.id};
    for (const objects::ObjectInfo& log : logs) {
      if (!known.contains(log.key)) {
        add_orphan(LitterKind::log, {}, log);
        continue;
      }
      ++expired.count;
      expired.bytes += log.size;
    }
    const bool is_old =
        options_.keep_logs && job.finished && now_ - *job.finished >= *options_.keep_logs;
    if (expired.count == 0 || !is_old || removed_logs_.contains(job.id)) return {};
    ASSIGN_OR_RETURN(const upkeep::HistoryFacts facts, read_history(job));
    expired.judgement = judge_history(job, facts, options_.keep_logs);
    litter_.push_back(std::move(expired));
    return {};
  }

  base::Result<void> find_in_scratch(const store::JobRow& job, const base::Path& scratch) {
    const base::Path folder = objects_in(scratch);
    ASSIGN_OR_RETURN(const auto objects, state_.open_objects(folder)->list(""));
    ASSIGN_OR_RETURN(const auto need, find_need(state_, job.id, is_job_held(state_, job)));
    if (!need) return {};
    std::int64_t counted = 0;  // as outputs, already
    for (const Litter& one : litter_)
      if (one.kind == LitterKind::output && one.job == job.id && one.judgement.may_go)
        counted += measure_tree(folder / one.key);
    for (const base::Path& part : list_unneeded(scratch, *need))
      litter_.push_back({LitterKind::scratch, part.native(), 1,
                         measure_tree(part) - (part == scratch ? counted : 0), judge_scratch(*need),
                         job.id});
    if (*need == upkeep::ScratchNeed::nothing) return {};
    ASSIGN_OR_RETURN(const auto known, list_output_keys(state_, job.id));
    for (const objects::ObjectInfo& object : objects)
      if (!known.contains(object.key)) add_orphan(LitterKind::object, folder, object);
    return {};
  }

  base::Result<void> find_quarantined() {
    ASSIGN_OR_RETURN(const auto files, state_.quarantine.list(""));
    for (const objects::ObjectInfo& file : files) add_orphan(LitterKind::quarantine, {}, file);
    return {};
  }

  base::Result<void> find_requests() {
    ASSIGN_OR_RETURN(const auto left, store::measure_leftovers(state_.store, options_.grace));
    if (left.requests > 0)
      litter_.push_back({LitterKind::requests,
                         "answers to old requests",
                         left.requests,
                         0,
                         {true, "nobody repeats a request after the grace", {}}});
    return {};
  }

  const LocalState& state_;
  const LitterOptions& options_;
  base::WallTime now_;
  std::map<std::string, base::WallTime> first_seen_;
  std::map<base::JobId, std::vector<objects::ObjectInfo>> logs_;
  std::set<base::JobId> removed_logs_;
  std::vector<Litter> litter_;
};

}  // namespace

std::string_view to_word(LitterKind kind) {
  switch (kind) {
    case LitterKind::output: return "output";
    case LitterKind::object: return "object";
    case LitterKind::log: return "log";
    case LitterKind::quarantine: return "quarantine";
    case LitterKind::scratch: return "scratch";
    case LitterKind::requests: return "requests";
    case LitterKind::job: return "job";
    case LitterKind::job_logs: return "job_logs";
    case LitterKind::removal: return "removal";
  }
  return "";
}

base::Result<std::vector<Litter>> find_litter(const LocalState& state,
                                              const LitterOptions& options) {
  return Search(state, options).run();
}

}  // namespace mpegflow::engine
