#pragma once

#include <vector>

#include "objects/object_store.h"
#include "protocol/worker_protocol.h"

namespace mpegflow::app {

/// The sessions of one worker's state, over its restarts: each is noted before the server hears of
/// it, so that whoever is started next can say which have ended. One thread but for note().
class PastSessions {
 public:
  /// `sessions` and `attempts` are folders of this worker alone.
  PastSessions(base::Path sessions, base::Path attempts)
      : sessions_(std::move(sessions)), attempts_(std::move(attempts)) {}

  /// To be called when nothing of an earlier process lives any more: the sessions of earlier
  /// processes, with the attempts that were found of them. Their logs are kept in `logs` and their
  /// folders removed. Errors: interrupted, what `logs` answers while nobody is there.
  base::Result<std::vector<protocol::EndedSession>> close(objects::ObjectStore& logs);

  /// A session of this process.
  base::Result<void> note(const base::SessionId& session);
  /// The server knows that the closed ones have ended.
  void forget();
  /// The server knows that all have.
  void forget_all();

 private:
  base::Result<void> close_attempts(objects::ObjectStore& logs,
                                    std::vector<protocol::EndedSession>& ended);

  base::Path sessions_;
  base::Path attempts_;
  std::vector<base::SessionId> closed_;
};

/// Ends whatever still runs of attempts in this folder, and waits until nothing does. Errors:
/// state_unusable if something does not end.
base::Result<void> end_processes_of(const base::Path& attempts);

}  // namespace mpegflow::app
