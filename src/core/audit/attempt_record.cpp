#include "core/audit/attempt_record.h"

namespace mpegflow::audit {
namespace {

using base::json::array;
using base::json::object;

object record_of(const retry::Finding& finding) {
  array evidence;
  for (const retry::Evidence& line : finding.evidence)
    evidence.push_back(object{{"line", line.line}, {"text", line.text}});
  return {{"bucket", to_word(finding.bucket)},
          {"status", to_word(finding.status)},
          {"reason", finding.reason},
          {"cause", finding.cause},
          {"rule", finding.rule},
          {"action", finding.action},
          {"evidence", evidence},
          {"classifier", finding.classifier}};
}

retry::Finding parse_finding(const object& record) {
  retry::Finding finding;
  finding.bucket =
      retry::parse_bucket(base::text_or(record, "bucket")).value_or(retry::Bucket::none);
  finding.status = retry::parse_finding_status(base::text_or(record, "status"))
                       .value_or(retry::FindingStatus::succeeded);
  finding.reason = base::text_or(record, "reason");
  finding.cause = base::text_or(record, "cause");
  finding.rule = base::text_or(record, "rule");
  finding.action = base::text_or(record, "action");
  finding.classifier = static_cast<int>(base::int_or(record, "classifier"));
  for (const auto& line : base::array_or(record, "evidence"))
    if (const auto* one = line.if_object())
      finding.evidence.push_back(
          {static_cast<int>(base::int_or(*one, "line")), base::text_or(*one, "text")});
  return finding;
}

array to_array(const std::vector<std::string>& texts) {
  array made;
  for (const std::string& text : texts) made.emplace_back(text);
  return made;
}

std::vector<std::string> texts_of(const object& record, std::string_view key) {
  std::vector<std::string> texts;
  for (const auto& item : base::array_or(record, key))
    if (item.is_string()) texts.emplace_back(item.get_string());
  return texts;
}

std::optional<int> find_int(const object& record, std::string_view key) {
  const auto* value = record.if_contains(key);
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return static_cast<int>(value->get_int64());
}

base::json::value to_value(const std::optional<int>& number) {
  return number ? base::json::value(*number) : base::json::value(nullptr);
}

}  // namespace

object to_json(const AttemptRecord& record) {
  array outputs;
  for (const RecordedOutput& output : record.outputs)
    outputs.push_back(
        object{{"name", output.name}, {"size", output.size}, {"sha256", output.sha256}});
  object made{{"argv", to_array(record.argv)},
              {"working_folder", record.working_folder},
              {"encoder_revision", record.encoder_revision},
              {"sandbox", to_array(record.sandbox)},
              {"edges",
               {{"staged", record.staged_us},
                {"started", record.started_us},
                {"exited", record.exited_us},
                {"verified", record.verified_us},
                {"uploaded", record.uploaded_us},
                {"committed", record.committed_us}}},
              {"cpu_us", record.cpu_us},
              {"wall_us", record.wall_us},
              {"peak_anonymous_bytes", record.peak_anonymous_bytes},
              {"exit_code", to_value(record.exit_code)},
              {"signal", to_value(record.signal)},
              {"ended_by", record.ended_by},
              {"stderr_key", record.stderr_key},
              {"stderr_bytes", record.stderr_bytes},
              {"verification", {{"level", record.verification_level}, {"checks", record.checks}}},
              {"inputs", record.inputs},
              {"outputs", outputs},
              {"machine", record.machine},
              {"media_seconds", record.media_seconds}};
  if (record.finding) made["finding"] = record_of(*record.finding);
  return made;
}

AttemptRecord parse_attempt_record(const object& made) {
  AttemptRecord record;
  record.argv = texts_of(made, "argv");
  record.working_folder = base::text_or(made, "working_folder");
  record.encoder_revision = base::text_or(made, "encoder_revision");
  record.sandbox = texts_of(made, "sandbox");
  const object edges = base::object_or(made, "edges");
  record.staged_us = base::int_or(edges, "staged");
  record.started_us = base::int_or(edges, "started");
  record.exited_us = base::int_or(edges, "exited");
  record.verified_us = base::int_or(edges, "verified");
  record.uploaded_us = base::int_or(edges, "uploaded");
  record.committed_us = base::int_or(edges, "committed");
  record.cpu_us = base::int_or(made, "cpu_us");
  record.wall_us = base::int_or(made, "wall_us");
  record.peak_anonymous_bytes = base::int_or(made, "peak_anonymous_bytes");
  record.exit_code = find_int(made, "exit_code");
  record.signal = find_int(made, "signal");
  record.ended_by = base::text_or(made, "ended_by");
  record.stderr_key = base::text_or(made, "stderr_key");
  record.stderr_bytes = base::int_or(made, "stderr_bytes");
  if (made.contains("finding")) record.finding = parse_finding(base::object_or(made, "finding"));
  const object verification = base::object_or(made, "verification");
  record.verification_level = base::text_or(verification, "level");
  record.checks = base::array_or(verification, "checks");
  record.inputs = base::array_or(made, "inputs");
  for (const auto& output : base::array_or(made, "outputs"))
    if (const auto* one = output.if_object())
      record.outputs.push_back(
          {base::text_or(*one, "name"), base::int_or(*one, "size"), base::text_or(*one, "sha256")});
  record.machine = base::object_or(made, "machine");
  record.media_seconds = base::double_or(made, "media_seconds");
  return record;
}

}  // namespace mpegflow::audit
