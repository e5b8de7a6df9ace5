#include "app/past_sessions.h"

#include <algorithm>

#include <poll.h>
#include <signal.h>

#include <fmt/format.h>

#include "base/log.h"
#include "base/text.h"
#include "core/audit/attempt_names.h"
#include "objects/stderr_log.h"
#include "process/local/process_tree.h"
#include "worker/run_task.h"

namespace mpegflow::app {
namespace {

constexpr const char* kProof = "its worker was started anew, and nothing of it runs any more";
constexpr int kEndPollMs = 10;
constexpr int kMostPolls = 1000;

std::vector<base::Path> list_folder(const base::Path& folder) {
  std::vector<base::Path> paths;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error))
    paths.push_back(at->path());
  std::ranges::sort(paths);
  return paths;
}

/// The log of an attempt that its worker did not end. An attempt that is not open any more has no
/// use for it.
base::Result<protocol::LostAttempt> keep_log_of(objects::ObjectStore& logs,
                                                const worker::AttemptNote& note,
                                                const base::Path& folder) {
  protocol::LostAttempt lost{note.claim, {}, 0};
  const std::string key =
      audit::stderr_key(note.job, note.claim.task, note.claim.fence, note.claim.id);
  const auto size = objects::keep_log(logs, key, folder / "work" / "stderr.log");
  if (!size && size.error().code == base::ErrorCode::superseded) return lost;
  if (!size) return tl::unexpected(size.error());
  if (*size) {
    lost.stderr_key = key;
    lost.stderr_bytes = **size;
  }
  return lost;
}

}  // namespace

base::Result<std::vector<protocol::EndedSession>> PastSessions::close(objects::ObjectStore& logs) {
  std::vector<protocol::EndedSession> ended;
  for (const base::Path& note : list_folder(sessions_)) {
    ended.push_back({base::SessionId(note.filename().native()), kProof, {}});
    closed_.push_back(ended.back().session);
  }
  RETURN_IF_ERROR(close_attempts(logs, ended));
  return ended;
}

base::Result<void> PastSessions::close_attempts(objects::ObjectStore& logs,
                                                std::vector<protocol::EndedSession>& ended) {
  for (const base::Path& folder : list_folder(attempts_)) {
    const auto note = worker::read_note(folder);
    const auto session =
        note ? std::ranges::find(ended, note->session, &protocol::EndedSession::session)
             : ended.end();
    if (session != ended.end()) {
      auto lost = keep_log_of(logs, *note, folder);
      if (lost) session->attempts.push_back(std::move(*lost));
      else if (lost.error().code == base::ErrorCode::interrupted)
        return tl::unexpected(lost.error());
      else
        base::log(base::LogLevel::warn, "log_not_kept",
                  {{"task", note->claim.task.value}, {"what", lost.error().message}});
    }
    RETURN_IF_ERROR(base::remove_tree(folder));
  }
  return {};
}

base::Result<void> PastSessions::note(const base::SessionId& session) {
  RETURN_IF_ERROR(base::make_directories(sessions_));
  return base::write_file_durably(sessions_ / session.value, "");
}

void PastSessions::forget() {
  std::error_code ignored;
  for (const base::SessionId& session : closed_)
    std::filesystem::remove(sessions_ / session.value, ignored);
  closed_.clear();
}

void PastSessions::forget_all() {
  std::error_code ignored;
  for (const base::Path& note : list_folder(sessions_)) std::filesystem::remove(note, ignored);
}

base::Result<void> end_processes_of(const base::Path& attempts) {
  std::error_code error;
  const base::Path folder = std::filesystem::canonical(attempts, error);
  if (error) return {};  // nobody has worked there yet
  for (int i = 0; i < kMostPolls; ++i) {
    const auto left = process::find_processes_writing_below(folder.native());
    if (left.empty()) return {};
    for (const pid_t pid : left) ::kill(pid, SIGKILL);
    poll(nullptr, 0, kEndPollMs);
  }
  return base::fail(base::ErrorCode::state_unusable,
                    fmt::format("processes of an earlier worker still write below {} and do not "
                                "end; look for them with fuser, or start this machine anew",
                                base::to_printable(attempts.native())));
}

}  // namespace mpegflow::app
