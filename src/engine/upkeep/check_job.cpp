#include <fmt/format.h>

#include "base/hash_file.h"
#include "base/json.h"
#include "base/text.h"
#include "core/audit/attempt_record.h"
#include "engine/upkeep/check_state.h"
#include "engine/upkeep/job_record.h"
#include "store/reads.h"
#include "store/upkeep_reads.h"

namespace mpegflow::engine {
namespace {

// A job that moves while it is looked at is looked at again; after so many times it is reported.
constexpr int kLooks = 3;

constexpr const char* kMakeAgain =
    "bring the file back from a backup, or make it anew: the same command with --again";

/// One look at one job.
class Look {
 public:
  Look(const LocalState& state, const CheckOptions& options, const JobRecord& record)
      : state_(state), options_(options), record_(record) {}

  base::Result<CheckReport> run() {
    report_.jobs = 1;
    report_.events = record_.story.last_seq();
    check_tables();
    check_story();
    check_leases();
    RETURN_IF_ERROR(check_outputs());
    RETURN_IF_ERROR(check_logs());
    return std::move(report_);
  }

 private:
  std::string job_name() const { return "job " + record_.job.id.value; }
  std::string task_name(std::string_view key) const {
    return fmt::format("task {}/{}", record_.job.id.value, key);
  }
  void blame(FaultKind kind, std::string place, std::string what, std::string advice) {
    report_.faults.push_back({kind, std::move(place), std::move(what), std::move(advice)});
    report_.faults.back().job = record_.job.id;
  }

  void check_tables() {
    std::vector<queue::TaskStanding> states;
    for (const store::Standing& task : record_.standings) {
      states.push_back({task.kind, task.state, task.need});
      if (const std::string wrong = find_contradiction(task); !wrong.empty())
        blame(FaultKind::job_state, task_name(task.key), wrong, kRestore);
    }
    const queue::JobStanding said = queue::compute_job_standing(states);
    if (said != store::standing_of(record_.job))
      blame(FaultKind::job_state, job_name(),
            fmt::format("it is {} and its delivery {}, but its tasks say {} and {}",
                        record_.job.state, record_.job.delivery, to_word(said.state),
                        to_word(said.delivery)),
            kRestore);
  }

  void check_story() {
    const audit::Story& story = record_.story;
    for (const std::string& fault : story.faults())
      blame(FaultKind::story, job_name(), fault, kRestore);
    if (story.last_seq() != record_.event_seq || story.last_hash() != record_.event_hash)
      blame(FaultKind::story, job_name(),
            fmt::format("its events end with number {}, the job says {}", story.last_seq(),
                        record_.event_seq),
            kRestore);
    for (const store::Standing& task : record_.standings) {
      const audit::Story::TaskEnd end = story.find_end(task.task);
      if (end.state != task.state || end.fence != task.fence)
        blame(FaultKind::story, task_name(task.key),
              fmt::format("it is {} with fence {}, its events say {} with {}", to_word(task.state),
                          task.fence, to_word(end.state), end.fence),
              kRestore);
    }
    if (record_.job.finished && story.last_kind() != "job_finished")
      blame(FaultKind::story, job_name(), "it is over, but its last event is " + story.last_kind(),
            kRestore);
  }

  void check_leases() {
    for (const HeldLease& held : record_.leases) {
      std::string gone;
      if (!held.session) gone = "there is no such session";
      else if (held.session->ended) gone = "that session has ended";
      else gone = find_proof_of_death(*held.session, state_.machine, "");
      if (gone.empty()) continue;
      blame(FaultKind::lease, task_name(held.task_key),
            fmt::format("leased to session {}: {}", held.lease.session.value, gone),
            "mpegflow fsck --repair gives it back; so does the same command, which goes on");
      report_.faults.back().is_mendable = true;
    }
  }

  /// `sha256` may be empty: then only the size is known.
  base::Result<void> check_file(FaultKind kind, const base::Path& path, std::int64_t size,
                                const std::string& sha256) {
    ++report_.files;
    const auto identity = base::identify_file(path);
    if (!identity) {
      const bool is_missing = identity.error().code == base::ErrorCode::not_found;
      blame(is_missing ? kind : FaultKind::unchecked, path.native(),
            is_missing ? "the file is missing" : identity.error().message, kMakeAgain);
      return {};
    }
    if (identity->size != size) {
      blame(kind, path.native(), fmt::format("it has {} bytes, not {}", identity->size, size),
            kMakeAgain);
      return {};
    }
    if (options_.is_quick || sha256.empty()) return {};
    const auto found = base::hash_file(path);
    if (!found) {
      blame(FaultKind::unchecked, path.native(), found.error().message, kMakeAgain);
      return {};
    }
    report_.bytes_hashed += size;
    if (*found != sha256)
      blame(kind, path.native(),
            fmt::format("its sha256 is {}, not {}", found->substr(0, 12), sha256.substr(0, 12)),
            kMakeAgain);
    return {};
  }

