#include "protocol/wire/messages.h"

#include <algorithm>

#include <fmt/format.h>

#include "protocol/wire/fields.h"

namespace mpegflow::queue {

void parse_word(std::string_view word, std::optional<TaskKind>& kind) {
  kind = parse_task_kind(word);
}
void parse_word(std::string_view word, std::optional<TaskState>& state) {
  state = parse_task_state(word);
}

}  // namespace mpegflow::queue

namespace mpegflow::retry {

void parse_word(std::string_view word, std::optional<Bucket>& bucket) {
  bucket = parse_bucket(word);
}
void parse_word(std::string_view word, std::optional<FindingStatus>& status) {
  status = parse_finding_status(word);
}

void list_fields(auto& fields, protocol::wire::Is<Evidence> auto& value) {
  std::int64_t line = value.line;
  fields("line", line);
  if constexpr (!std::is_const_v<std::remove_reference_t<decltype(value)>>)
    value.line =
        static_cast<int>(std::clamp<std::int64_t>(line, 0, std::numeric_limits<int>::max()));
  fields("text", value.text);
}

void list_fields(auto& fields, protocol::wire::Is<Finding> auto& value) {
  fields("bucket", value.bucket);
  fields("status", value.status);
  fields("reason", value.reason);
  fields("cause", value.cause);
  fields("rule", value.rule);
  fields("action", value.action);
  fields("evidence", value.evidence);
}

}  // namespace mpegflow::retry

namespace mpegflow::store {

using protocol::wire::Is;

void list_fields(auto& fields, Is<Claim> auto& value) {
  fields("task", value.task);
  fields("fence", value.fence);
  fields("id", value.id);
}

void list_fields(auto& fields, Is<EncoderRevisionRow> auto& value) {
  fields("id", value.id);
  fields("path", value.path);
  fields("version", value.version);
  fields("configuration", value.configuration);
  fields("facts", value.facts);
}

void list_fields(auto& fields, Is<OutputRow> auto& value) {
  fields("object_key", value.object_key);
  fields("task", value.task);
  fields("fence", value.fence);
  fields("claim", value.claim);
  fields("state", value.state);
  fields("name", value.name);
  fields("role", value.role);
  fields("size", value.size);
  fields("sha256", value.sha256);
  fields("created_us", value.created);
}

void list_fields(auto& fields, Is<PublishedRow> auto& value) {
  fields("name", value.name);
  fields("job", value.job);
  fields("size", value.size);
  fields("sha256", value.sha256);
  fields("mtime_ns", value.mtime_ns);
}

void list_fields(auto& fields, Is<Published> auto& value) {
  fields("target_uri", value.target_uri);
  fields("files", value.files);
}

void list_fields(auto& fields, Is<InputFacts> auto& value) {
  fields("key", value.key);
  fields("sha256", value.sha256);
  fields("probe", value.probe);
}

void list_fields(auto& fields, Is<Heartbeat::Running> auto& value) {
  fields("claim", value.claim);
  fields("record", value.record);
}

}  // namespace mpegflow::store

