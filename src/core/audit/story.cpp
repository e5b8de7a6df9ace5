#include "core/audit/story.h"

#include <fmt/format.h>

namespace mpegflow::audit {
namespace {

using queue::TaskEvent;

std::optional<TaskEvent> parse_event(std::string_view word) {
  for (const TaskEvent event : queue::all_task_events())
    if (to_word(event) == word) return event;
  return std::nullopt;
}

}  // namespace

void Story::blame(std::int64_t seq, std::string_view what) {
  faults_.push_back(fmt::format("event {}: {}", seq, what));
}

void Story::compare_columns(const StoredEvent& event, const base::json::object& record) {
  Event said = event.columns;
  said.job = job_;
  said.body = base::object_or(record, "body");
  if (to_canonical_bytes(said) != event.bytes)
    blame(event.columns.seq, "its columns say something else than its bytes");
}

void Story::follow_task(const StoredEvent& event, const base::json::object& body) {
  TaskEnd& task = tasks_[event.columns.task];
  const auto kind = parse_event(event.columns.kind);
  const auto next = kind ? queue::next_state(task.state, *kind) : std::nullopt;
  if (!next || base::text_or(body, "from") != to_word(task.state) ||
      base::text_or(body, "to") != to_word(*next))
    blame(event.columns.seq, fmt::format("{} of a task that was {}: no such move",
                                         event.columns.kind, to_word(task.state)));
  // Whatever it came from: the rest of the story goes on from where this event says.
  if (const auto said = queue::parse_task_state(base::text_or(body, "to"))) task.state = *said;
  if (kind == TaskEvent::lease_granted) {
    if (event.columns.fence <= task.fence)
      blame(event.columns.seq,
            fmt::format("fence {} comes after fence {}", event.columns.fence, task.fence));
    task.fence = event.columns.fence;
  }
}

void Story::follow(const StoredEvent& event) {
  const std::int64_t seq = event.columns.seq;
  if (seq != seq_ + 1) blame(seq, fmt::format("it comes after event {}", seq_));
  if (event.columns.prev_hash != hash_) blame(seq, "it does not name the hash of the one before");
  if (hash_event(event.bytes) != event.hash) blame(seq, "its hash is not that of its bytes");
  seq_ = seq;
  hash_ = event.hash;
  kind_ = event.columns.kind;
  const auto record = base::parse_json(event.bytes, "event");
  if (!record || !record->is_object()) return blame(seq, "its bytes are no JSON object");
  compare_columns(event, record->get_object());
  if (!event.columns.task.empty())
    follow_task(event, base::object_or(record->get_object(), "body"));
}

Story::TaskEnd Story::find_end(const base::TaskId& task) const {
  const auto found = tasks_.find(task);
  return found == tasks_.end() ? TaskEnd{} : found->second;
}

}  // namespace mpegflow::audit
