#pragma once

#include <string>
#include <utility>
#include <vector>

#include "store/store.h"

namespace mpegflow::engine {

/// What became of a selection of dead letters.
struct ReprocessedLetters {
  std::int64_t tasks = 0;                                     ///< what waits for them not counted
  std::int64_t waiting = 0;                                   ///< of those: for their turn
  std::vector<std::pair<base::TaskId, std::string>> refused;  ///< and why
  std::vector<base::JobId> jobs;                              ///< each once
};

/// Gives all dead letters of `op` another chance, page after page; what one page did stands when a
/// later one fails.
base::Result<ReprocessedLetters> reprocess_dead_letters(store::Store& store,
                                                        store::ReprocessDeadLetters op);
/// The same for one.
base::Result<ReprocessedLetters> reprocess_dead_letter(store::Store& store,
                                                       const store::DeadLetterRow& letter,
                                                       const std::string& why,
                                                       const store::AnotherWay& way);

}  // namespace mpegflow::engine