namespace mpegflow::protocol {

using wire::Is;

void list_fields(auto& fields, Is<LostAttempt> auto& value) {
  fields("claim", value.claim);
  fields("stderr_key", value.stderr_key);
  fields("stderr_bytes", value.stderr_bytes);
}

void list_fields(auto& fields, Is<EndedSession> auto& value) {
  fields("session", value.session);
  fields("proof", value.proof);
  fields("attempts", value.attempts);
}

void list_fields(auto& fields, Is<RegisterRequest> auto& value) {
  fields("protocol", value.protocol);
  fields("oldest_protocol", value.oldest_protocol);
  fields("session", value.session);
  fields("host", value.host);
  fields("boot_id", value.boot_id);
  fields("pid", value.pid);
  fields("lock_path", value.lock_path);
  fields("encoder", value.encoder);
  fields("facts", value.facts);
  fields("pools", value.pools);
  fields("slots", value.slots);
  fields("ended", value.ended);
}

void list_fields(auto& fields, Is<RegisterAnswer> auto& value) {
  fields("protocol", value.protocol);
  fields("session_ttl_us", value.session_ttl);
  fields("heartbeat_us", value.heartbeat);
  fields("orphan_grace_us", value.orphan_grace);
}

void list_fields(auto& fields, Is<ClaimRequest> auto& value) {
  fields("request", value.request);
  fields("session", value.session);
  fields("pools", value.pools);
  fields("only_job", value.only_job);
  fields("count", value.count);
  fields("wait_us", value.wait);
  fields("is_again", value.is_again);
  fields("free_scratch_bytes", value.free_scratch_bytes);
}

void list_fields(auto& fields, Is<AssignedInput> auto& value) {
  fields("key", value.key);
  fields("uri", value.uri);
  fields("identity", value.identity);
  fields("sha256", value.sha256);
  fields("probe", value.probe);
  fields("place", value.place);
}

void list_fields(auto& fields, Is<AssignedParent> auto& value) {
  fields("key", value.key);
  fields("kind", value.kind);
  fields("result", value.result);
  fields("outputs", value.outputs);
}

void list_fields(auto& fields, Is<Assignment> auto& value) {
  fields("claim", value.claim);
  fields("session", value.session);
  fields("job", value.job);
  fields("task_key", value.task_key);
  fields("kind", value.kind);
  fields("params", value.params);
  fields("scratch_uri", value.scratch_uri);
  fields("encoder_revision", value.encoder_revision);
  fields("memory_limit", value.memory_limit);
  fields("deadline_us", value.deadline);
  fields("inputs", value.inputs);
  fields("parents", value.parents);
  fields("job_outputs", value.job_outputs);
  fields("published", value.published);
  fields("publishing", value.publishing);
}

/// `since` is written and read as an age; see below.
void list_fields(auto& fields, Is<TaskProgress> auto& value) {
  fields("job", value.job);
  fields("task", value.task);
  fields("task_key", value.task_key);
  fields("fence", value.fence);
  fields("phase", value.phase);
  fields("age_us", value.since.us);
  fields("fraction", value.fraction);
  fields("frame", value.frame);
  fields("fps", value.fps);
  fields("speed", value.speed);
  fields("out_time_us", value.out_time_us);
  fields("eta_us", value.eta);
}

/// A word that is not known here is one of a later release: nothing that this one could tell.
void list_pause(auto& fields, Is<HeartbeatRequest> auto& value) {
  std::optional<std::string> word;
  if (value.pause) word = to_word(*value.pause);
  fields("pause", word);
  if constexpr (!std::is_const_v<std::remove_reference_t<decltype(value)>>)
    value.pause = word ? queue::parse_pause(*word) : std::nullopt;
}

void list_fields(auto& fields, Is<HeartbeatRequest> auto& value) {
  fields("session", value.session);
  fields("running", value.running);
  fields("progress", value.progress);
  fields("is_partial", value.is_partial);
  fields("is_last", value.is_last);
  list_pause(fields, value);
}

void list_fields(auto& fields, Is<WantedLog> auto& value) {
  fields("claim", value.claim);
  fields("from", value.from);
}

void list_fields(auto& fields, Is<HeartbeatAnswer> auto& value) {
  fields("session_known", value.session_known);
  fields("superseded", value.superseded);
  fields("cancelling", value.cancelling);
  fields("expired", value.expired);
  fields("must_drain", value.must_drain);
  fields("wanted_logs", value.wanted_logs);
}

void list_fields(auto& fields, Is<StageRequest> auto& value) {
  fields("claim", value.claim);
  fields("outputs", value.outputs);
  fields("publishing", value.publishing);
}

void list_fields(auto& fields, Is<CommitRequest> auto& value) {
  fields("request", value.request);
  fields("claim", value.claim);
  fields("record", value.record);
  fields("result", value.result);
  fields("outputs", value.outputs);
  fields("inputs", value.inputs);
  fields("published", value.published);
  fields("next", value.next);
}

void list_fields(auto& fields, Is<ReportRequest> auto& value) {
  fields("request", value.request);
  fields("claim", value.claim);
  fields("finding", value.finding);
  fields("record", value.record);
  fields("inputs", value.inputs);
  fields("next", value.next);
}

void list_fields(auto& fields, Is<ReleaseRequest> auto& value) {
  fields("request", value.request);
  fields("claim", value.claim);
  fields("why", value.why);
  fields("record", value.record);
}

void list_fields(auto& fields, Is<TaskAnswer> auto& value) {
  fields("state", value.state);
  fields("retry_at_us", value.retry_at);
  fields("next", value.next);
}

namespace wire {

void list_fields(auto& fields, Is<Assignments> auto& value) {
  fields("tasks", value.tasks);
}
void list_fields(auto&, Is<Nothing> auto&) {}

namespace {

template <class Message>
std::string write(const Message& message) {
  return base::json::serialize(write_value(message));
}

template <class Message>
base::Result<Message> parse(std::string_view text) {
  ASSIGN_OR_RETURN(const base::json::value value, base::parse_json(text, "the message"));
  Reading reading;
  Message message;
  read_value(reading, value, message);
  if (const auto& fault = reading.fault())
    return base::fail(base::ErrorCode::invalid_argument,
                      fault->place.empty()
                          ? fmt::format("the message is not {}", fault->expected)
                          : fmt::format("{}: expected {}", fault->place, fault->expected));
  return message;
}

}  // namespace

std::string to_text(const RegisterRequest& message) {
  return write(message);
}
std::string to_text(const RegisterAnswer& message) {
  return write(message);
}
std::string to_text(const ClaimRequest& message) {
  return write(message);
}
std::string to_text(const Assignments& message) {
  return write(message);
}
std::string to_text(const HeartbeatRequest& message, base::SteadyTime now) {
  HeartbeatRequest aged = message;
  for (TaskProgress& progress : aged.progress)
    progress.since = base::SteadyTime{(now - progress.since).count()};
  return write(aged);
}
std::string to_text(const HeartbeatAnswer& message) {
  return write(message);
}
std::string to_text(const StageRequest& message) {
  return write(message);
}
std::string to_text(const CommitRequest& message) {
  return write(message);
}
std::string to_text(const ReportRequest& message) {
  return write(message);
}
std::string to_text(const ReleaseRequest& message) {
  return write(message);
}
std::string to_text(const TaskAnswer& message) {
  return write(message);
}
std::string to_text(const Nothing& message) {
  return write(message);
}

base::Result<RegisterRequest> parse_register_request(std::string_view text) {
  return parse<RegisterRequest>(text);
}
base::Result<RegisterAnswer> parse_register_answer(std::string_view text) {
  return parse<RegisterAnswer>(text);
}
base::Result<ClaimRequest> parse_claim_request(std::string_view text) {
  return parse<ClaimRequest>(text);
}
base::Result<Assignments> parse_assignments(std::string_view text) {
  return parse<Assignments>(text);
}
base::Result<HeartbeatRequest> parse_heartbeat_request(std::string_view text,
                                                       base::SteadyTime now) {
  ASSIGN_OR_RETURN(HeartbeatRequest message, parse<HeartbeatRequest>(text));
  for (TaskProgress& progress : message.progress)
    // An age from before the clock began, or from the future, is of no use to anybody.
    progress.since =
        base::SteadyTime{now.us - std::clamp<std::int64_t>(progress.since.us, 0, now.us)};
  return message;
}
base::Result<HeartbeatAnswer> parse_heartbeat_answer(std::string_view text) {
  return parse<HeartbeatAnswer>(text);
}
base::Result<StageRequest> parse_stage_request(std::string_view text) {
  return parse<StageRequest>(text);
}
base::Result<CommitRequest> parse_commit_request(std::string_view text) {
  return parse<CommitRequest>(text);
}
base::Result<ReportRequest> parse_report_request(std::string_view text) {
  return parse<ReportRequest>(text);
}
base::Result<ReleaseRequest> parse_release_request(std::string_view text) {
  return parse<ReleaseRequest>(text);
}
base::Result<TaskAnswer> parse_task_answer(std::string_view text) {
  return parse<TaskAnswer>(text);
}

base::Result<std::int64_t> agree_on_protocol(std::int64_t oldest, std::int64_t newest) {
  const std::int64_t both = std::min(newest, kProtocol);
  if (both >= std::max(oldest, kOldestProtocol)) return both;
  return base::fail(
      base::ErrorCode::invalid_argument,
      fmt::format("the worker speaks protocol {} to {}, this server {} to {}: update the {}",
                  oldest, newest, kOldestProtocol, kProtocol,
                  newest < kOldestProtocol ? "worker" : "server"));
}

}  // namespace wire
}  // namespace mpegflow::protocol
