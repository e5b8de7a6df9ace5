#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/control/open_control.h"
#include "cli/output.h"
#include "cli/records.h"
#include "cli/shell_quote.h"
#include "cli/table.h"
#include "core/queue/requirements.h"
#include "records/parse_records.h"

namespace mpegflow::cli {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;
using Encoders = std::map<base::EncoderRevisionId, store::EncoderRevisionRow>;

std::string show_encoder(const Encoders& encoders, const base::EncoderRevisionId& id) {
  std::string short_id = id.value.substr(0, 12);
  const auto found = encoders.find(id);
  if (found == encoders.end()) return short_id;
  return fmt::format("{}, {} {}", short_id, base::to_printable(found->second.path),
                     base::to_printable(found->second.version));
}

std::string make_head(const store::TaskRow& task) {
  return to_key_values(
      {{"task", task.job.value + "/" + task.key},
       {"id", task.id.value},
       {"kind", std::string(to_word(task.kind))},
       {"state", std::string(to_word(task.state))},
       {"requires", queue::describe(queue::parse_requirements(task.requirements))},
       {"reason", task.reason},
       {"cause", task.cause},
       {"failures", fmt::format("{} transient, {} memory, {} operational, {} lost",
                                task.n_transient, task.n_memory, task.n_operational, task.n_lost)},
       {"finished", task.finished ? base::to_rfc3339(*task.finished) : ""}});
}

std::string show_exit(const audit::AttemptRecord& record) {
  std::string text;
  if (record.exit_code) text = fmt::format("exit code {}", *record.exit_code);
  if (record.signal) text = fmt::format("signal {}", *record.signal);
  if (!record.ended_by.empty() && record.ended_by != "itself")
    text += (text.empty() ? "" : ", ") + ("ended by " + record.ended_by);
  return text;
}

std::string show_usage(const audit::AttemptRecord& record) {
  if (record.wall_us == 0) return {};
  return fmt::format("{} wall, {} CPU, {} peak memory",
                     base::to_human(base::Micros(record.wall_us)),
                     base::to_human(base::Micros(record.cpu_us)),
                     base::to_human_bytes(record.peak_anonymous_bytes));
}

std::string show_layers(const std::vector<std::string>& layers) {
  std::string text;
  for (const std::string& layer : layers) text += (text.empty() ? "" : ", ") + layer;
  return text;
}

void add_finding(Pairs& pairs, const audit::AttemptRecord& record) {
  if (!record.finding || record.finding->reason == "ok") return;
  const retry::Finding& finding = *record.finding;
  pairs.emplace_back("finding", fmt::format("{} ({}): {}", finding.reason, to_word(finding.bucket),
                                            finding.cause));
  pairs.emplace_back("rule", finding.rule);
  for (const retry::Evidence& line : finding.evidence)
    pairs.emplace_back(fmt::format("stderr:{}", line.line), line.text);
}

void add_checks(Pairs& pairs, const audit::AttemptRecord& record) {
  for (const auto& check : record.checks) {
    const auto* object = check.if_object();
    if (object == nullptr) continue;
    if (base::text_or(*object, "name").ends_with("warning"))
      pairs.emplace_back("warning", base::text_or(*object, "found"));
    if (base::bool_or(*object, "ok", true)) continue;
    const auto show = [&](const char* key) {
      const auto* value = object->if_contains(key);
      return value == nullptr ? std::string("?") : base::json::serialize(*value);
    };
    pairs.emplace_back("failed check",
                       fmt::format("{}: expected {}, found {}", base::text_or(*object, "name"),
                                   show("expected"), show("found")));
  }
}

std::string show_attempt(const store::AttemptRow& attempt, const Encoders& encoders) {
  const audit::AttemptRecord record = parse_record(attempt);
  Pairs pairs = {
      {"claimed", base::to_rfc3339(attempt.claimed)},
      {"waited", base::to_human(attempt.waited)},
      {"ended", attempt.ended ? base::to_rfc3339(*attempt.ended) : ""},
      {"exit", show_exit(record)},
      {"usage", show_usage(record)},
      {"sandbox", show_layers(record.sandbox)},
      {"encoder", show_encoder(encoders, attempt.encoder_revision)},
      {"log", record.stderr_key.empty() ? "" : base::to_human_bytes(record.stderr_bytes)}};
  add_finding(pairs, record);
  add_checks(pairs, record);
  for (const audit::RecordedOutput& output : record.outputs)
    pairs.emplace_back("output", fmt::format("{}, {}, sha256 {}", output.name,
                                             base::to_human_bytes(output.size), output.sha256));
  std::string text =
      fmt::format("\nattempt {}: {}\n", attempt.fence, base::to_printable(attempt.outcome));
  if (!record.argv.empty()) text += "  " + base::to_printable(quote_for_shell(record.argv)) + "\n";
  return text + to_key_values(pairs);
}

}  // namespace

ExitCode task_show(const Arguments& arguments, Context& context) {
  ASSIGN_OR_REPORT(const auto control, open_control(context));
  ASSIGN_OR_REPORT(const auto record, control->show_task(arguments.task));
  if (arguments.wants_json) {
    print_record(context, record);
    return ExitCode::done;
  }
  Encoders encoders;
  for (auto& encoder : records::parse_list(record, "encoders", records::parse_encoder_revision))
    encoders.emplace(encoder.id, std::move(encoder));
  *context.out.stream << make_head(records::parse_task(base::object_or(record, "task")));
  for (const auto& attempt : records::parse_list(record, "attempts", records::parse_attempt))
    *context.out.stream << show_attempt(attempt, encoders);
  return ExitCode::done;
}

}  // namespace mpegflow::cli
