#pragma once

#include <string_view>
#include <variant>

#include "base/json.h"
#include "store/reads.h"

namespace mpegflow::records {

/// What a word after `dlq show` or `dlq reprocess` names: a group or one dead task.
using NamedLetter = std::variant<store::DeadLetterGroupRow, store::DeadLetterRow>;

/// The start of a group's signature, JOB/KEY or a task's id. Errors: not_found, invalid_argument
/// when several groups start so, illegal_transition if the task is not dead.
base::Result<NamedLetter> find_named_letter(store::Store& store, std::string_view word);

/// {"groups"}, each with the name of its example.
base::Result<base::json::object> describe_groups(store::Store& store);

/// Of a group {"group", "letters"}, the oldest `limit` of them, of a task its letter; each letter
/// with the name of its task.
base::Result<base::json::object> describe_letter(store::Store& store, const NamedLetter& named,
                                                 std::int64_t limit);

/// "JOB/KEY"; the id if the task is gone.
base::Result<std::string> name_task(store::Store& store, const base::TaskId& task);

}  // namespace mpegflow::records
