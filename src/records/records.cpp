#include "records/records.h"

#include "core/audit/redact.h"
#include "core/queue/requirements.h"

namespace mpegflow::records {

using base::json::object;
using base::json::value;

value text_or_null(std::string_view text) {
  return text.empty() ? value(nullptr) : value(text);
}

void add_time(object& record, std::string_view name, std::optional<base::WallTime> time) {
  record[name] = time ? value(base::to_rfc3339(*time)) : value(nullptr);
  record[std::string(name) + "_us"] = time ? value(time->us) : value(nullptr);
}

value parse_column(std::string_view text) {
  if (text.empty()) return nullptr;
  return base::parse_json(text, "a stored record").value_or(value(nullptr));
}

audit::AttemptRecord parse_record(const store::AttemptRow& attempt) {
  const value record = parse_column(attempt.record);
  return audit::parse_attempt_record(record.is_object() ? record.get_object() : object{});
}

object to_record(const store::JobRow& job) {
  object record{{"id", job.id.value},       {"name", text_or_null(job.name)}, {"state", job.state},
                {"delivery", job.delivery}, {"tenant", job.tenant},           {"lane", job.lane},
                {"priority", job.priority}};
  add_time(record, "created", job.created);
  add_time(record, "started", job.started);
  add_time(record, "finished", job.finished);
  record["output_uri"] = text_or_null(job.output_uri);
  record["identity"] = text_or_null(job.identity);
  record["encoder_revision"] = text_or_null(job.encoder_revision.value);
  record["plan_version"] = job.plan_version;
  record["command"] = parse_column(job.command);
  record["spec"] = audit::redact(parse_column(job.spec));
  return record;
}

object to_record(const store::InputRow& input) {
  return {{"key", input.key},
          {"uri", audit::redact_text(input.uri)},
          {"size", input.size},
          {"sha256", text_or_null(input.sha256.value_or(""))},
          {"probe", parse_column(input.probe.value_or(""))}};
}

object to_record(const store::TaskRow& task) {
  object record{{"id", task.id.value},
                {"job", task.job.value},
                {"key", task.key},
                {"kind", to_word(task.kind)},
                {"need", to_word(task.need)},
                {"state", to_word(task.state)},
                {"reason", text_or_null(task.reason)},
                {"cause", text_or_null(task.cause)},
                {"attempts", task.fence},
                {"pool", task.pool},
                {"lane", task.lane}};
  add_time(record, "created", task.created);
  add_time(record, "ready", task.ready);
  add_time(record, "finished", task.finished);
  record["failures"] = object{{"transient", task.n_transient},
                              {"memory", task.n_memory},
                              {"operational", task.n_operational},
                              {"lost", task.n_lost}};
  base::json::array requirements;
  for (const std::string& requirement : queue::parse_requirements(task.requirements))
    requirements.emplace_back(requirement);
  record["requirements"] = std::move(requirements);
  record["expected_cpu_us"] = task.expected_cpu_us;
  record["expected_bytes"] = task.expected_bytes;
  record["params"] = audit::redact(parse_column(task.params));
  record["result"] = parse_column(task.result.value_or(""));
  return record;
}

object to_record(const store::AttemptRow& attempt) {
  object record{{"task", attempt.task.value},
                {"attempt", attempt.fence},
                {"claim", attempt.claim.value},
                {"session", attempt.session.value},
                {"outcome", attempt.outcome},
                {"encoder_revision", text_or_null(attempt.encoder_revision.value)}};
  add_time(record, "claimed", attempt.claimed);
  record["waited_us"] = attempt.waited.count();
  add_time(record, "ended", attempt.ended);
  record["record"] = parse_column(attempt.record);
  return record;
}

object to_record(const store::EncoderRevisionRow& encoder) {
  object record{{"id", encoder.id.value},
                {"path", encoder.path},
                {"version", encoder.version},
                {"configuration", encoder.configuration},
                {"facts", parse_column(encoder.facts)}};
  add_time(record, "first_seen", encoder.first_seen);
  return record;
}

object to_record(const store::OutputRow& output) {
  return {{"task", output.task.value}, {"attempt", output.fence},
          {"name", output.name},       {"role", text_or_null(output.role)},
          {"state", output.state},     {"size", output.size},
          {"sha256", output.sha256},   {"object_key", output.object_key}};
}

object to_record(const store::EventRow& event) {
  object record{{"seq", event.seq}, {"kind", event.kind}};
  add_time(record, "at", event.at);
  record["task"] = text_or_null(event.task_key);
  record["task_id"] = text_or_null(event.task.value);
  record["attempt"] = event.fence > 0 ? value(event.fence) : value(nullptr);
  record["encoder_revision"] = text_or_null(event.encoder_revision.value);
  const value bytes = parse_column(event.bytes);
  const value* body = bytes.is_object() ? bytes.get_object().if_contains("body") : nullptr;
  record["body"] = body != nullptr ? *body : value(nullptr);
  record["prev_hash"] = text_or_null(event.prev_hash);
  record["hash"] = event.hash;
  return record;
}

}  // namespace mpegflow::records