  base::Result<void> check_outputs() {
    switch (upkeep::find_result(store::standing_of(record_.job))) {
      case upkeep::ResultPlace::nowhere: return {};
      case upkeep::ResultPlace::target: return check_published();
      case upkeep::ResultPlace::objects: break;
    }
    const auto scratch = find_scratch(record_.job.id, record_.job.scratch_uri);
    if (!scratch) return {};  // its objects are on no disk of ours
    for (const store::OutputRow& output : record_.committed)
      RETURN_IF_ERROR(check_file(FaultKind::object, objects_in(*scratch) / output.object_key,
                                 output.size, output.sha256));
    return {};
  }

  base::Result<void> check_published() {
    std::string missing;  // a target that is gone as a whole is one fault
    for (const PublishedFile& file : record_.published) {
      const auto target = base::parse_file_uri(file.target_uri);
      if (!target || missing == *target) continue;
      std::error_code ignored;
      if (!std::filesystem::exists(*target, ignored) && !file.row.name.empty()) {
        missing = *target;
        blame(FaultKind::published, *target, "the published folder is missing", kMakeAgain);
        continue;
      }
      const base::Path path =
          file.row.name.empty() ? base::Path(*target) : base::Path(*target) / file.row.name;
      RETURN_IF_ERROR(check_file(FaultKind::published, path, file.row.size, file.row.sha256));
    }
    return {};
  }

  base::Result<void> check_logs() {
    ASSIGN_OR_RETURN(const auto removal, store::find_removal(state_.store, record_.job.id, "logs"));
    for (const store::AttemptRow& attempt : record_.attempts) {
      const auto value = base::parse_json(attempt.record, "attempt record");
      if (!value || !value->is_object()) {
        blame(FaultKind::job_state, "attempt " + attempt.task.value, "its record is no JSON",
              kRestore);
        continue;
      }
      const std::string key = audit::parse_attempt_record(value->get_object()).stderr_key;
      const bool is_removed = removal && attempt.ended && *attempt.ended <= removal->removed;
      if (key.empty() || is_removed) continue;
      ++report_.files;
      if (const auto found = base::identify_file(state_.log_path(key)); !found)
        blame(FaultKind::log, state_.log_path(key).native(),
              fmt::format("the log of attempt {} of task {} is missing", attempt.fence,
                          attempt.task.value),
              "bring it back from a backup; the job itself is not touched by it");
    }
    return {};
  }

  const LocalState& state_;
  const CheckOptions& options_;
  const JobRecord& record_;
  CheckReport report_;
};

void add(CheckReport& report, CheckReport more) {
  for (Fault& fault : more.faults) report.faults.push_back(std::move(fault));
  report.jobs += more.jobs;
  report.events += more.events;
  report.files += more.files;
  report.bytes_hashed += more.bytes_hashed;
}

base::Result<CheckReport> look_until_still(const LocalState& state, const base::JobId& job,
                                           const CheckOptions& options) {
  for (int look = 1;; ++look) {
    ASSIGN_OR_RETURN(const auto record, read_job_record(state.store, job));
    if (!record) return CheckReport{};
    ASSIGN_OR_RETURN(CheckReport report, Look(state, options, *record).run());
    if (report.faults.empty() || look == kLooks) return report;
    // Its files may have been published and cleared away since its rows were read.
    ASSIGN_OR_RETURN(const auto after, read_job_record(state.store, job));
    if (after && after->event_seq == record->event_seq) return report;
  }
}

}  // namespace

base::Result<void> check_job(const LocalState& state, const base::JobId& job,
                             const CheckOptions& options, CheckReport& report) {
  const auto blame = [&](const std::string& what) {
    report.faults.push_back({FaultKind::database, "job " + job.value, what, kRestore});
    report.faults.back().job = job;
  };
  try {
    auto found = look_until_still(state, job, options);
    if (found) add(report, std::move(*found));
    else blame(found.error().message);
  } catch (const base::InvariantViolation& violation) {  // a row that none of us has written
    blame("a row of it cannot be understood: " + violation.what);
  }
  return {};
}

}  // namespace mpegflow::engine
