#include "records/dead_letter_lookup.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "records/lookup.h"
#include "records/records.h"

namespace mpegflow::records {
namespace {

base::Result<store::DeadLetterGroupRow> load_group(store::Store& store,
                                                   const std::string& signature) {
  ASSIGN_OR_RETURN(auto groups, store::list_dead_letter_groups(store));
  const auto found = std::ranges::find(groups, signature, &store::DeadLetterGroupRow::signature);
  if (found == groups.end())
    return base::fail(base::ErrorCode::not_found, "the group is empty by now");
  return std::move(*found);
}

base::Result<NamedLetter> find_letter_of_task(store::Store& store, std::string_view word) {
  const auto named = find_named_task(store, word);
  if (!named)
    return base::fail(named.error().code,
                      fmt::format("\"{}\" is neither a group of dead letters nor a task: {}",
                                  base::to_printable(word), named.error().message));
  ASSIGN_OR_RETURN(auto letter, store::find_dead_letter(store, named->task.id));
  if (!letter)
    return base::fail(base::ErrorCode::illegal_transition,
                      fmt::format("task {} is no dead letter: it is {}", named->task.key,
                                  to_word(named->task.state)));
  return NamedLetter(std::move(*letter));
}

base::Result<base::json::object> describe(store::Store& store,
                                          const store::DeadLetterGroupRow& group) {
  base::json::object record = to_record(group);
  ASSIGN_OR_RETURN(record["example_name"], name_task(store, group.example));
  return record;
}

base::Result<base::json::object> describe(store::Store& store, const store::DeadLetterRow& letter) {
  base::json::object record = to_record(letter);
  ASSIGN_OR_RETURN(record["name"], name_task(store, letter.task));
  return record;
}

}  // namespace

base::Result<base::json::object> describe_groups(store::Store& store) {
  ASSIGN_OR_RETURN(const auto groups, store::list_dead_letter_groups(store));
  base::json::array list;
  for (const store::DeadLetterGroupRow& group : groups) {
    ASSIGN_OR_RETURN(base::json::object record, describe(store, group));
    list.push_back(std::move(record));
  }
  return base::json::object{{"groups", std::move(list)}};
}

base::Result<base::json::object> describe_letter(store::Store& store, const NamedLetter& named,
                                                 std::int64_t limit) {
  if (const auto* letter = std::get_if<store::DeadLetterRow>(&named))
    return describe(store, *letter);
  const auto& group = std::get<store::DeadLetterGroupRow>(named);
  store::DeadLetterFilter filter;
  filter.signature = group.signature;
  ASSIGN_OR_RETURN(const auto letters, store::list_dead_letters(store, filter, limit));
  base::json::array list;
  for (const store::DeadLetterRow& letter : letters) {
    ASSIGN_OR_RETURN(base::json::object record, describe(store, letter));
    list.push_back(std::move(record));
  }
  ASSIGN_OR_RETURN(base::json::object head, describe(store, group));
  return base::json::object{{"group", std::move(head)}, {"letters", std::move(list)}};
}

base::Result<NamedLetter> find_named_letter(store::Store& store, std::string_view word) {
  if (word.find('/') != std::string_view::npos) return find_letter_of_task(store, word);
  ASSIGN_OR_RETURN(const auto signatures, store::find_signatures_by_prefix(store, word));
  if (signatures.empty()) return find_letter_of_task(store, word);
  if (signatures.size() > 1 && signatures.front() != word)
    return base::fail(base::ErrorCode::invalid_argument,
                      fmt::format("several groups start with \"{}\"; write more of it",
                                  base::to_printable(word)));
  ASSIGN_OR_RETURN(auto group, load_group(store, signatures.front()));
  return NamedLetter(std::move(group));
}

base::Result<std::string> name_task(store::Store& store, const base::TaskId& id) {
  ASSIGN_OR_RETURN(const auto task, store::find_task(store, id));
  return task ? task->job.value + "/" + task->key : id.value;
}

}  // namespace mpegflow::records
